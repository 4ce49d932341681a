"""What persons gave in formgrader, read from the gradebook: two queries, whatever the size of the class."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograder.exceptions import GradebookError
from autograder.marking.final import NOTHING_GIVEN, FinalMark, ManualGrade, final_mark
from autograder.model.results import ItemResult, Status
from autograder.outdir import OutDir

ManualGrades = dict[tuple[str, str], dict[str, ManualGrade]]
"""By (student, notebook) and name of the cell; only where a person has given something."""


@dataclass(frozen=True)
class GradebookMark:
    """A graded cell of a student as the gradebook has it: what the grader found last and what a person gave."""

    student: str
    notebook: str
    item: str
    auto_score: float | None
    max_points: float
    needs_manual_grade: bool
    manual: ManualGrade

    @property
    def final(self) -> FinalMark:
        """The mark that counts. That no answer was written is in the automatic score already."""
        status = Status.MANUAL if self.needs_manual_grade else Status.SCORED
        return final_mark(ItemResult(self.item, self.auto_score, self.max_points, status), self.manual)


@contextlib.contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what the database says into a GradebookError with the place and the remedy."""
    from alembic.util import CommandError
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    try:
        yield
    except (DBAPIError, ArgumentError, NoSuchModuleError, CommandError, ModuleNotFoundError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        try:
            where = make_url(url).render_as_string(hide_password=True)
        except ArgumentError:
            where = url
        raise GradebookError(
            f"the gradebook cannot be used ({reason})",
            where=where,
            remedy="see that it can be reached and written, or put a copy back; it holds what persons gave",
        ) from error


@contextlib.contextmanager
def open_gradebook(out: OutDir) -> Iterator[Any]:
    """nbgrader's Gradebook of OUT, for reading. Raises GradebookError when it cannot be used."""
    from nbgrader.api import Gradebook

    with explained(out.gradebook_url), Gradebook(out.gradebook_url, out.course.nbgrader.coursedir.course_id) as opened:
        yield opened


def manual_grade(row: Any, *, waits: bool) -> ManualGrade:
    """What a person gave, from a row of nbgrader's grades; `waits` says that a person has to look."""
    again = row.manual_score is not None and waits
    return ManualGrade(row.manual_score, row.extra_credit or 0.0, look_again=again)


def read_manual_grades(out: OutDir) -> ManualGrades:
    """What persons gave for the assignment of OUT; nothing where there is no gradebook yet."""
    if not out.gradebook_exists:
        return {}
    given: ManualGrades = {}
    with open_gradebook(out) as gradebook:
        for mark in gradebook_marks(gradebook, out.assignment):
            if mark.manual != NOTHING_GIVEN:
                given.setdefault((mark.student, mark.notebook), {})[mark.item] = mark.manual
        for student, notebook, cell, comment in _comments(gradebook, out.assignment):
            # a comment on an answer belongs to the solution cell, which need not be the cell that has the grade
            cells = given.setdefault((student, notebook), {})
            cells[cell] = replace(cells.get(cell, NOTHING_GIVEN), comment=comment)
    return given


def gradebook_marks(gradebook: Any, assignment: str) -> Iterator[GradebookMark]:
    """Every graded cell of every submission to an assignment, from an open gradebook."""
    from nbgrader.api import Grade, GradeCell, TaskCell
    from sqlalchemy import func

    tests, tasks = GradeCell.__table__, TaskCell.__table__
    most = func.coalesce(tests.c.max_score, tasks.c.max_score, 0.0)
    query = (
        _of_cells(
            Grade, assignment, Grade.auto_score, most, Grade.needs_manual_grade, Grade.manual_score, Grade.extra_credit
        )
        .outerjoin(tests, Grade.cell_id == tests.c.id)
        .outerjoin(tasks, Grade.cell_id == tasks.c.id)
    )
    for row in gradebook.db.execute(query):
        student, notebook, item, auto, points, waits, *_ = row
        yield GradebookMark(student, notebook, item, auto, points, waits, manual_grade(row, waits=waits))


def _comments(gradebook: Any, assignment: str) -> list[tuple[str, str, str, str]]:
    from nbgrader.api import Comment

    query = _of_cells(Comment, assignment, Comment.manual_comment).where(Comment.manual_comment.isnot(None))
    return list(gradebook.db.execute(query).tuples())


def _of_cells(table: Any, assignment: str, *columns: Any) -> Any:
    """A query for rows of a table of cells, each led by student, notebook and the cell's name."""
    from nbgrader.api import Assignment, BaseCell, Notebook, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    return (
        select(SubmittedAssignment.student_id, Notebook.name, BaseCell.__table__.c.name, *columns)
        .select_from(table)
        .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(BaseCell.__table__, table.cell_id == BaseCell.__table__.c.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == assignment)
    )
