"""Marks for other systems: files that the gradebook import of Canvas and Moodle accepts, and plain CSV.

The marks come from the gradebook, so what persons gave is in them. A mark that is not final yet (an item waits for a
person, or the grader failed) is left out of a file that a system would import as final, and said in the plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading import Known, known_students
from autograder.marking.gradebook import database_url
from autograder.model.course import Course
from autograder.output.tables import TableWriter, number

FORMATS = ("csv", "canvas", "moodle")


class ExportError(Exception):
    """There are no marks to export; the message says what to do."""


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


def export(course: Course, assignment: str, graded: Path, kind: str, to: Path) -> list[Mark]:
    """Write everybody's marks for an assignment in one of `FORMATS`; gives the marks.

    `graded` is the OUT of `autograder grade`. Raises ExportError when its gradebook has no such assignment.
    """
    marks = read_marks(course, assignment, graded)
    _WRITERS[kind](assignment, marks, to)
    return marks


def read_marks(course: Course, assignment: str, graded: Path) -> list[Mark]:
    """Everybody's marks, in the order of their ids."""
    from nbgrader.api import Gradebook, MissingEntry

    url = database_url(course, graded)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise ExportError(
            f"there is no gradebook at {url}: run `autograder grade {assignment}` first, or give --from DIR"
        )
    with Gradebook(url, course.nbgrader.coursedir.course_id) as gradebook:
        try:
            found = gradebook.find_assignment(assignment)
        except MissingEntry as error:
            raise ExportError(f"the gradebook at {url} has no assignment {assignment}") from error
        known = known_students(graded, assignment)
        names = [notebook.name for notebook in found.notebooks]
        marks = {
            student.id: _nothing_yet(student, known.get(student.id), found.max_score) for student in gradebook.students
        }
        for student, notebook, score, waiting, penalty in _scores(gradebook, assignment):
            mark = marks[student]
            mark.handed_in = True
            mark.notebooks[notebook] = score
            mark.waiting += waiting
            mark.penalty += penalty or 0.0
    for mark in marks.values():
        mark.notebooks = {name: mark.notebooks[name] for name in names if name in mark.notebooks}
    return [marks[student] for student in sorted(marks)]


def _nothing_yet(student: Any, known: Known | None, max_points: float) -> Mark:
    name = known.name if known and known.name else " ".join(p for p in (student.first_name, student.last_name) if p)
    system, system_id = (known.system, known.system_id) if known else ("", "")
    return Mark(student.id, name or student.id, system, system_id, max_points, handed_in=False)


def _scores(gradebook: Any, assignment: str) -> Iterator[tuple[str, str, float, int, float | None]]:
    """Student, notebook, score, items that wait for a person, and late penalty, of every submitted notebook."""
    from nbgrader.api import Assignment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import Integer, cast, func, select

    waiting = func.sum(cast(Grade.needs_manual_grade, Integer))
    query = (
        select(
            SubmittedAssignment.student_id,
            Notebook.name,
            func.sum(Grade.score),
            waiting,
            SubmittedNotebook.late_submission_penalty,
        )
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .where(Assignment.name == assignment)
        .group_by(SubmittedNotebook.id, SubmittedAssignment.student_id, Notebook.name)
    )
    yield from gradebook.db.execute(query).tuples()


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
