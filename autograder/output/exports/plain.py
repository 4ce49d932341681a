"""Marks as files of their own, for those whose system gave out none to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.output.marks import Mark
from autograder.output.tables import TableWriter, number

LeftOut = list[tuple[str, str]]
"""Who is not in a file, and why."""


def write_csv(assignment: str, marks: list[Mark], to: Path) -> LeftOut:
    """A row a student: points for each notebook, the total, and whether it is final."""
    del assignment
    notebooks = list(dict.fromkeys(name for mark in marks for name in mark.notebooks))
    _write_table(marks, to, notebooks, lambda mark: [number(mark.notebooks.get(name)) for name in notebooks])
    return []


def write_wide(marks: list[Mark], to: Path, order: Iterable[tuple[str, str]] = ()) -> LeftOut:
    """A row a student and a column an item, in the `order` of the course, then what the plain table has."""
    there = {item for mark in marks for item in mark.items}
    items = list(dict.fromkeys([*(item for item in order if item in there), *sorted(there)]))
    columns = [f"{notebook}: {item}" for notebook, item in items]
    _write_table(marks, to, columns, lambda mark: [number(mark.items.get(item)) for item in items])
    return []


def _write_table(marks: list[Mark], to: Path, columns: list[str], points: Callable[[Mark], list[str]]) -> None:
    header = ("student", "name", *columns, "late_minutes", "penalty", "total", "max_points", "note")
    # Excel takes a file without the mark of UTF-8 for one of the system's own encoding
    with TableWriter(to, header, encoding="utf-8-sig") as table:
        for mark in marks:
            late = (str(mark.late_minutes), number(mark.penalty)) if mark.late_minutes else ("", "")
            total = number(mark.points if mark.handed_in else None)
            numbers = (*points(mark), *late, total, number(mark.max_points))
            table.write((mark.student, mark.name, *numbers, mark.note), plain=numbers)


def write_canvas(assignment: str, marks: list[Mark], to: Path) -> LeftOut:
    """What Canvas reads under Grades, Import: its five columns, the points possible, a column for the assignment.

    Canvas takes an empty cell for the wish to have no grade, so there are rows for final marks only. A student is found
    by Canvas's number, by the login, or by name.
    """
    most = marks[0].max_points if marks else 0.0
    final = [mark for mark in marks if mark.final]
    with TableWriter(to, ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment)) as table:
        table.write(("    Points Possible", "", "", "", "", number(most)))
        for mark in final:
            canvas_id, login = (mark.system_id, "") if mark.system == "canvas" else ("", mark.student)
            points = number(mark.points)
            table.write((mark.name, canvas_id, "", login, "", points), plain=(points,))
    return [(mark.student, mark.note) for mark in marks if not mark.final]


def write_moodle(assignment: str, marks: list[Mark], to: Path) -> LeftOut:
    """The grading worksheet that an English Moodle reads under the assignment's "Upload grading worksheet".

    Moodle finds a student by the number that its downloads carry in the folders' names, and needs the columns
    Identifier, Grade and Last modified (grade). Without that number there is no row; and none for a mark that is not
    final. A time that says nothing keeps Moodle from putting a mark above one that it has. There is no column for
    feedback: an empty cell of it would overwrite what a teacher wrote.
    """
    del assignment
    columns = ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)")
    left_out: LeftOut = []
    with TableWriter(to, columns) as table:
        for mark in marks:
            if not mark.final:
                left_out.append((mark.student, mark.note))
            elif mark.system != "moodle" or not mark.system_id:
                left_out.append((mark.student, "Moodle's number is not known; use --fill with the grading worksheet"))
            else:
                points = number(mark.points), number(mark.max_points)
                row = (f"Participant {mark.system_id}", mark.name, *points, "-")
                table.write(row, plain=("-", *points))
    return left_out


WRITERS: dict[str, Callable[[str, list[Mark], Path], LeftOut]] = {
    "csv": write_csv,
    "canvas": write_canvas,
    "moodle": write_moodle,
}
