"""What grading finds, as plain data.

These types cross every border of the package: from the examiner to the batch, into the store of results, and on to the
gradebook, the tables, the feedback pages and the class report. They hold numbers and text only and turn into JSON and
back without loss.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec


class Status(StrEnum):
    """How an item got its mark, or why it has none."""

    SCORED = "scored"  # the tests ran and decided
    MANUAL = "manual"  # waits for a person
    FAULT = "fault"  # the hand-in made it impossible: hung, died, exhausted a limit
    MISSING = "missing"  # not handed in
    GRADER_ERROR = "grader_error"  # our fault: no mark, never a zero


class Decided(StrEnum):
    """Where an item is decided: known before the first hand-in, from the run of the model solution."""

    OUTSIDE = "outside"  # its test runs in the examiner, out of the hand-in's reach
    INSIDE = "inside"  # its test runs in a fork of the hand-in's process: not proof against forging
    UNDECIDABLE = "undecidable"  # the model solution fails it either way: nobody has a mark


@dataclass(frozen=True)
class CheckResult:
    """One named check inside a test cell.

    `mistake` is the short text of the known mistake that the answer matches, or empty. `inputs`, `got` and `expected`
    are bounded, printable text. All of these are what the student may read. `for_markers` is the whole message of a
    hidden check of which the student may not read all, and empty for any other. `hidden` says that students do not have
    the check in their notebook.
    """

    name: str
    points: float
    max_points: float
    passed: bool
    message: str = ""
    hint: str = ""
    mistake: str = ""
    inputs: str = ""
    got: str = ""
    expected: str = ""
    for_markers: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class ItemResult:
    """The mark of one graded item.

    `message` is what the student may read, `for_markers` the whole of it where that is more. `points` is None when
    there is no mark: waiting for a person, or a fault of the grader. `follow_through` names the items whose model
    answers were put in place when that gave the better mark. `decided` is None where nothing was to be decided: a
    person marks it, it was not handed in, or the grader did not get to it; `decided_why` says, for markers, what the
    model solution met where that is not outside.
    """

    item: str
    points: float | None
    max_points: float
    status: Status
    message: str = ""
    checks: tuple[CheckResult, ...] = ()
    follow_through: tuple[str, ...] = ()
    for_markers: str = ""
    decided: Decided | None = None
    decided_why: str = ""

    @property
    def settled(self) -> bool:
        """Whether grading the same again gives the same: not where the grader failed for a reason of its own."""
        return self.status is not Status.GRADER_ERROR or self.decided in (Decided.INSIDE, Decided.UNDECIDABLE)

    @property
    def share(self) -> float:
        """What the tests found, from 0 (nothing right) to 1; also for an item that counts nothing, by its checks."""
        if self.max_points:
            return (self.points or 0.0) / self.max_points
        if self.checks:
            return sum(check.passed for check in self.checks) / len(self.checks)
        return float(self.status is Status.SCORED and not self.message)

    @property
    def earned(self) -> float:
        """The points of the checks that passed, those of a further task too, which count for nothing."""
        return sum(check.points for check in self.checks if check.passed)

    @property
    def right(self) -> bool:
        """Whether everything that the program asked holds: full points, and no check that failed."""
        if self.status is not Status.SCORED or self.points is None or self.points < self.max_points:
            return False
        return all(check.passed for check in self.checks) if self.checks else not self.message


@dataclass(frozen=True)
class CellRun:
    """What one cell of the hand-in did when it ran.

    `index` is the cell's place in the hand-in as graded. `outputs` are nbformat outputs, bounded and text only.
    """

    index: int
    grade_id: str = ""
    outputs: tuple[dict[str, Any], ...] = ()
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class NotebookResult:
    """Everything that grading one notebook of one student gave.

    `seconds` is wall time, `cpu_seconds` that of both processes, `peak_memory_mb` the largest resident memory of the
    student process.
    """

    student: str
    notebook: str
    items: tuple[ItemResult, ...]
    cells: tuple[CellRun, ...] = ()
    sandbox: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    restarts: int = 0

    @property
    def ran_under(self) -> str:
        """The versions as text: Python's and those of the packages that matter, by name."""
        return ", ".join(f"{name} {version}" for name, version in sorted(self.versions.items()))

    def to_json(self) -> dict[str, Any]:
        """This result as JSON data."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data

    @classmethod
    def from_json(cls, data: Any) -> NotebookResult:
        """The result that `to_json` wrote. Raises ValueError, which names the field, when `data` is something else."""
        return msgspec.convert(data, cls)
