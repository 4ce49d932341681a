"""Marks that a person gives to one item, read and written in nbgrader's gradebook as formgrader does it.

Two persons may be at work at once, here and in formgrader: a mark is written only where the row still says what its
marker was shown, in the same statement that writes it.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from autograder.marking.journal import DECISIONS, Decision, Given, Served, add
from autograder.marking.manual_grades import explained

if TYPE_CHECKING:
    from autograder.outdir import OutDir


@dataclass(frozen=True)
class GradeRow:
    """The grade of an item for one student, as the gradebook has it.

    `grade_id` and `comment_id` are the rows'; `comment_id` is empty where the cell takes no comment yet.
    """

    student: str
    grade_id: str
    auto_score: float | None
    given: Given
    extra_credit: float = 0.0
    comment_id: str = ""
    notebook_id: str = ""


@dataclass
class Outcome:
    """What came of a decision: whom it served, and for whom something else stood there by then."""

    decision: Decision | None = None
    served: list[str] = field(default_factory=list)
    overtaken: dict[str, Given] = field(default_factory=dict)


class ItemMarks:
    """The marks of one item across the class.

    `comment_cell` is the cell that takes the comments: that of the answer. Raises GradebookError when the database
    cannot be used, and OutDirError when the journal cannot be written.
    """

    def __init__(self, out: OutDir, notebook: str, item: str, comment_cell: str) -> None:
        self._out = out
        self.notebook = notebook
        self.item = item
        self._comment_cell = comment_cell

    def rows(self) -> dict[str, GradeRow]:
        """The grades by student; nothing where there is no gradebook."""
        if not self._out.gradebook_exists:
            return {}
        with explained(self._out.gradebook_url), _session(self._out.gradebook_url) as db:
            return {row.student: row for row in self._read(db)}

    def give(
        self,
        score: float | None,
        comment: str,
        seen: Mapping[str, Given],
        *,
        marker: str,
        lines: Iterable[str] = (),
    ) -> Outcome:
        """Give a score and a comment to every student in `seen`, for whom the marker was shown what stands there.

        Who has something else by now is left alone and named. A score of None takes a person's mark back.
        """
        wanted = {student: (before, Given(score, comment)) for student, before in seen.items()}
        return self._write(wanted, marker=marker, lines=tuple(lines))

    def undo(self, decision: Decision, *, marker: str) -> Outcome:
        """Put back what stood there before a decision, where what it wrote still stands."""
        wanted = {one.student: (one.after, one.before) for one in decision.served}
        return self._write(wanted, marker=marker, undoes=decision.id)

    def _write(
        self,
        wanted: Mapping[str, tuple[Given, Given]],
        *,
        marker: str,
        lines: tuple[str, ...] = (),
        undoes: str = "",
    ) -> Outcome:
        outcome = Outcome()
        served: list[Served] = []
        url = self._out.gradebook_url
        with explained(url), _session(url) as db, _at_once(db):
            rows = {row.student: row for row in self._read(db, for_update=True)}
            for student, (before, after) in wanted.items():
                row = rows.get(student)
                if row is None:
                    continue
                nobody = row.auto_score is None and after.score is None
                after = replace(after, waits=after.waits or nobody)  # noqa: PLW2901 - as it is written
                if row.given != before:
                    outcome.overtaken[student] = row.given
                    continue
                self._put(db, row, after)
                served.append(Served(student, before, after, row.extra_credit))
        outcome.served = [one.student for one in served]
        if served:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            outcome.decision = Decision(
                uuid.uuid4().hex[:12], now, marker, self.notebook, self.item, tuple(served), lines, undoes
            )
            add(self._out, DECISIONS, outcome.decision)
        return outcome

    def _put(self, db: Any, row: GradeRow, after: Given) -> None:
        from nbgrader.api import BaseCell, Comment, Grade
        from sqlalchemy import insert, select, update

        values = {"manual_score": after.score, "needs_manual_grade": after.waits}
        db.execute(update(Grade).where(Grade.id == row.grade_id).values(**values))
        text = after.comment or None
        if row.comment_id:
            db.execute(update(Comment).where(Comment.id == row.comment_id).values(manual_comment=text))
        elif text is not None:
            cells = BaseCell.__table__
            where = (cells.c.name == self._comment_cell) & (cells.c.type.in_(("SolutionCell", "TaskCell")))
            notebook = select(_submitted().c.notebook_id).where(_submitted().c.id == row.notebook_id).scalar_subquery()
            cell = db.scalar(select(cells.c.id).where(where, cells.c.notebook_id == notebook))
            if cell is not None:
                new = {"id": uuid.uuid4().hex, "notebook_id": row.notebook_id, "cell_id": cell}
                db.execute(insert(Comment), [{**new, "manual_comment": text}])

    def _read(self, db: Any, *, for_update: bool = False) -> Iterator[GradeRow]:
        from nbgrader.api import (
            Assignment,
            BaseCell,
            Comment,
            Grade,
            Notebook,
            SubmittedAssignment,
            SubmittedNotebook,
        )
        from sqlalchemy import select

        cells, answers = BaseCell.__table__.alias(), BaseCell.__table__.alias()
        comments = (
            select(Comment.id, Comment.notebook_id, Comment.manual_comment)
            .join(answers, Comment.cell_id == answers.c.id)
            .where(answers.c.name == self._comment_cell)
            .subquery()
        )
        query = (
            select(
                SubmittedAssignment.student_id,
                Grade.id,
                Grade.auto_score,
                Grade.manual_score,
                Grade.extra_credit,
                Grade.needs_manual_grade,
                comments.c.id,
                comments.c.manual_comment,
                SubmittedNotebook.id,
            )
            .select_from(Grade)
            .join(cells, Grade.cell_id == cells.c.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .outerjoin(comments, comments.c.notebook_id == Grade.notebook_id)
            .where(
                Assignment.name == self._out.assignment,
                Notebook.name == self.notebook,
                cells.c.name == self.item,
            )
        )
        if for_update and db.get_bind().dialect.name != "sqlite":
            query = query.with_for_update(of=Grade)
        for student, grade, auto, score, extra, waits, comment, text, notebook in db.execute(query):
            given = Given(score, text or "", bool(waits))
            yield GradeRow(student, grade, auto, given, extra or 0.0, comment or "", notebook)


def _submitted() -> Any:
    from nbgrader.api import SubmittedNotebook

    return SubmittedNotebook.__table__


@contextmanager
def _at_once(db: Any) -> Iterator[None]:
    """One transaction that keeps other writers out from before what is read until it is written."""
    from sqlalchemy import text

    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("BEGIN IMMEDIATE"))
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@functools.lru_cache(maxsize=4)
def _engine(url: str) -> Any:
    """The way to a database, kept: nbgrader's own looks at the whole schema each time."""
    from sqlalchemy import create_engine

    return create_engine(url)


def _session(url: str) -> Any:
    from sqlalchemy.orm import Session

    return Session(_engine(url))
