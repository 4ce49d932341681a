"""One grading run: hand-ins in, marks out. Takes in, grades, and writes the gradebook, the pages and the tables.

OUT is the state of the course: a run adds or replaces the students that it was given, each with all notebooks, and the
tables list everybody who is in OUT. A run that was interrupted or killed is continued by the same command; it ends with
the marks of an undisturbed one, because everything that it writes is made anew from the submitted notebooks and the
store of results.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from autograder.batch import Executor, JobMaker, Outcome, ResultStore, run
from autograder.batch.jobs import environment
from autograder.batch.students import InOrder
from autograder.files import write_atomically
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.model.course import Assignment, Notebook
from autograder.model.results import ItemResult, Status
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission
from autograder.output.tables import MARKS_COLUMNS, Row, TableWriter, marks_row, write_intake

STATE = ".autograder"
"""The folder in OUT with what a later run needs: the results, who was seen, the lock."""


class GradingError(Exception):
    """The run cannot be made; the message says why and what to do."""


class Watcher(Protocol):
    """Who looks on while hand-ins are graded."""

    def begin(self, notebooks: int) -> None:
        """Grading begins; so many notebooks are to come."""

    def graded(self, outcome: Outcome) -> None:
        """One notebook has its result."""


@dataclass
class Total:
    """A student's marks in short: points for each notebook, and what stands in the way of a final mark."""

    student: str
    points: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    waiting: int = 0
    faults: int = 0
    grader_errors: int = 0


@dataclass
class Summary:
    """What a run came to. `passed_over` counts the files that gave no notebook to grade."""

    out: Path
    max_points: dict[str, float]
    seed: int
    totals: list[Total] = field(default_factory=list)
    graded: int = 0
    reused: int = 0
    refused: list[str] = field(default_factory=list)
    sandbox: str = ""

    @property
    def grader_errors(self) -> int:
        """Items that have no mark because the grader itself failed."""
        return sum(total.grader_errors for total in self.totals)


@dataclass(frozen=True)
class Known:
    """A student in OUT. `refused` says why a notebook that is not there could not be used.

    `name` is the full name, `system_id` the number or login in `system`; each may be empty.
    """

    name: str
    system: str
    system_id: str
    refused: dict[str, str]


@dataclass(frozen=True)
class Choices:
    """What a run may be told.

    Without `seed` it is the last run's, or drawn; `force` grades also what has not changed;
    `mapping` is a CSV file that says whose files are whose.
    """

    seed: int | None = None
    force: bool = False
    mapping: Path | None = None


def grade(
    assignment: Assignment,
    paths: Sequence[Path],
    out: Path,
    settings: Callable[[int], GradingSettings],
    executor: Callable[[GradingSettings], Executor],
    watcher: Watcher,
    choices: Choices,
) -> Summary:
    """Grade hand-ins into `out`. `settings` and `executor` are made once the run's seed is known.

    Raises GradingError when another run is at work in `out`, ExecutorError when nothing can be graded, and what
    `take_in` raises for paths that cannot be used.
    """
    state = out / STATE
    state.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_only_one(state / "lock"))
        chosen = settings(_seed(out, assignment.name, choices.seed))
        store = ResultStore(state / "results")
        workers = stack.enter_context(executor(chosen))
        if choices.force or store.is_empty():
            workers.start()  # while they import, the hand-ins are taken in
        refused = _take_in(paths, assignment, out, choices.mapping)
        known = known_students(out, assignment.name)
        summary = Summary(out, {name: nb.max_points for name, nb in assignment.notebooks.items()}, chosen.seed)
        summary.refused = refused
        gradebook = stack.enter_context(GradebookWriter(assignment, out))
        marks = stack.enter_context(TableWriter(out / "marks.csv", MARKS_COLUMNS))
        _Marking(assignment, out, known, gradebook, marks, summary).work(
            lambda submissions: run(
                JobMaker(assignment, chosen).jobs(submissions), store, workers, force=choices.force
            ),
            watcher,
        )
        _record_run(out, assignment.name, {"settings": asdict(chosen), "sandbox": summary.sandbox})
    return summary


class _Marking:
    """The loop over the outcomes: each student is recorded when the last notebook is there, and listed in order."""

    def __init__(
        self,
        assignment: Assignment,
        out: Path,
        known: dict[str, Known],
        gradebook: GradebookWriter,
        marks: TableWriter,
        summary: Summary,
    ) -> None:
        self._assignment = assignment
        self._out = out
        self._known = known
        self._gradebook = gradebook
        self._marks = marks
        self._summary = summary
        self._students = sorted(known)
        self._ordered: InOrder[tuple[Total, list[Row]]] = InOrder(self._students)
        self._open: dict[str, tuple[StudentMarks, set[str]]] = {}

    def work(self, graded: Callable[[Iterator[Submission]], Iterator[Outcome]], watcher: Watcher) -> None:
        """Grade everybody's notebooks with `graded` and record what comes."""
        watcher.begin(sum(len(self._files(student)) for student in self._students))
        for outcome in graded(self._handins()):
            watcher.graded(outcome)
            self._take(outcome)

    def _files(self, student: str) -> dict[str, Path]:
        return submitted_notebooks(self._out, self._assignment, student)

    def _handins(self) -> Iterator[Submission]:
        """Everybody's notebooks in order, read as they are needed; who has none is recorded at once."""
        for student in self._students:
            known = self._known[student]
            submissions, why = [], dict(known.refused)
            for name, path in self._files(student).items():
                try:
                    submissions.append(Submission(student, name, json.loads(path.read_bytes())))
                except (OSError, ValueError) as error:
                    why[name] = f"{path} cannot be read ({error}); take the hand-in in again"
            student_marks = StudentMarks(student, name=known.name)
            present = {submission.notebook for submission in submissions}
            for name, notebook in self._assignment.notebooks.items():
                if name not in present:
                    student_marks.items[name] = _not_there(notebook, why.get(name, ""))
            if not submissions:
                self._close(student_marks)
                continue
            self._open[student] = student_marks, present
            yield from submissions

    def _take(self, outcome: Outcome) -> None:
        submission, result = outcome.submission, outcome.result
        student_marks, left = self._open[submission.student]
        student_marks.items[submission.notebook] = result.items
        student_marks.pages[submission.notebook] = self._gradebook.page(submission, result)
        student_marks.unanswered[submission.notebook] = self._gradebook.unanswered(submission)
        self._summary.sandbox = self._summary.sandbox or result.sandbox
        if outcome.reused:
            self._summary.reused += 1
        else:
            self._summary.graded += 1
        left.discard(submission.notebook)
        if not left:
            del self._open[submission.student]
            self._close(student_marks)

    def _close(self, student_marks: StudentMarks) -> None:
        """Record a student of whom everything is known."""
        persons = self._gradebook.record(student_marks)
        rows = [
            marks_row(
                student_marks.student,
                name,
                item,
                persons.get((name, item.item)),
                unanswered=item.item in student_marks.unanswered.get(name, ()),
            )
            for name in self._assignment.notebooks
            for item in student_marks.items.get(name, ())
        ]
        for total, ready in self._ordered.add(student_marks.student, (_total(student_marks.student, rows), rows)):
            self._summary.totals.append(total)
            for row in ready:
                self._marks.write_mark(row)


