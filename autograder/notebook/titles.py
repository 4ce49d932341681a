"""What a notebook and its exercises are called: by the headings of the source notebook, in the author's words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from autograder.notebook.cells import GRADED, Role, grade_id_of, role_of, source_of

_HEADING = re.compile(r"^(#{1,4})\s+(\S.*?)\s*#*\s*$")
_MINUTES = re.compile(r"\s*\((?:about )?\d+ minutes?\b[^)]*\)$")
_WORDS = re.compile(r"[a-z]+[0-9]*(?:[-_ ][a-z0-9]+)*")
_HASH = re.compile(r"[0-9a-f]{8,}")


@dataclass(frozen=True)
class Titles:
    """The title of a notebook, and those of its items by grade id."""

    notebook: str
    items: dict[str, str] = field(default_factory=dict)

    def of(self, item: str) -> str:
        """An item's title; its grade id where there is none."""
        return self.items.get(item, item)


def titles_of(name: str, source: Any) -> Titles:
    """The titles of a source notebook whose file is called `name`.

    An exercise is called by the heading above its answer. Where several stand under one heading, what their grade ids
    say comes behind it, or their number where these are no words.
    """
    notebook, heading = "", ""
    above: dict[str, str] = {}
    answer: str | None = None
    for cell in getattr(source, "cells", ()):
        if cell.cell_type == "markdown" and not grade_id_of(cell):
            for level, text in _headings(source_of(cell)):
                notebook = notebook or (text if level == 1 else "")
                heading = text
        role = role_of(cell)
        if role is Role.ANSWER:
            answer = heading if answer is None else answer
        elif role in GRADED:
            above[grade_id_of(cell)] = heading if answer is None else answer
            answer = None
    return Titles(notebook or name.replace("_", " "), _told_apart(above))


def _headings(text: str) -> list[tuple[int, str]]:
    found = (_HEADING.match(line) for line in text.splitlines())
    return [(len(match[1]), _MINUTES.sub("", match[2])) for match in found if match]


def _told_apart(above: dict[str, str]) -> dict[str, str]:
    several = Counter(above.values())
    seen: Counter[str] = Counter()
    titles = {}
    for item, heading in above.items():
        seen[heading] += 1
        words = item.replace("-", " ").replace("_", " ")
        if not (_WORDS.fullmatch(item) and not _HASH.search(item)):
            words = f"{seen[heading]}" if heading else item
        if not heading:
            titles[item] = words
        else:
            titles[item] = f"{heading}: {words}" if several[heading] > 1 else heading
    return titles
