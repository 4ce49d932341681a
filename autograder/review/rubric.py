"""The rubric of a question as lines with points, read from what the author wrote, and what markers add to it.

An author writes a rubric in words; sentences such as "1 point for ..." and list entries such as "- 0.5: ..." become
lines that can be chosen. What cannot be read stays as text beside them, and a marker adds lines of their own.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

_WORDS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "half a": 0.5, "half": 0.5}
_NUMBER = r"(?P<points>[+\u2212-]?\d+(?:[.,]\d+)?|half a|half|an?|one|two|three|four)"
_SENTENCE = re.compile(rf"(?<![\w.,]){_NUMBER} (?:points?|marks?)(?: each)? (?:for|if|when|off for) ", re.IGNORECASE)
_ENTRY = re.compile(
    rf"^\s*(?:[-*+]|\d+[.)])?\s*[(\[]?{_NUMBER}\s*(?:points?|marks?|pts?|p)?\s*[)\]]?\s*[:\u2013\u2014]\s*"
    r"(?P<text>\S.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RubricLine:
    """One line of a rubric: what it is for and what it gives; points below nothing are taken off."""

    id: str
    text: str
    points: float


@dataclass(frozen=True)
class Noted:
    """Something that a marker noted, as the journal has it.

    `what` is "line" (a rubric's line was added), "no line" (one was taken away), "comment" (kept for use again), "no
    comment", or "note" (on a student); `about` is the question (`notebook/item`) or the student.
    """

    what: str
    about: str
    text: str
    points: float = 0.0
    marker: str = ""
    time: str = ""


@dataclass
class Aids:
    """What markers have noted for one assignment: rubric lines and comments by question, notes by student.

    `without` are the ids of rubric lines that were taken away.
    """

    lines: dict[str, dict[str, RubricLine]] = field(default_factory=dict)
    without: dict[str, set[str]] = field(default_factory=dict)
    comments: dict[str, dict[str, None]] = field(default_factory=dict)
    notes: dict[str, Noted] = field(default_factory=dict)

    def add(self, noted: Noted) -> None:
        """Take in what was noted next."""
        if noted.what == "line":
            line = rubric_line(noted.text, noted.points)
            self.lines.setdefault(noted.about, {})[line.id] = line
            self.without.get(noted.about, set()).discard(line.id)
        elif noted.what == "no line":
            self.without.setdefault(noted.about, set()).add(noted.text)
        elif noted.what == "comment":
            self.comments.setdefault(noted.about, {})[noted.text] = None
        elif noted.what == "no comment":
            self.comments.get(noted.about, {}).pop(noted.text, None)
        elif noted.what == "note":
            self.notes[noted.about] = noted

    def rubric(self, question: str, authors: tuple[RubricLine, ...]) -> tuple[RubricLine, ...]:
        """A question's lines: the author's, then the markers' own, without those taken away."""
        lines = {line.id: line for line in (*authors, *self.lines.get(question, {}).values())}
        return tuple(line for key, line in lines.items() if key not in self.without.get(question, ()))


def rubric_line(text: str, points: float) -> RubricLine:
    """A line with the id that is its content's."""
    text = " ".join(text.split())
    return RubricLine(hashlib.sha256(f"{points:g} {text}".encode()).hexdigest()[:10], text, points)


def read_rubric(text: str) -> tuple[RubricLine, ...]:
    """The lines that the author's words name, in their order; each once."""
    entries = [
        rubric_line(found["text"], _points(found["points"])) for found in map(_ENTRY.match, text.split("\n")) if found
    ]
    lines = entries or _sentences(text)
    return tuple({line.id: line for line in lines}.values())


def _sentences(text: str) -> list[RubricLine]:
    """The lines of a rubric in running text: each goes on to the next that names points."""
    whole = " ".join(text.split())
    found = list(_SENTENCE.finditer(whole))
    ends = [*(one.start() for one in found[1:]), len(whole)][: len(found)]
    return [
        rubric_line(whole[one.end() : end].rstrip(" .;,"), _points(one["points"]))
        for one, end in zip(found, ends, strict=True)
    ]


def _points(text: str) -> float:
    word = text.lower()
    return _WORDS[word] if word in _WORDS else float(word.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
