"""Who handed in what: one notebook for the grading engine, and what is remembered of students and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Submission:
    """One notebook of one student, as nbformat data (hostile: never trust a field of it beyond its type).

    Cells are recognised by `metadata.nbgrader.grade_id`; locked and test cells are replaced by our own before anything
    runs.
    """

    student: str
    notebook: str
    content: dict[str, Any]


@dataclass(frozen=True)
class HandedIn:
    """Whence a notebook came that was taken in: what a later pile is weighed against.

    `path` is the file as it was found, `digest` that of its bytes. `system` is where it comes from, `attempt` which one
    of the student's it is there, `time` when it was handed in, in ISO 8601; both may be empty. `answers` are as many as
    were written in it.
    """

    path: str = ""
    digest: str = ""
    system: str = ""
    attempt: tuple[int, ...] = ()
    time: str = ""
    answers: int = 0


@dataclass(frozen=True)
class KnownStudent:
    """A student whom a run has seen, or who is on the roster.

    `name` is the full name, `system_id` the number or login in `system`; each may be empty. `refused` says, by
    notebook, why one that is not there could not be used. `keys` are all ids by which this student was ever named;
    `handed_in` says of each notebook whence it came. `extension` is in minutes, `due` a time of the student's own in
    ISO 8601. `on_roster` is None where there is no roster.
    """

    name: str = ""
    system: str = ""
    system_id: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    handed_in: dict[str, HandedIn] = field(default_factory=dict)
    extension: float = 0.0
    due: str = ""
    on_roster: bool | None = None


class Action(StrEnum):
    """What was done with a file that was found."""

    TAKEN = "taken"  # as it is; nothing had to be changed
    REPAIRED = "repaired"  # the student's answers were put into our notebook in another way than by place
    DUPLICATE = "duplicate"  # passed over: another file of the same student is the one that counts
    IGNORED = "ignored"  # not a notebook of this assignment
    REFUSED = "refused"  # cannot be used; the detail says why and what to do


@dataclass(frozen=True)
class FileRecord:
    """What became of one file that was taken in: a row of intake.csv.

    `path` is the path as found; what is inside an archive stands behind `!/`, as in `dump.zip!/ann/2.1.ipynb`. It is
    printable: control characters are escaped. `student` and `notebook` are empty when they are not known; the notebook
    of a refused file is a guess from its name. `details` holds one sentence for each repair or reason, in order, and is
    never empty for any action but taken. `flag` asks for a person to look. `at` is when OUT first had it so.
    """

    path: str
    student: str
    notebook: str
    action: Action
    details: tuple[str, ...] = ()
    flag: bool = False
    at: str = ""

    @property
    def detail(self) -> str:
        """All details as one text, a line each."""
        return "\n".join(self.details)


def by_path(records: Iterable[FileRecord]) -> dict[str, list[FileRecord]]:
    """The records of each file, in the order in which the files come."""
    found: dict[str, list[FileRecord]] = {}
    for record in records:
        found.setdefault(record.path, []).append(record)
    return found
