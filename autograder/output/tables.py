"""marks.csv and intake.csv: one row for each item, one row for each file."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Container, Iterable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Generic, TypeVar

from autograder.files import replacing
from autograder.marking.final import FinalMark
from autograder.marking.late import IN_TIME, Late
from autograder.model.submission import FileRecord
from autograder.text import escape_formula, one_line

MARKS_COLUMNS = ("student", "notebook", "item", "points", "max_points", "status", "message", "decided")
LATE_COLUMNS = ("late_minutes", "penalty")
"""Only where hand-ins were due at some time: the minutes of the notebook, and the item's share of what it costs."""
INTAKE_COLUMNS = ("path", "student", "notebook", "action", "detail")

MESSAGE_LIMIT = 500
"""Characters of a message in a table; the feedback pages have all of it."""

NOBODY_LATE: Mapping[str, Late] = MappingProxyType({})

T = TypeVar("T")


def number(points: float | None) -> str:
    """A mark in a table: no mark is an empty cell, never a zero."""
    return "" if points is None else f"{round(points, 4):.10g}"


class TableWriter:
    """Writes a CSV file row by row and puts it in place when it is complete; an interrupted one leaves the old file."""

    def __init__(self, path: Path, columns: Iterable[str], encoding: str = "utf-8") -> None:
        self._path = path
        self._encoding = encoding
        self._columns = tuple(columns)

    def __enter__(self) -> TableWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(replacing(self._path, durable=True))
            self._text = TextIOWrapper(file, encoding=self._encoding, errors="backslashreplace", newline="")
            self._csv = csv.writer(self._text, lineterminator="\n")
            self._csv.writerow([escape_formula(column) for column in self._columns])
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._open:
            if error is not None:
                raise error  # into the block around the file, which then leaves the old one
            self._text.flush()
            self._text.detach()

    def write(self, values: Iterable[str], plain: Container[str] = ()) -> None:
        """Write one row; every value but those that are `plain` by the format is made safe for spreadsheet programs."""
        self._csv.writerow([value if value in plain else escape_formula(value) for value in values])


class MarksTable:
    """Writes marks.csv. Students come in any order and are listed in the order of `students`.

    With `late` it has the columns of `LATE_COLUMNS`.
    """

    def __init__(self, path: Path, students: Iterable[str], *, late: bool = False) -> None:
        self._table = TableWriter(path, (*MARKS_COLUMNS, *LATE_COLUMNS) if late else MARKS_COLUMNS)
        self._late = late
        self._ordered: InOrder[tuple[tuple[tuple[str, FinalMark], ...], Mapping[str, Late]]] = InOrder(students)

    def __enter__(self) -> MarksTable:
        self._table.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._table.__exit__(kind, error, traceback)

    def add(self, student: str, marks: Iterable[tuple[str, FinalMark]], late: Mapping[str, Late] = NOBODY_LATE) -> None:
        """Add the rows of a student: each mark with its notebook, and how late each notebook is."""
        for ready, (rows, lateness) in self._ordered.add(student, (tuple(marks), late)):
            totals: dict[str, float] = {}
            for notebook, mark in rows:
                totals[notebook] = totals.get(notebook, 0.0) + (mark.points or 0.0)
            for notebook, mark in rows:
                points = number(mark.points), number(mark.max_points)
                message = one_line(mark.for_markers or mark.message, MESSAGE_LIMIT)
                more: tuple[str, ...] = ()
                if self._late:
                    found = lateness.get(notebook, IN_TIME)
                    share = (mark.points or 0.0) / totals[notebook] if totals[notebook] else 0.0
                    more = (number(float(found.minutes)), number(found.penalty * share))
                decided = mark.decided.value if mark.decided is not None else ""
                row = (ready, notebook, mark.item, *points, mark.status.value, message, decided, *more)
                self._table.write(row, plain=(*points, *more))


class InOrder(Generic[T]):
    """Gives back in the expected order what comes in any order, holding only what has to wait."""

    def __init__(self, expected: Iterable[str]) -> None:
        self._expected = list(expected)
        self._next = 0
        self._waiting: dict[str, T] = {}

    def add(self, key: str, value: T) -> Iterator[tuple[str, T]]:
        """Take one value and give every key and value whose turn has come."""
        self._waiting[key] = value
        while self._next < len(self._expected) and self._expected[self._next] in self._waiting:
            ready = self._expected[self._next]
            yield ready, self._waiting.pop(ready)
            self._next += 1


def write_intake(path: Path, records: Iterable[FileRecord]) -> None:
    """Write intake.csv: a row for each file found; several repairs of one file stand on lines of one cell."""
    with TableWriter(path, INTAKE_COLUMNS) as table:
        for record in records:
            detail = "\n".join(details_of(record)).strip()
            table.write((record.path, record.student, record.notebook, record.action, detail))


def details_of(record: FileRecord) -> tuple[str, ...]:
    """What is said of a file: a sentence for each repair or reason, and whether a person has to look."""
    return (*record.details, "please look") if record.flag else record.details


def read_marks(path: Path) -> Iterable[Mapping[str, str]]:
    """The rows of a marks.csv, as text by column."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
