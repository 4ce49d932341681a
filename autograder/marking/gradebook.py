"""Results -> nbgrader's gradebook, in the state in which a stock `nbgrader autograde` would leave it.

One process writes. It goes through nbgrader's own model, but with many students to a commit, which is what makes the
difference between milliseconds and a second for each hand-in. What a person gave (manual scores, extra credit,
comments) is never touched.
"""

from __future__ import annotations

import copy
import datetime
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.files import write_atomically
from autograder.marking.formgrader_notebook import autograded_notebook, rubrics_of, unanswered
from autograder.model.course import Assignment, Course, Notebook
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.submission import Submission

STUDENTS_FOR_EACH_COMMIT = 25
"""A commit costs the same for one student as for many. What a kill loses of it is written again by the next run."""


@dataclass(frozen=True)
class PersonsMark:
    """What a person gave for an item, as the gradebook has it. `waiting` says that somebody has to look (again)."""

    manual_score: float | None
    extra_credit: float | None
    waiting: bool


@dataclass
class StudentMarks:
    """All that a student's hand-in came to: for each notebook its items and its page for the marker.

    A notebook that was not handed in has items (of status missing) and no page. `unanswered` holds the grade ids of the
    answers that were left as released.
    """

    student: str
    name: str = ""
    timestamp: datetime.datetime | None = None
    items: dict[str, tuple[ItemResult, ...]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    unanswered: dict[str, frozenset[str]] = field(default_factory=dict)


def database_url(course: Course, out: Path) -> str:
    """The gradebook of a run: the one that the course's configuration names, otherwise gradebook.db in `out`."""
    config = course.nbgrader.config.CourseDirectory
    if "db_url" in config:
        return str(config.db_url)
    return f"sqlite:///{out.resolve() / 'gradebook.db'}"


def step_folder(course: Course, out: Path, step: str, assignment: str, student: str) -> Path:
    """A student's folder of a step (submitted, autograded) in `out`, named as the course's configuration has it."""
    coursedir = course.nbgrader.coursedir
    structure: str = coursedir.directory_structure
    return out / structure.format(
        nbgrader_step=getattr(coursedir, f"{step}_directory"), student_id=student, assignment_id=assignment
    )


def prepared_source(course: Course, notebook: Notebook) -> Any:
    """A source notebook as nbgrader's generate step saves it in the gradebook, by the course's own list of steps."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    app = course.nbgrader
    prepared = copy.deepcopy(notebook.source)
    resources: Any = {"nbgrader": {"notebook": notebook.name}, "metadata": {"name": notebook.name}}
    for step in GenerateAssignment(coursedir=app.coursedir, parent=app).preprocessors:
        if step is SaveCells:
            break
        prepared, resources = step(parent=app).preprocess(prepared, resources)
    return prepared


class GradebookWriter:
    """Writes one assignment's marks into the gradebook of a run, and its pages into `out`/autograded/.

    A context manager; leaving it commits what was recorded. Raises sqlalchemy's errors when the database cannot be
    used.
    """

    def __init__(self, assignment: Assignment, out: Path) -> None:
        self._assignment = assignment
        self._out = out
        self._db_url = database_url(assignment.course, out)
        self._uncommitted: list[StudentMarks] = []
        self.prepared = {
            name: prepared_source(assignment.course, notebook) for name, notebook in assignment.notebooks.items()
        }
        self._rubrics = {name: rubrics_of(notebook.source) for name, notebook in assignment.notebooks.items()}

    def __enter__(self) -> GradebookWriter:
        from nbgrader import api

        _stamp_new_database(self._db_url)
        course_id = self._assignment.course.nbgrader.coursedir.course_id
        self._gradebook = api.Gradebook(self._db_url, course_id)
        self._db = self._gradebook.db
        if self._gradebook.engine.dialect.name != "sqlite" and self._db.get(api.Course, course_id) is None:
            self._db.add(api.Course(id=course_id))  # nbgrader makes none without a name, and only SQLite lets that pass
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
        return unanswered(submission, self.prepared[submission.notebook])

    def record(self, student_marks: StudentMarks) -> dict[tuple[str, str], PersonsMark]:
        """Record a student's marks; gives what persons have given, by notebook and item."""
        notebooks = self._submitted_notebooks(student_marks)
        grades, comments = self._rows(notebooks)
        new_grades, changed_grades, new_comments, changed_comments = [], [], [], []
        persons = {}
        for name, notebook_id in notebooks.items():
            cells = self._cells[name]
            items = {item.item: item for item in student_marks.items.get(name, ())}
            untouched = student_marks.unanswered.get(name, frozenset())
            changed = self._page_differs(student_marks, name)
            for item, cell_id in cells.graded.items():
                row = grades.get((notebook_id, cell_id))
                mark = items.get(item)
                auto = None if mark is None else auto_score(mark, unanswered=item in untouched)
                if row is None:
                    values = {"auto_score": auto, "needs_manual_grade": auto is None}
                    new_grades.append(
                        {"id": uuid.uuid4().hex, "notebook_id": notebook_id, "cell_id": cell_id, **values}
                    )
                    persons[name, item] = PersonsMark(None, None, waiting=auto is None)
                    continue
                waits = row.needs_manual_grade
                if changed or row.auto_score != auto:
                    missing = mark is not None and mark.status is Status.MISSING
                    waits = not missing and (auto is None or row.manual_score is not None)
                if (row.auto_score, row.needs_manual_grade) != (auto, waits):
                    changed_grades.append({"id": row.id, "auto_score": auto, "needs_manual_grade": waits})
                persons[name, item] = PersonsMark(row.manual_score, row.extra_credit, waiting=waits)
            for item, cell_id in cells.commented.items():
                text = "No response." if item in untouched and item in cells.solutions else None
                row = comments.get((notebook_id, cell_id))
                if row is None:
                    ids = {"id": uuid.uuid4().hex, "notebook_id": notebook_id, "cell_id": cell_id}
                    new_comments.append({**ids, "auto_comment": text})
                elif row.auto_comment != text:
                    changed_comments.append({"id": row.id, "auto_comment": text})
        self._store(new_grades, changed_grades, new_comments, changed_comments)
        self._uncommitted.append(student_marks)
        if len(self._uncommitted) >= STUDENTS_FOR_EACH_COMMIT:
            self.commit()
        return persons

    def commit(self) -> None:
        """Make what was recorded durable, then write its pages.

        In this order: a page that differs from its result tells the next run that the marks may be of another attempt.
        """
        self._db.commit()
        for student_marks in self._uncommitted:
            folder = self._folder(student_marks.student)
            for name in self._assignment.notebooks:
                path = folder / f"{name}.ipynb"
                if name not in student_marks.pages:
                    path.unlink(missing_ok=True)
                elif self._page_differs(student_marks, name):
                    folder.mkdir(parents=True, exist_ok=True)
                    path.unlink(missing_ok=True)  # stock autograde leaves its files read-only
                    write_atomically(path, student_marks.pages[name])
        self._uncommitted.clear()

    def _folder(self, student: str) -> Path:
        return step_folder(self._assignment.course, self._out, "autograded", self._assignment.name, student)

    def _page_differs(self, student_marks: StudentMarks, notebook: str) -> bool:
        path = self._folder(student_marks.student) / f"{notebook}.ipynb"
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
            self._cells[name] = _register_cells(self._db, notebook, prepared)
        self._db.commit()
        for cells in self._cells.values():
            cells.read_ids()
        self._students = set(self._db.scalars(_select(api.Student.id)))
        query = _select(api.SubmittedAssignment.student_id, api.SubmittedAssignment.id)
        self._assignment_id = assignment.id
        rows = self._db.execute(query.where(api.SubmittedAssignment.assignment_id == self._assignment_id))
        self._submissions = dict(rows.tuples().all())

    def _submitted_notebooks(self, student_marks: StudentMarks) -> dict[str, str]:
        """The ids of the student's rows for each notebook, made where there are none."""
        from nbgrader import api
        from sqlalchemy import insert, update

        student = student_marks.student
        if student not in self._students:
            first, _, last = student_marks.name.rpartition(" ")
            names = {"first_name": first.strip() or None, "last_name": last.strip() or None}
            self._db.execute(insert(api.Student), [{"id": student, **names}])
            self._students.add(student)
        known: dict[str, str] = {}
        submission_id = self._submissions.get(student)
        if submission_id is None:
            submission_id = self._submissions[student] = uuid.uuid4().hex
            row = {"id": submission_id, "assignment_id": self._assignment_id, "student_id": student}
            self._db.execute(insert(api.SubmittedAssignment), [{**row, "timestamp": student_marks.timestamp}])
        else:
            if student_marks.timestamp is not None:
                values = {"id": submission_id, "timestamp": student_marks.timestamp}
                self._db.execute(update(api.SubmittedAssignment), [values])
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


def auto_score(mark: ItemResult, *, unanswered: bool) -> float | None:
    """What nbgrader's `determine_grade` would say: None waits for a person, an answer left as released is zero."""
    if mark.status is Status.MANUAL and unanswered:
        return 0.0
    if mark.status in (Status.MISSING, Status.FAULT):
        return mark.points or 0.0
    return mark.points


class _Cells:
    """The rows of a notebook's cells: what has a grade, what has a comment."""

    def __init__(self, notebook: Any, graded: dict[str, Any], commented: dict[str, Any], solutions: set[str]) -> None:
        self._objects = notebook, graded, commented
        self.solutions = solutions

    def read_ids(self) -> None:
        """Read the ids, once the rows have been committed."""
        notebook, graded, commented = self._objects
        self.notebook_id: str = notebook.id
        self.graded: dict[str, str] = {name: cell.id for name, cell in graded.items()}
        self.commented: dict[str, str] = {name: cell.id for name, cell in commented.items()}


def _register_cells(db: Any, notebook: Any, prepared: Any) -> _Cells:
    from nbgrader import api, utils

    known = {(type(cell), cell.name): cell for cell in [*notebook._base_cells, *notebook.source_cells]}  # noqa: SLF001

    def cell_of(kind: type, name: str, **values: Any) -> Any:
        cell = known.pop((kind, name), None)
        if cell is None:
            cell = kind(name=name, notebook=notebook, **values)
            db.add(cell)
        for attribute, value in values.items():
            setattr(cell, attribute, value)
        return cell

    graded, solutions, tasks = {}, {}, {}
    for cell in prepared.cells:
        is_grade, is_solution, is_task = utils.is_grade(cell), utils.is_solution(cell), utils.is_task(cell)
        if not (is_grade or is_solution or is_task or utils.is_locked(cell)):
            continue
        meta = cell.metadata.nbgrader
        name = meta["grade_id"]
        if is_grade:
            graded[name] = cell_of(api.GradeCell, name, max_score=float(meta["points"]), cell_type=cell.cell_type)
        if is_solution:
            solutions[name] = cell_of(api.SolutionCell, name)
        if is_task:
            tasks[name] = cell_of(api.TaskCell, name, max_score=float(meta["points"]), cell_type=cell.cell_type)
        values = {"cell_type": cell.cell_type, "locked": utils.is_locked(cell), "source": cell.source}
        cell_of(api.SourceCell, name, checksum=meta.get("checksum"), **values)
    for cell in known.values():
        for row in (*(getattr(cell, "grades", None) or ()), *(getattr(cell, "comments", None) or ())):
            db.delete(row)
        db.delete(cell)
    return _Cells(notebook, {**graded, **tasks}, {**solutions, **tasks}, set(solutions))


def _stamp_new_database(db_url: str) -> None:
    """Give a new database the mark of the schema version that nbgrader's Gradebook would ask the `alembic` command for.

    That command is on PATH only in an activated environment, and takes a second.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(db_url)
    try:
        if not inspect(engine).get_table_names():
            head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    finally:
        engine.dispose()


def _select(*columns: Any) -> Any:
    from sqlalchemy import select

    return select(*columns)
