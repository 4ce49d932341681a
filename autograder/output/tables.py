"""marks.csv and intake.csv: one row for each item, one row for each file."""

from __future__ import annotations

import csv
import os
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from autograder.marking.gradebook import PersonsMark
from autograder.model.results import ItemResult, Status

MARKS_COLUMNS = ("student", "notebook", "item", "points", "max_points", "status", "message")
INTAKE_COLUMNS = ("path", "student", "notebook", "action", "detail")

MESSAGE_LIMIT = 500
"""Characters of a message in a table; the feedback pages have all of it."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that starts with one of these is run as a formula by spreadsheet programs."""


@dataclass(frozen=True)
class Row:
    """One line of marks.csv. `points` is None where there is no mark."""

    student: str
    notebook: str
    item: str
    points: float | None
    max_points: float
    status: Status
    message: str


def marks_row(student: str, notebook: str, item: ItemResult, person: PersonsMark | None, *, unanswered: bool) -> Row:
    """The mark that counts: what a person gave, otherwise what the grader found."""
    points, status, message = item.points, item.status, item.message
    if status is Status.MANUAL and unanswered:
        points, status, message = 0.0, Status.SCORED, "no answer was written"
    if person is not None and person.manual_score is not None:
        points = person.manual_score
        status = Status.MANUAL if person.waiting else Status.SCORED
        message = "marked by a person" + (", for an earlier attempt: to be looked at again" if person.waiting else "")
    if person is not None and person.extra_credit:
        points = (points or 0.0) + person.extra_credit
        message = "; ".join(part for part in (message, f"with {person.extra_credit:g} extra") if part)
    return Row(student, notebook, item.item, points, item.max_points, status, message)


def one_line(text: str) -> str:
    """A text as a table shows it: on one line, printable, bounded."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MESSAGE_LIMIT else f"{line[: MESSAGE_LIMIT - 1]}…"


def defused(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: an apostrophe stands before what would start one.

    Programs look past quotes and blanks, so these do not hide a formula's start.
    """
    return f"'{text}" if text.lstrip("\"' ").startswith(FORMULA) or text.startswith(FORMULA) else text


def number(points: float | None) -> str:
    """A mark in a table: no mark is an empty cell, never a zero."""
    return "" if points is None else f"{round(points, 4):.10g}"


class TableWriter:
    """Writes a CSV file row by row and puts it in place when it is complete; an interrupted one leaves the old file."""

    def __init__(self, path: Path, columns: Iterable[str], encoding: str = "utf-8") -> None:
        self._path = path
        self._encoding = encoding
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._columns = tuple(columns)

    def __enter__(self) -> TableWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = self._temporary.open("w", encoding=self._encoding, errors="backslashreplace", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow([defused(column) for column in self._columns])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
        if kind is None:
            self._temporary.replace(self._path)
        else:
            self._temporary.unlink(missing_ok=True)

    def write(self, values: Iterable[str], plain: Container[str] = ()) -> None:
        """Write one row; every value but those that are `plain` by the format is made safe for spreadsheet programs."""
        self._csv.writerow([value if value in plain else defused(value) for value in values])

    def write_mark(self, row: Row) -> None:
        """Write one row of marks.csv."""
        names = [defused(value) for value in (row.student, row.notebook, row.item)]
        points = [number(row.points), number(row.max_points)]
        self._csv.writerow([*names, *points, row.status.value, defused(one_line(row.message))])


def write_intake(path: Path, records: Iterable[Any]) -> None:
    """Write intake.csv: a row for each file found; several repairs of one file stand on lines of one cell."""
    with TableWriter(path, INTAKE_COLUMNS) as table:
        for record in records:
            detail = record.detail if not record.flag else f"{record.detail}\nplease look: more than one reading"
            table.write((record.path, record.student, record.notebook, record.action.value, detail.strip()))


def read_marks(path: Path) -> Iterable[Mapping[str, str]]:
    """The rows of a marks.csv, as text by column."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
