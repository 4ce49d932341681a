"""Everybody's mark for an assignment, as the gradebook has it: what persons gave and late penalties are in it.

A mark is final when no item waits for a person and the grader has not failed. No other is given out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from autograder.exceptions import ExportError
from autograder.marking.late import after_penalty
from autograder.marking.manual_grades import gradebook_marks, open_gradebook
from autograder.model.submission import KnownStudent
from autograder.outdir import OutDir
from autograder.text import counted


@dataclass
class Mark:
    """A student's mark for the assignment. `points` and `notebooks` hold what there is so far.

    `name` is the student's id where no name is known. `items` are the points by notebook and item, None where there are
    none yet. `waiting` counts the items that a person still has to mark. `handed_in` is false for a student of whom the
    gradebook has nothing for this assignment.
    """

    student: str
    name: str
    system: str = ""
    system_id: str = ""
    max_points: float = 0.0
    notebooks: dict[str, float] = field(default_factory=dict)
    items: dict[tuple[str, str], float | None] = field(default_factory=dict)
    penalty: float = 0.0
    late_minutes: int = 0
    waiting: int = 0
    handed_in: bool = True

    @property
    def known_name(self) -> str:
        """The full name, empty where none is known."""
        return "" if self.name == self.student else self.name

    @property
    def points(self) -> float:
        """The total, with late penalties taken off, as nbgrader's own export has it."""
        return after_penalty(sum(self.notebooks.values()), self.penalty)

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
            return f"not final: {counted(self.waiting, 'item')} to be marked by a person"
        return ""


def read_marks(out: OutDir) -> list[Mark]:
    """Everybody's marks, in the order of their ids."""
    from nbgrader.api import MissingEntry

    if not out.gradebook_exists:
        remedy = f"run `autograder grade {out.assignment}` first, or give --out DIR"
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
        for student, notebook, penalty, seconds in _submitted(gradebook, out.assignment):
            mark = marks[student]
            mark.handed_in = True
            mark.notebooks[notebook] = 0.0
            mark.penalty += penalty or 0.0
            mark.late_minutes = math.ceil(seconds / 60)
        for cell in gradebook_marks(gradebook, out.assignment):
            mark = marks[cell.student]
            mark.items[cell.notebook, cell.item] = cell.final.points
            mark.notebooks[cell.notebook] += cell.final.points or 0.0
            mark.waiting += not cell.final.final
    for mark in marks.values():
        mark.notebooks = {name: mark.notebooks[name] for name in names if name in mark.notebooks}
    return [marks[student] for student in sorted(marks)]


def known_marks(out: OutDir) -> dict[str, Mark]:
    """The same by student, nothing where there is no gradebook: for what being late cost."""
    return {mark.student: mark for mark in read_marks(out)} if out.gradebook_exists else {}


def _nothing_yet(student: Any, known: KnownStudent | None, max_points: float) -> Mark:
    name = known.name if known and known.name else " ".join(p for p in (student.first_name, student.last_name) if p)
    system, system_id = (known.system, known.system_id) if known else ("", "")
    return Mark(student.id, name or student.id, system, system_id, max_points, handed_in=False)


def _submitted(gradebook: Any, assignment: str) -> list[tuple[str, str, float | None, float]]:
    """Student, notebook, late penalty and seconds late of every submitted notebook that has grades."""
    from nbgrader.api import Assignment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    query = (
        select(
            SubmittedAssignment.student_id,
            Notebook.name,
            SubmittedNotebook.late_submission_penalty,
            Assignment.duedate,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
        )
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .where(Assignment.name == assignment, SubmittedNotebook.id.in_(select(Grade.notebook_id)))
    )
    return [(*row[:3], seconds_late(*row[3:])) for row in gradebook.db.execute(query)]


def seconds_late(due: datetime | None, handed_in: datetime | None, extension: timedelta | None) -> float:
    """How long after the due date, with the student's extension, something was handed in; 0 when that is not known."""
    if due is None or handed_in is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())
