"""What nbgrader's gradebook says of a whole submission: when it came, with what extension, whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from autograder.marking.late import Deadline, Late
from autograder.model.submission import KnownStudent


def write_late(
    db: Any,
    assignment_id: str,
    submission_id: str,
    known: KnownStudent,
    deadline: Deadline,
    late: Mapping[str, Late],
) -> None:
    """Write when a submission came, its extension, and the penalty of each notebook, by the notebook's id.

    Where there is no deadline any more, what was written for one is taken back.
    """
    from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import update

    due = deadline.due.astimezone(UTC).replace(tzinfo=None) if deadline.due is not None else None
    handed_in = deadline.handed_in(known) if due is not None else None
    db.execute(update(Assignment).where(Assignment.id == assignment_id).values(duedate=due))
    values = {"timestamp": handed_in, "extension": deadline.extension(known)}
    db.execute(update(SubmittedAssignment).where(SubmittedAssignment.id == submission_id).values(**values))
    for notebook_id, found in late.items():
        row = (SubmittedNotebook.assignment_id == submission_id) & (SubmittedNotebook.notebook_id == notebook_id)
        penalty = found.penalty or None
        db.execute(update(SubmittedNotebook).where(row).values(late_submission_penalty=penalty))


def join_students(db: Any, assignment_id: str, goes: str, stays: str) -> str:
    """Have one student's submission be another's, or drop it where the other has one.

    Gives a sentence where persons have given marks for it, which then stays where it is.
    """
    from nbgrader.api import Grade, Student, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import delete, insert, select, update

    def submission(student: str) -> Any:
        query = select(SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == assignment_id, SubmittedAssignment.student_id == student
        )
        return db.scalar(query)

    old, new = submission(goes), submission(stays)
    if old is None:
        return ""
    if new is None:
        if db.get(Student, stays) is None:
            db.execute(insert(Student), [{"id": stays}])
        db.execute(update(SubmittedAssignment).where(SubmittedAssignment.id == old).values(student_id=stays))
        return ""
    notebooks = select(SubmittedNotebook.id).where(SubmittedNotebook.assignment_id == old)
    by_person = select(Grade.id).where(Grade.notebook_id.in_(notebooks), Grade.manual_score.isnot(None))
    if db.scalar(by_person) is not None:
        return f"{goes} is {stays}, and persons have marked both: move the marks in formgrader"
    from nbgrader.api import Comment

    for table in (Grade, Comment):
        db.execute(delete(table).where(table.notebook_id.in_(notebooks)))
    db.execute(delete(SubmittedNotebook).where(SubmittedNotebook.assignment_id == old))
    db.execute(delete(SubmittedAssignment).where(SubmittedAssignment.id == old))
    return ""