def submitted_notebooks(out: Path, assignment: Assignment, student: str) -> dict[str, Path]:
    """The files of a student's notebooks in `out`/submitted/, by notebook; only those that are there."""
    paths = {name: _submitted(out, student, assignment, name) for name in assignment.notebooks}
    return {name: path for name, path in paths.items() if path.is_file()}


def _not_there(notebook: Notebook, refused: str) -> tuple[ItemResult, ...]:
    """The items of a notebook that cannot be graded: not handed in, or `refused` for a reason."""
    status = Status.FAULT if refused else Status.MISSING
    message = refused or "this notebook was not handed in"
    return tuple(ItemResult(item.grade_id, 0.0, item.points, status, message) for item in notebook.items)


def _total(student: str, rows: Sequence[Row]) -> Total:
    total = Total(student)
    for row in rows:
        total.points[row.notebook] = total.points.get(row.notebook, 0.0) + (row.points or 0.0)
        total.waiting += row.status is Status.MANUAL
        total.faults += row.status is Status.FAULT
        total.grader_errors += row.status is Status.GRADER_ERROR
        if row.status is Status.MISSING and row.notebook not in total.missing:
            total.missing.append(row.notebook)
    return total


def _take_in(paths: Sequence[Path], assignment: Assignment, out: Path, mapping: Path | None) -> list[str]:
    """Take the hand-ins in, write intake.csv, remember who was seen; gives what was refused, a line each."""
    from autograder.intake import take_in
    from autograder.intake.records import Action

    intake = take_in(paths, assignment, out, mapping=mapping)
    write_intake(out / "intake.csv", intake.records)
    known = known_students(out, assignment.name)
    taken = {(submission.student, submission.notebook) for submission in intake.submissions}
    for student in intake.students.values():
        for name in assignment.notebooks:
            if (student.id, name) not in taken:  # what this student handed in before does not count any more
                _submitted(out, student.id, assignment, name).unlink(missing_ok=True)
        refused = {name: intake.reason(student.id, name) for name in assignment.notebooks}
        reasons = {name: reason for name, reason in refused.items() if reason}
        known[student.id] = Known(student.name, student.system, student.system_id, reasons)
    text = json.dumps({student: asdict(one) for student, one in sorted(known.items())}, ensure_ascii=False, indent=1)
    path = _students_file(out, assignment.name)
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, text + "\n", durable=True)
    return [f"{record.path}: {record.detail}" for record in intake.records if record.action is Action.REFUSED]


def _submitted(out: Path, student: str, assignment: Assignment, notebook: str) -> Path:
    return out / "submitted" / student / assignment.name / f"{notebook}.ipynb"


def _students_file(out: Path, assignment: str) -> Path:
    return out / STATE / "students" / f"{assignment}.json"


def known_students(out: Path, assignment: str) -> dict[str, Known]:
    """Everybody in OUT: whom a run has seen, by id."""
    try:
        data = json.loads(_students_file(out, assignment).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {student: Known(**one) for student, one in data.items()}


def _seed(out: Path, assignment: str, wanted: int | None) -> int:
    """The seed of the run: the one asked for, that of the run before, or a new one; written down before it is used."""
    before = recorded_run(out, assignment).get("seed")
    seed = wanted if wanted is not None else before
    if seed is None:
        seed = secrets.randbelow(2**31)
    _record_run(out, assignment, {"seed": seed, "versions": environment()})
    return int(seed)


def recorded_run(out: Path, assignment: str) -> dict[str, Any]:
    """What run.json says of the last run for an assignment: its seed, settings, sandbox level and versions."""
    try:
        recorded: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return dict(recorded.get(assignment, {}))


def _record_run(out: Path, assignment: str, values: dict[str, Any]) -> None:
    path = out / "run.json"
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        recorded = {}
    recorded[assignment] = {**recorded.get(assignment, {}), **values}
    write_atomically(path, json.dumps(recorded, indent=1, sort_keys=True) + "\n", durable=True)


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold a lock that the system drops when this process ends, in whatever way."""
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GradingError(
                f"another autograder is at work in {path.parent.parent}: wait for it, or give another --out"
            ) from error
        file.write(str(os.getpid()))
        file.flush()
        yield
