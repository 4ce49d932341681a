"""Journals in OUT: what markers decided and noted, in the order in which they did. Lines are added and never changed.

So two markers who write at once lose nothing of each other's, and what was done can be said and undone. The gradebook
has the marks themselves; nothing here is one.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from autograder.outdir import OutDir

T = TypeVar("T")

DECISIONS = "decisions"
"""The journal of decisions."""


@dataclass(frozen=True)
class Given:
    """What stands in the gradebook for an item of a student: a person's score and comment, and whether it waits."""

    score: float | None = None
    comment: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Served:
    """One student whom a decision served: what stood there before, what it wrote, the extra credit on top."""

    student: str
    before: Given
    after: Given
    extra: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What a marker decided for an item, for one student or many.

    `id` is its own, `time` in ISO 8601. `lines` are the ids of the rubric's lines that were chosen. `undoes` is the id
    of the decision that this one takes back.
    """

    id: str
    time: str
    marker: str
    notebook: str
    item: str
    served: tuple[Served, ...]
    lines: tuple[str, ...] = ()
    undoes: str = ""


def add(out: OutDir, subject: str, entry: Any) -> None:
    """Add an entry to a journal. When this returns it survives a power cut. Raises OutDirError."""
    path = out.review_journal(subject)
    with out.explained():
        path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(msgspec.to_builtins(entry), ensure_ascii=False).encode("utf-8", "backslashreplace")
        # one write to the end of the file; the line break before it ends a line that a power cut has left unfinished
        with path.open("ab", buffering=0) as file:
            file.write(b"\n" + line)
            os.fsync(file.fileno())


def read(out: OutDir, subject: str, kind: type[T]) -> list[T]:
    """The entries of a journal in their order; a line that is damaged is left out. Raises OutDirError."""
    path, found = out.review_journal(subject), []
    with out.explained():
        lines = path.read_bytes().split(b"\n") if path.exists() else []
    for line in lines:
        try:
            found.append(msgspec.convert(json.loads(line), kind))
        except ValueError:
            continue
    return found
