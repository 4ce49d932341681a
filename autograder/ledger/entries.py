"""What a ledger says, as plain data: files, students, notebooks, attempts, marks, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from autograder.marking.final import FinalMark
from autograder.marking.late import IN_TIME, Late, after_penalty
from autograder.model.submission import FileRecord, HandedIn, KnownStudent

BY_TESTS = "tests"
"""Who gave a mark that the tests decided."""

BY_A_PERSON = "a person"
"""Who gave a mark in formgrader, which does not say who it was."""


class Need(StrEnum):
    """Why something waits for a person."""

    MARK = "mark"  # an answer that a person marks
    LOOK_AGAIN = "look again"  # marked by a person, and something has changed since
    UNUSABLE = "unusable"  # what was handed in cannot be used
    GRADER = "grader"  # the grader itself failed
    FILE = "file"  # of a file it is not sure whose it is, or what was made of it


@dataclass(frozen=True)
class Run:
    """A run that came to its end. `at` is when, in ISO 8601."""

    number: int
    at: str


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person: whose it is, why, and a sentence that says so. `item` may be empty."""

    student: str
    notebook: str
    item: str
    need: Need
    why: str


@dataclass(frozen=True)
class FileEntry:
    """A file that was taken in, and when it was first recorded as it is now."""

    record: FileRecord
    at: str = ""


@dataclass(frozen=True)
class Attempt:
    """A notebook that once counted: whence it came, and the run that took it in. The last one counts now."""

    handed_in: HandedIn
    run: int
    at: str


@dataclass(frozen=True)
class Past:
    """A mark as it was: `points` is None where there was none. `by` gave it, at the time `at`."""

    points: float | None
    max_points: float
    by: str
    at: str


@dataclass(frozen=True)
class ItemEntry:
    """One graded item of a student: the mark as everybody is told it, who gave it, and since when it stands.

    `tests` is what the tests gave, None where they gave nothing. `history` has every mark that it had, the present one
    last. `further` items count nothing.
    """

    item: str
    mark: FinalMark
    tests: float | None = None
    by: str = ""
    since: str = ""
    need: Need | None = None
    why: str = ""
    comment: str = ""
    manual: bool = False
    further: bool = False
    history: tuple[Past, ...] = ()


@dataclass(frozen=True)
class NotebookEntry:
    """One notebook of a student.

    `key` names its result in the store, empty where it has none; `refused` says why what was handed in cannot be used.
    """

    notebook: str
    handed_in: bool
    source: HandedIn | None = None
    refused: str = ""
    repairs: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    items: tuple[ItemEntry, ...] = ()
    late: Late = IN_TIME
    key: str = ""

    @property
    def points(self) -> float:
        """The points had so far, with what is taken off for being late."""
        return after_penalty(sum(item.mark.points or 0.0 for item in self.items), self.late.penalty)

    @property
    def max_points(self) -> float:
        """The points that can be had."""
        return sum(item.mark.max_points for item in self.items)

    @property
    def waiting(self) -> tuple[ItemEntry, ...]:
        """The items that wait for a person."""
        return tuple(item for item in self.items if item.need is not None)


@dataclass(frozen=True)
class Note:
    """What a marker wrote down of a student."""

    text: str
    by: str
    at: str


@dataclass(frozen=True)
class StudentEntry:
    """Everything about one student."""

    id: str
    known: KnownStudent
    notebooks: dict[str, NotebookEntry] = field(default_factory=dict)
    files: tuple[FileEntry, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """The full name, or the id where none is known."""
        return self.known.name or self.id

    @property
    def points(self) -> float:
        """The total so far, late penalties taken off."""
        return sum(notebook.points for notebook in self.notebooks.values())

    @property
    def max_points(self) -> float:
        """The points that can be had."""
        return sum(notebook.max_points for notebook in self.notebooks.values())

    @property
    def waiting(self) -> int:
        """How many items wait for a person."""
        return sum(len(notebook.waiting) for notebook in self.notebooks.values())

    @property
    def final(self) -> bool:
        """Whether this is a mark to give out."""
        return bool(self.notebooks) and not self.waiting
