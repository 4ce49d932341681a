"""Puts the marks into the file that a system gave out: only cells that get a final mark change, by not a byte more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.exceptions import ExportError
from autograder.files import write_atomically
from autograder.output.exports.people import match
from autograder.output.exports.sheet import Sheet, read_sheet
from autograder.output.exports.systems import Target, choose, number_in, table_of
from autograder.output.marks import Mark
from autograder.output.tables import number

TOLERANCE = 1e-4  # marks are written with four decimals


@dataclass(frozen=True)
class Wishes:
    """What was asked for: the column that identifies a student, the one that takes the marks, other points there.

    `titles` are what the assignment may be called.
    """

    key: str | None = None
    column: str | None = None
    rescale: bool = False
    titles: tuple[str, ...] = ()


@dataclass
class Filled:
    """What was done with a file, for a person to read. The lists hold students, with a reason where one is needed."""

    system: str
    column: str
    put: list[str] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    not_handed_in: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    advice: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everybody who handed in has a mark in the file."""
        return not (self.waiting or self.left_out or self.undecided)


def fill(given: Path, to: Path, marks: Sequence[Mark], wishes: Wishes) -> Filled:
    """Write the file `given` with the marks in it to `to`.

    Raises ExportError, and writes nothing, when the file is none that is known, when it is not certain which column is
    meant, or when the assignment is worth something else there.
    """
    sheet = read_sheet(given)
    try:
        table = table_of(sheet, wishes.key)
        target = choose(table, sheet, wishes.column, wishes.titles)
        factor = _factor(target, marks, rescale=wishes.rescale)
    except ExportError as error:
        raise ExportError(error.what, where=given, remedy=error.remedy) from error
    matching = match(table.people, marks)
    filling = _Filling(sheet, target, factor, _decimal_comma(sheet, target))
    done = Filled(table.system, sheet.columns[target.column], undecided=matching.undecided, advice=table.advice)
    for mark in marks:
        row = matching.rows.get(mark.student)
        if not mark.handed_in:
            done.not_handed_in.append(mark.student)
        elif not mark.final:
            done.waiting.append((mark.student, mark.note))
        elif row is None:
            undecided = mark.student in matching.undecided_students
            done.left_out.append((mark.student, "whose row is not certain" if undecided else "not in the file"))
        else:
            filling.put(mark, row, done)
    done.by_name = sorted(matching.by_name & set(done.put))
    with_rows = set(matching.rows.values())
    done.nobody = [person.shown for person in table.people if person.row not in with_rows]
    content = sheet.with_cells(filling.changes)
    to.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(to, content, durable=True)
    return done


@dataclass
class _Filling:
    """The cells that change. `factor` makes our points the file's; `comma` says how the file writes decimals."""

    sheet: Sheet
    target: Target
    factor: float
    comma: bool
    changes: dict[tuple[int, int], str] = field(default_factory=dict)

    def put(self, mark: Mark, row: int, done: Filled) -> None:
        """Put a mark into its row, unless it is more than the file allows."""
        points, most = mark.points * self.factor, self.target.most
        new = number(points).replace(".", "," if self.comma else ".")
        if most is not None and points > most + TOLERANCE:
            done.left_out.append((mark.student, f"{new} is more than the {number(most)} that the file allows"))
            return
        done.put.append(mark.student)
        before = self.sheet.value(row, self.target.column)
        there = number_in(before)
        if there is not None and abs(there - points) < TOLERANCE:
            return  # it says so already, perhaps as 5.50
        if before:
            done.changed.append((mark.student, before, new))
        self.changes[row, self.target.column] = new


def _factor(target: Target, marks: Iterable[Mark], *, rescale: bool) -> float:
    """By what our points are multiplied. Raises ExportError when the file means other points and that was not asked."""
    ours = max((mark.max_points for mark in marks), default=0.0)
    if target.most is None or not ours or abs(target.most - ours) < TOLERANCE:
        return 1.0
    if rescale:
        return target.most / ours
    raise ExportError(
        f"it is for {number(target.most)} points, and the marks are out of {number(ours)}",
        remedy="change the points in the system and export the file again, or give --rescale to convert the marks",
    )


def _decimal_comma(sheet: Sheet, target: Target) -> bool:
    """Whether the file writes decimals with a comma, as the numbers in and beside the column of marks show."""
    columns = [target.column, target.column + 1]
    shown = [value for column in columns for value in sheet.values(column) if number_in(value) is not None]
    return any("," in value for value in shown) and not any("." in value for value in shown)
