"""Marks for other systems: files that the gradebook import of Canvas and Moodle accepts, and plain CSV.

The marks come from the gradebook, so what persons gave is in them. A mark that is not final yet (an item waits for a
person, or the grader failed) is left out of a file that a system would import as final, and said in the plain one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.exceptions import ExportError
from autograder.marking.manual_grades import gradebook_marks, open_gradebook
from autograder.model.submission import KnownStudent
from autograder.outdir import OutDir
from autograder.output.tables import TableWriter, number

FORMATS = ("csv", "canvas", "moodle")


@dataclass
class Mark:
    """A student's mark for the assignment. `points` and `notebooks` hold what there is so far.

    `waiting` counts the items that a person still has to mark. `handed_in` is false for a student of whom the gradebook
    has nothing for this assignment.
    """

    student: str
    name: str
    system: str = ""
    system_id: str = ""
    max_points: float = 0.0
    notebooks: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    waiting: int = 0
    handed_in: bool = True

    @property
    def points(self) -> float:
        """The total, with late penalties taken off, as nbgrader's own export has it."""
        return max(0.0, sum(self.notebooks.values()) - self.penalty)

    @property
    def final(self) -> bool:
        """Whether this is a mark to give out."""
        return self.handed_in and not self.waiting

    @property
    def note(self) -> str:
        """Why there is no final mark, or empty."""
        if not self.handed_in:
            return "no mark: nothing was handed in"
        if self.waiting:
            return f"not final: {self.waiting} item{'s' if self.waiting > 1 else ''} to be marked by a person"
        return ""


def export(out: OutDir, kind: str, to: Path) -> list[Mark]:
    """Write everybody's marks for the assignment of OUT in one of `FORMATS`; gives the marks.

    Raises ExportError when the gradebook has no such assignment.
    """
    marks = read_marks(out)
    _WRITERS[kind](out.assignment, marks, to)
    return marks


def read_marks(out: OutDir) -> list[Mark]:
    """Everybody's marks, in the order of their ids."""
    from nbgrader.api import MissingEntry

    if not out.gradebook_exists:
        remedy = f"run `autograder grade {out.assignment}` first, or give --from DIR"
        raise ExportError(f"there is no gradebook at {out.gradebook_url}", remedy=remedy)
    known = out.known_students()
    with open_gradebook(out) as gradebook:
        try:
            found = gradebook.find_assignment(out.assignment)
        except MissingEntry as error:
            raise ExportError(f"the gradebook at {out.gradebook_url} has no assignment {out.assignment}") from error
        names = [notebook.name for notebook in found.notebooks]
        marks = {
            student.id: _nothing_yet(student, known.get(student.id), found.max_score) for student in gradebook.students
        }
        for student, notebook, penalty in _submitted(gradebook, out.assignment):
            mark = marks[student]
            mark.handed_in = True
            mark.notebooks[notebook] = 0.0
            mark.penalty += penalty or 0.0
        for cell in gradebook_marks(gradebook, out.assignment):
            mark = marks[cell.student]
            mark.notebooks[cell.notebook] += cell.final.points or 0.0
            mark.waiting += not cell.final.final
    for mark in marks.values():
        mark.notebooks = {name: mark.notebooks[name] for name in names if name in mark.notebooks}
    return [marks[student] for student in sorted(marks)]


def _nothing_yet(student: Any, known: KnownStudent | None, max_points: float) -> Mark:
    name = known.name if known and known.name else " ".join(p for p in (student.first_name, student.last_name) if p)
    system, system_id = (known.system, known.system_id) if known else ("", "")
    return Mark(student.id, name or student.id, system, system_id, max_points, handed_in=False)


def _submitted(gradebook: Any, assignment: str) -> list[tuple[str, str, float | None]]:
    """Student, notebook and late penalty of every submitted notebook that has grades."""
    from nbgrader.api import Assignment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    query = (
        select(SubmittedAssignment.student_id, Notebook.name, SubmittedNotebook.late_submission_penalty)
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .where(Assignment.name == assignment, SubmittedNotebook.id.in_(select(Grade.notebook_id)))
    )
    return list(gradebook.db.execute(query).tuples())


def _write_csv(assignment: str, marks: list[Mark], to: Path) -> None:
    """A row a student: points for each notebook, the total, and whether it is final."""
    del assignment
    notebooks = list(dict.fromkeys(name for mark in marks for name in mark.notebooks))
    # Excel takes a file without the mark of UTF-8 for one of the system's own encoding
    with TableWriter(to, ("student", "name", *notebooks, "total", "max_points", "note"), encoding="utf-8-sig") as table:
        for mark in marks:
            points = [number(mark.notebooks.get(name)) for name in notebooks]
            total = number(mark.points if mark.handed_in else None)
            table.write((mark.student, mark.name, *points, total, number(mark.max_points), mark.note))


def _write_canvas(assignment: str, marks: list[Mark], to: Path) -> None:
    """What Canvas reads under Grades, Import: its five columns, the points possible, a column for the assignment.

    Canvas takes any further column for an assignment, and an empty mark as none: there is no place for a note. A
    student is found by Canvas's number, by the login, or by name.
    """
    most = marks[0].max_points if marks else 0.0
    with TableWriter(to, ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment)) as table:
        table.write(("    Points Possible", "", "", "", "", number(most)))
        for mark in marks:
            canvas_id, login = (mark.system_id, "") if mark.system == "canvas" else ("", mark.student)
            table.write((mark.name, canvas_id, "", login, "", number(mark.points) if mark.final else ""))


def _write_moodle(assignment: str, marks: list[Mark], to: Path) -> None:
    """The grading worksheet that Moodle reads under the assignment's "Upload grading worksheet".

    Moodle finds a student by the number that its downloads carry in the folders' names, and needs the three columns
    Identifier, Grade and Last modified (grade). A note stands in the feedback, which the student may be shown.
    """
    del assignment
    columns = (
        "Identifier",
        "Full name",
        "ID number",
        "Grade",
        "Maximum Grade",
        "Last modified (grade)",
        "Feedback comments",
    )
    with TableWriter(to, columns) as table:
        for mark in marks:
            identifier = f"Participant {mark.system_id}" if mark.system == "moodle" else ""
            points = number(mark.points) if mark.final else ""
            most = number(mark.max_points)
            table.write((identifier, mark.name, mark.student, points, most, "-", mark.note), plain=("-",))


_WRITERS: dict[str, Callable[[str, list[Mark], Path], None]] = {
    "csv": _write_csv,
    "canvas": _write_canvas,
    "moodle": _write_moodle,
}
