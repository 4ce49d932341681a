"""Results -> nbgrader's gradebook, in the state in which a stock `nbgrader autograde` would leave it.

One process writes. It goes through nbgrader's own model, but with many students to a commit, which is what makes the
difference between milliseconds and a second for each hand-in. What a person gave (manual scores, extra credit,
comments) is never touched.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from autograder.files import write_atomically
from autograder.marking.final import NOTHING_GIVEN, FinalMark, ManualGrade, final_mark
from autograder.marking.formgrader_notebook import autograded_notebook, released_answers, rubrics_of, unanswered
from autograder.marking.gradebook_cells import prepared_sources, register_cells, stamp_new_database
from autograder.marking.late import Deadline, Late
from autograder.marking.manual_grades import explained, manual_grade
from autograder.marking.submissions import join_students, write_late
from autograder.model.course import Assignment
from autograder.model.results import ItemResult, NotebookResult
from autograder.model.submission import KnownStudent, Submission
from autograder.outdir import OutDir
from autograder.text import plain_name

logger = logging.getLogger(__name__)

STUDENTS_FOR_EACH_COMMIT = 25
"""A commit costs the same for one student as for many. What a kill loses of it is written again by the next run."""


@dataclass
class StudentMarks:
    """All that a student's hand-in came to: for each notebook its items and its page for the marker.

    A notebook that was not handed in has items (of status missing) and no page. `unanswered` holds the grade ids of the
    answers that were left as released.
    """

    student: str
    name: str = ""
    items: dict[str, tuple[ItemResult, ...]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    unanswered: dict[str, frozenset[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def add(self, submission: Submission, result: NotebookResult, writer: GradebookWriter, key: str = "") -> None:
        """Add a notebook that has its result, which the store has under `key`."""
        self.keys[submission.notebook] = key
        self.items[submission.notebook] = result.items
        self.pages[submission.notebook] = writer.page(submission, result)
        self.unanswered[submission.notebook] = writer.unanswered(submission)

    def complete(self, assignment: Assignment) -> bool:
        """Whether every notebook of the assignment has its marks."""
        return self.items.keys() >= assignment.notebooks.keys()

    def mark(self, notebook: str, item: ItemResult, given: ManualGrade = NOTHING_GIVEN) -> FinalMark:
        """The mark that counts for an item, with what a person has given."""
        return final_mark(item, given, unanswered=item.item in self.unanswered.get(notebook, ()))


class GradebookWriter:
    """Writes one assignment's marks into the gradebook of OUT, and its pages into autograded/.

    A context manager; leaving it commits what was recorded. What persons gave for items that are `rescaled` (by
    notebook and name: they have other points now) counts, and is to be looked at again. Raises GradebookError when the
    database cannot be used.
    """

    def __init__(self, assignment: Assignment, out: OutDir, rescaled: Container[tuple[str, str]] = ()) -> None:
        self._assignment = assignment
        self._rescaled = rescaled
        self._out = out
        self._uncommitted: list[tuple[StudentMarks, list[str]]] = []
        """Who was recorded since the last commit, with the notebooks whose page in autograded/ is another now."""
        self.prepared = prepared_sources(assignment)
        self._released = {name: released_answers(prepared) for name, prepared in self.prepared.items()}
        self._rubrics = {name: rubrics_of(notebook) for name, notebook in assignment.notebooks.items()}

    def __enter__(self) -> GradebookWriter:
        from nbgrader import api

        url = self._out.gradebook_url
        with explained(url):
            stamp_new_database(url)
            course_id = self._assignment.course.nbgrader.coursedir.course_id
            self._gradebook = api.Gradebook(url, course_id)
            self._db = self._gradebook.db
            if self._gradebook.engine.dialect.name != "sqlite" and self._db.get(api.Course, course_id) is None:
                # nbgrader makes none without a name, and only SQLite lets that pass
                self._db.add(api.Course(id=course_id))
            self._register()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.commit()
        finally:
            self._gradebook.close()

    def page(self, submission: Submission, result: NotebookResult) -> bytes:
        """The notebook for autograded/ of a result."""
        name = submission.notebook
        return autograded_notebook(submission, result, self.prepared[name], self._rubrics[name])

    def unanswered(self, submission: Submission) -> frozenset[str]:
        """The answers of a hand-in that are still as released."""
        return unanswered(submission, self._released[submission.notebook])

    def record(self, student_marks: StudentMarks) -> dict[tuple[str, str], ManualGrade]:
        """Record a student's marks; gives what persons have given, by notebook and item."""
        with explained(self._out.gradebook_url):
            return self._record(student_marks)

    def _record(self, student_marks: StudentMarks) -> dict[tuple[str, str], ManualGrade]:
        notebooks = self._submitted_notebooks(student_marks)
        differing = [name for name in notebooks if self._page_differs(student_marks, name)]
        grades, comments = self._rows(notebooks)
        new_grades, changed_grades, new_comments, changed_comments = [], [], [], []
        given: dict[tuple[str, str], ManualGrade] = {}
        for name, notebook_id in notebooks.items():
            cells = self._cells[name]
            items = {item.item: item for item in student_marks.items.get(name, ())}
            untouched = student_marks.unanswered.get(name, frozenset())
            changed = name in differing
            for item, cell_id in cells.graded.items():
                row = grades.get((notebook_id, cell_id))
                found = items.get(item)
                auto = student_marks.mark(name, found).points if found else None
                if row is None:
                    values = {"auto_score": auto, "needs_manual_grade": auto is None}
                    new_grades.append(
                        {"id": uuid.uuid4().hex, "notebook_id": notebook_id, "cell_id": cell_id, **values}
                    )
                    continue
                waits = row.needs_manual_grade
                if changed or row.auto_score != auto or (name, item) in self._rescaled:
                    waits = auto is None or row.manual_score is not None
                if (row.auto_score, row.needs_manual_grade) != (auto, waits):
                    changed_grades.append({"id": row.id, "auto_score": auto, "needs_manual_grade": waits})
                given[name, item] = manual_grade(row, waits=waits)
                if given[name, item].look_again and not row.needs_manual_grade:
                    logger.info("%s, %s, %s: changed since a person marked it", student_marks.student, name, item)
            for item, cell_id in cells.commented.items():
                text = "No response." if item in untouched and item in cells.solutions else None
                row = comments.get((notebook_id, cell_id))
                if row is None:
                    ids = {"id": uuid.uuid4().hex, "notebook_id": notebook_id, "cell_id": cell_id}
                    new_comments.append({**ids, "auto_comment": text})
                elif row.auto_comment != text:
                    changed_comments.append({"id": row.id, "auto_comment": text})
        self._store(new_grades, changed_grades, new_comments, changed_comments)
        self._uncommitted.append((student_marks, differing))
        if len(self._uncommitted) >= STUDENTS_FOR_EACH_COMMIT:
            self._commit()
        return given

    def record_late(self, student: str, known: KnownStudent, deadline: Deadline, late: Mapping[str, Late]) -> None:
        """Record when a recorded student handed in, with what extension, and what is taken off each notebook."""
        with explained(self._out.gradebook_url):
            submission_id = self._submissions[student]
            notebooks = {self._cells[name].notebook_id: found for name, found in late.items()}
            write_late(self._db, self._assignment_id, submission_id, known, deadline, notebooks)

    def join(self, goes: str, stays: str) -> str:
        """Give what is recorded of one student to another id of the same; gives a sentence where a person has to."""
        with explained(self._out.gradebook_url):
            text = join_students(self._db, self._assignment_id, goes, stays)
            self._db.commit()
            self._read_ids()
        return text

    def commit(self) -> None:
        """Make what was recorded durable."""
        with explained(self._out.gradebook_url):
            self._commit()

    def _commit(self) -> None:
        """Make what was recorded durable, then write its pages.

        In this order: a page that differs from its result tells the next run that the marks may be of another attempt.
        """
        self._db.commit()
        for student_marks, differing in self._uncommitted:
            for name in differing:
                path = self._out.autograded_notebook(student_marks.student, name)
                path.unlink(missing_ok=True)  # stock autograde leaves its files read-only
                if name in student_marks.pages:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_atomically(path, student_marks.pages[name])
        self._uncommitted.clear()

    def _page_differs(self, student_marks: StudentMarks, notebook: str) -> bool:
        path = self._out.autograded_notebook(student_marks.student, notebook)
        try:
            return path.read_bytes() != student_marks.pages.get(notebook)
        except OSError:
            return notebook in student_marks.pages

    def _register(self) -> None:
        """The assignment, its notebooks and cells, as nbgrader's SaveCells would save them, in one commit.

        Other than nbgrader it also accepts that graded cells were added or removed after submissions came in: grades of
        removed cells go, those of added ones are made when the student is recorded.
        """
        from nbgrader import api

        self._gradebook.update_or_create_assignment(self._assignment.name)
        assignment = self._gradebook.find_assignment(self._assignment.name)
        known = {notebook.name: notebook for notebook in assignment.notebooks}
        self._cells = {}
        for name, prepared in self.prepared.items():
            notebook = known.get(name)
            if notebook is None:
                notebook = api.Notebook(name=name, assignment=assignment)
                self._db.add(notebook)
            notebook.kernelspec = json.dumps(prepared.metadata.get("kernelspec", {}))
            self._cells[name] = register_cells(self._db, notebook, prepared, self._assignment.notebooks[name].renamed)
        self._db.commit()
        for cells in self._cells.values():
            cells.read_ids()
        self._assignment_id = assignment.id
        self._clean_names()
        self._read_ids()

    def _read_ids(self) -> None:
        """Who is in the gradebook, and who has a submission."""
        from nbgrader import api

        self._students = set(self._db.scalars(_select(api.Student.id)))
        query = _select(api.SubmittedAssignment.student_id, api.SubmittedAssignment.id)
        rows = self._db.execute(query.where(api.SubmittedAssignment.assignment_id == self._assignment_id))
        self._submissions = dict(rows.tuples().all())

    def _clean_names(self) -> None:
        """Make names harmless that stand in the gradebook already, whoever wrote them."""
        from nbgrader.api import Student
        from sqlalchemy import update

        columns = (Student.first_name, Student.last_name)
        for student, *names in list(self._db.execute(_select(Student.id, *columns)).tuples()):
            clean = [name and plain_name(name) for name in names]
            if clean != names:
                values = {"first_name": clean[0], "last_name": clean[1]}
                self._db.execute(update(Student).where(Student.id == student).values(values))
        self._db.commit()

    def _submitted_notebooks(self, student_marks: StudentMarks) -> dict[str, str]:
        """The ids of the student's rows for each notebook, made where there are none."""
        from nbgrader import api
        from sqlalchemy import insert

        student = student_marks.student
        if student not in self._students:
            first, _, last = plain_name(student_marks.name).rpartition(" ")  # formgrader's pages do not escape it
            names = {"first_name": first.strip() or None, "last_name": last.strip() or None}
            self._db.execute(insert(api.Student), [{"id": student, **names}])
            self._students.add(student)
        known: dict[str, str] = {}
        submission_id = self._submissions.get(student)
        if submission_id is None:
            submission_id = self._submissions[student] = uuid.uuid4().hex
            row = {"id": submission_id, "assignment_id": self._assignment_id, "student_id": student}
            self._db.execute(insert(api.SubmittedAssignment), [row])
        else:
            query = _select(api.SubmittedNotebook.notebook_id, api.SubmittedNotebook.id)
            rows = self._db.execute(query.where(api.SubmittedNotebook.assignment_id == submission_id))
            known = dict(rows.tuples().all())
        ids = {name: known.get(cells.notebook_id) for name, cells in self._cells.items()}
        new = []
        for name, notebook_id in ids.items():
            if notebook_id is None:
                ids[name] = uuid.uuid4().hex
                row = {"id": ids[name], "notebook_id": self._cells[name].notebook_id, "assignment_id": submission_id}
                new.append({**row, "flagged": False})
        if new:
            self._db.execute(insert(api.SubmittedNotebook), new)
        return {name: notebook_id for name, notebook_id in ids.items() if notebook_id is not None}

    def _rows(self, notebooks: Mapping[str, str]) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """The grades and comments of submitted notebooks, by notebook and cell."""
        from nbgrader.api import Comment, Grade

        ids = list(notebooks.values())
        columns = (
            Grade.id, Grade.notebook_id, Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit,
            Grade.needs_manual_grade,
        )  # fmt: skip
        grades = self._db.execute(_select(*columns).where(Grade.notebook_id.in_(ids)))
        about = (Comment.id, Comment.notebook_id, Comment.cell_id, Comment.auto_comment)
        comments = self._db.execute(_select(*about).where(Comment.notebook_id.in_(ids)))
        return (
            {(row.notebook_id, row.cell_id): row for row in grades},
            {(row.notebook_id, row.cell_id): row for row in comments},
        )

    def _store(self, new_grades: Any, changed_grades: Any, new_comments: Any, changed_comments: Any) -> None:
        from nbgrader.api import Comment, Grade
        from sqlalchemy import insert, update

        for statement, rows in (
            (insert(Grade), new_grades),
            (update(Grade), changed_grades),
            (insert(Comment), new_comments),
            (update(Comment), changed_comments),
        ):
            if rows:
                self._db.execute(statement, rows)


def _select(*columns: Any) -> Any:
    from sqlalchemy import select

    return select(*columns)
