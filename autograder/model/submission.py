"""Who handed in what: one notebook for the grading engine, and what is remembered of students and files."""

from __future__ import annotations

from dataclasses import dataclass, field
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
class KnownStudent:
    """A student whom a run has seen.

    `name` is the full name, `system_id` the number or login in `system`; each may be empty. `refused` says, by
    notebook, why one that is not there could not be used.
    """

    name: str = ""
    system: str = ""
    system_id: str = ""
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileRecord:
    """What became of one file that was taken in: a row of intake.csv. `flag` asks for a person to look."""

    path: str
    student: str
    notebook: str
    action: str
    details: tuple[str, ...] = ()
    flag: bool = False
