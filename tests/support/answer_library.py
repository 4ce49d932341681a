"""The library of right and wrong answers, tests/answers/NOTEBOOK/ITEM.py, and what is said about them, as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CASE = re.compile(r"^# %% (right|wrong): (.+)$", re.MULTILINE)
_SAYS = re.compile(r"\A(?:# says: .*\n)+")


@dataclass(frozen=True)
class Answer:
    """One answer of the library: what takes the place of the item's solution, and what must be said about it."""

    notebook: str
    item: str
    kind: str
    name: str
    source: str
    says: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.notebook[:3]}-{self.item}: {self.name}"


def read_answers(path: Path) -> list[Answer]:
    """The answers of one file, in order."""
    _, *parts = _CASE.split(path.read_text(encoding="utf-8"))
    answers = []
    for kind, name, body in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
        text = body.strip("\n") + "\n"
        head = _SAYS.match(text)
        says = tuple(line.removeprefix("# says: ") for line in head[0].splitlines()) if head else ()
        source = text[head.end() :] if head else text
        answers.append(Answer(path.parent.name, path.stem, kind, name, source, says))
    return answers


def read_messages(notebook: str, text: str) -> dict[tuple[str, str, str], str]:
    """The messages of a file, by notebook, item and name of the answer."""
    kept = {}
    for section in text.split("\n## ")[1:]:
        item, _, rest = section.partition("\n")
        for entry in rest.split("\n### ")[1:]:
            name, _, said = entry.partition("\n")
            kept[notebook, item.strip(), name.strip()] = said.strip()
    return kept
