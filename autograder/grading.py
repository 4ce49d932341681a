"""One grading run: hand-ins in, marks out. Takes in, grades, and writes the gradebook, the pages and the tables.

OUT is the state of the course: a run adds or replaces the students that it was given, each with all notebooks, and the
tables list everybody who is in OUT. A run that was interrupted or killed is continued by the same command; it ends with
the marks of an undisturbed one, because everything that it writes is made anew from the submitted notebooks and the
store of results.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from autograder.batch import Executor, JobMaker, Outcome, ResultStore, run
from autograder.batch.jobs import environment
from autograder.exceptions import UnreadableSubmissionError
from autograder.ledger.changes import Changes
from autograder.ledger.record import Found, RunRecord
from autograder.marking.final import NOTHING_GIVEN, FinalMark, absent_items
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.marking.late import Deadline, after_penalty
from autograder.model.course import Assignment
from autograder.model.decision import Decision, decisions_in, said_at_the_start
from autograder.model.results import NotebookResult, Status
from autograder.model.settings import SEED_BITS, GradingSettings
from autograder.model.submission import KnownStudent, Submission
from autograder.notebook.cells import with_new_names
from autograder.outdir import OutDir
from autograder.output.tables import MarksTable, write_intake
from autograder.progress import Progress
from autograder.text import counted

if TYPE_CHECKING:
    from autograder.intake import Intake

logger = logging.getLogger(__name__)

NOTEBOOK = ".ipynb"
"""A file of this kind is one notebook; how many others hold, nobody knows before they are taken in."""


class Watcher(Protocol):
    """Who looks on while hand-ins are graded."""

    def begin(self, notebooks: int) -> None:
        """Grading begins; so many notebooks are to come."""

    def decided(self, decisions: list[Decision]) -> None:
        """Where each item is decided, told once, before the first hand-in is graded."""

    def graded(self, outcome: Outcome) -> None:
        """One notebook has its result."""


@dataclass
class Total:
    """A student's marks in short: points for each notebook, and what stands in the way of a final mark."""

    student: str
    points: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    waiting: int = 0
    faults: int = 0
    grader_errors: int = 0
    late: str = ""
    """How late, and what is taken off, where any notebook was."""


@dataclass
class Summary:
    """What a run came to.

    `seed` is the one asked for, `notes` has a line for whatever whoever ran it should know of who handed in what;
    `changes` says which marks are others now, and what waits for a person.
    """

    out: OutDir
    max_points: dict[str, float]
    seed: int | None
    totals: list[Total] = field(default_factory=list)
    graded: int = 0
    reused: int = 0
    notes: list[str] = field(default_factory=list)
    sandbox: str = ""
    changes: Changes = field(default_factory=Changes)

    @property
    def grader_errors(self) -> int:
        """Items that have no mark because the grader itself failed."""
        return sum(total.grader_errors for total in self.totals)


@dataclass(frozen=True)
class Choices:
    """What a run may be told.

    Without `seed` it is the last run's, or drawn; `force` grades also what has not changed;
    `mapping` is a CSV file that says whose files are whose, `roster` one of who is in the class. With `replace`
    students of this pile are marked from it alone. `due` is when hand-ins were due. The students in `again` are graded
    also where nothing has changed.
    """

    seed: int | None = None
    force: bool = False
    mapping: Path | None = None
    roster: Path | None = None
    replace: bool = False
    due: datetime | None = None
    again: frozenset[str] = frozenset()


@dataclass
class Handin:
    """What a student handed in: the notebooks that can be graded, and why others cannot be used."""

    known: KnownStudent
    notebooks: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def grade(
    assignment: Assignment,
    paths: Sequence[Path],
    out: OutDir,
    settings: Callable[[int], GradingSettings],
    executor: Callable[[GradingSettings], Executor],
    watcher: Watcher,
    choices: Choices,
) -> Summary:
    """Grade hand-ins into `out`. `settings` and `executor` are made once the run's seed is known.

    Raises OutDirError when another run is at work in `out` or it cannot be written, GradebookError when the gradebook
    cannot be used, ExecutorError when nothing can be graded, and what `take_in` raises for paths that cannot be used.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(out.locked())
        stack.enter_context(out.explained())
        before = out.last_run().due
        chosen = settings(_seed(out, choices.seed))
        deadline = Deadline(assignment.course, choices.due)
        logger.info("grading %s into %s with %s", assignment.name, out.root, chosen)
        store = ResultStore(out.results)
        workers = stack.enter_context(executor(chosen))
        if choices.force or store.is_empty():
            # while they import, the versions are looked up and the hand-ins taken in
            workers.start(len(paths) if all(path.suffix == NOTEBOOK and path.is_file() for path in paths) else None)
        before_this = out.last_run()
        piles = dict.fromkeys((*before_this.piles, *((str(Path.cwd()), str(path)) for path in paths)))
        out.record_run(replace(before_this, seed=chosen.seed, versions=environment(), piles=tuple(piles)))

        intake = _take_in(paths, assignment, out, choices)
        handins = _handins(assignment, out)
        marks = {student: _without_results(assignment, student, handin) for student, handin in handins.items()}
        max_points = {name: notebook.max_points for name, notebook in assignment.notebooks.items()}
        summary = Summary(out, max_points, choices.seed, notes=intake.notes)
        ledger = RunRecord(assignment, out)
        gradebook = stack.enter_context(GradebookWriter(assignment, out, ledger.rescaled))
        summary.notes += _without_time(handins, deadline)
        summary.notes += [text for goes, stays in intake.joined.items() if (text := gradebook.join(goes, stays))]
        for note in summary.notes:
            logger.info("note: %s", note)
        for goes, stays in intake.joined.items():
            ledger.join(goes, stays)
        table = stack.enter_context(MarksTable(out.marks, handins, late=deadline.due is not None))
        record = _Recorder(gradebook, table, summary, deadline, ledger, heed=bool(before) or deadline.due is not None)

        count = sum(len(handin.notebooks) for handin in handins.values())
        watcher.begin(count)
        progress = Progress(out, count)
        for student, handin in handins.items():
            if not handin.notebooks:
                record(marks.pop(student), handin.known)
        jobs = JobMaker(assignment, chosen).jobs(_submissions(assignment, handins, out))
        decided = _Decided(watcher)
        for outcome in run(jobs, store, workers, force=choices.force, again=choices.again, decided=decided.tell):
            decided.note(outcome.result)
            watcher.graded(outcome)
            progress.one_more()
            _count(outcome, summary)
            student = outcome.submission.student
            marks[student].add(outcome.submission, outcome.result, gradebook, outcome.key)
            if marks[student].complete(assignment):
                record(marks.pop(student), handins[student].known)

        decided.tell_what_was_kept()
        summary.totals.sort(key=lambda total: total.student)
        due = deadline.due.isoformat() if deadline.due is not None else ""
        out.record_run(replace(out.last_run(), settings=chosen, sandbox=summary.sandbox, due=due))
        gradebook.commit()
        summary.changes = ledger.finish()
    logger.info("%s students; %s notebooks graded, %s unchanged", len(handins), summary.graded, summary.reused)
    return summary


def _take_in(paths: Sequence[Path], assignment: Assignment, out: OutDir, choices: Choices) -> Intake:
    """Take the hand-ins in, write intake.csv, remember who was seen."""
    from autograder.intake import IntakeError, People, take_in

    people = People(choices.mapping, choices.roster, replace=choices.replace)
    intake = take_in(paths, assignment, out.root, people=people)
    if paths and intake.nothing:
        files = counted(len(intake.records), "file")
        what = f"holds nothing to mark: of {files} none is a notebook of {assignment.name}"
        raise IntakeError(what, path=paths[0], remedy="`autograder intake --check` says of each what it is")
    out.remember_students(intake.known)
    for file in intake.records:
        logger.info("%s: %s (%s, %s) %s", file.path, file.action, file.student, file.notebook, "; ".join(file.details))
    write_intake(out.intake, out.remember_files(intake.records))
    return intake


def _handins(assignment: Assignment, out: OutDir) -> dict[str, Handin]:
    """What everybody in OUT has handed in. Each file is looked through, so that a damaged one is known before."""
    handins = {}
    for student, known in out.known_students().items():
        handin = handins[student] = Handin(known, refused=dict(known.refused))
        for name in assignment.notebooks:
            try:
                if out.has_notebook(student, name):
                    handin.notebooks.append(name)
            except UnreadableSubmissionError as error:
                handin.refused[name] = str(error)
                logger.warning("%s, %s: %s", student, name, error)
    return handins


def _without_time(handins: Mapping[str, Handin], deadline: Deadline) -> list[str]:
    """Who cannot be late because nobody knows when they handed in."""
    unknown = [
        student
        for student, handin in handins.items()
        if any(name not in handin.known.handed_in or not handin.known.handed_in[name].time for name in handin.notebooks)
    ]
    if deadline.due is None or not unknown:
        return []
    remedy = "a roster with a column `submitted` does"
    return [f"nothing says when {', '.join(unknown)} handed in, so they are not late; {remedy}"]


def _submissions(assignment: Assignment, handins: Mapping[str, Handin], out: OutDir) -> Iterator[Submission]:
    """Everybody's notebooks in order, read as they are needed."""
    for student, handin in handins.items():
        for name in handin.notebooks:
            content = out.handed_in(student, name) or {}
            yield Submission(student, name, with_new_names(content, assignment.notebooks[name].renamed))


def _without_results(assignment: Assignment, student: str, handin: Handin) -> StudentMarks:
    """A student's marks before anything is graded: what is not there is known already."""
    absent = {
        name: absent_items(notebook, handin.refused.get(name, ""))
        for name, notebook in assignment.notebooks.items()
        if name not in handin.notebooks
    }
    return StudentMarks(student, name=handin.known.name, items=absent)


def _count(outcome: Outcome, summary: Summary) -> None:
    result = outcome.result
    summary.sandbox = summary.sandbox or result.sandbox
    summary.reused += outcome.reused
    summary.graded += not outcome.reused
    logger.info(
        "%s, %s: %s%s",
        result.student,
        result.notebook,
        ", ".join(f"{item.item} {item.points} {item.status.value}" for item in result.items),
        " (unchanged)" if outcome.reused else f" in {result.seconds:.2f} s, {result.peak_memory_mb:.0f} MB",
    )
    for item in result.items:
        if item.status in (Status.FAULT, Status.GRADER_ERROR):
            logger.warning("%s, %s, %s: %s", result.student, result.notebook, item.item, item.message)


class _Decided:
    """Tells whoever looks on once where items are decided: what was kept says it where nothing had to be graded."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._told = False
        self._kept: dict[str, list[Decision]] = {}

    def tell(self, decisions: list[Decision]) -> None:
        """It is known."""
        self._told = True
        for line in said_at_the_start(decisions):
            logger.warning("%s", line)
        self._watcher.decided(decisions)

    def note(self, result: NotebookResult) -> None:
        """A result that was kept, or is new."""
        if not self._told:
            self._kept.setdefault(result.notebook, decisions_in(result))

    def tell_what_was_kept(self) -> None:
        """Everything is graded."""
        if not self._told and self._kept:
            self.tell([decision for decisions in self._kept.values() for decision in decisions])


@dataclass
class _Recorder:
    """Writes down students of whom everything is known. `heed` says that lateness is, or was until now, looked at."""

    gradebook: GradebookWriter
    table: MarksTable
    summary: Summary
    deadline: Deadline
    ledger: RunRecord
    heed: bool

    def __call__(self, marks: StudentMarks, known: KnownStudent) -> None:
        """Write down one."""
        given = self.gradebook.record(marks)
        as_found = {
            name: Found(
                marks.keys.get(name, ""),
                items,
                marks.unanswered.get(name, frozenset()),
                {item: grade for (notebook, item), grade in given.items() if notebook == name},
            )
            for name, items in marks.items.items()
        }
        self.ledger.student(marks.student, known, as_found)
        finals = [
            (notebook, marks.mark(notebook, item, given.get((notebook, item.item), NOTHING_GIVEN)))
            for notebook in self.summary.max_points
            for item in marks.items[notebook]
        ]
        total = _total(marks.student, self.summary.max_points, finals)
        late = {}
        if self.heed:
            late = {
                notebook: self.deadline.late(marks.student, known, notebook, points)
                for notebook, points in total.points.items()
            }
            self.gradebook.record_late(marks.student, known, self.deadline, late)
        self.table.add(marks.student, finals, late)
        for notebook, found in late.items():
            total.points[notebook] = after_penalty(total.points[notebook], found.penalty)
        total.late = "; ".join(f"{notebook} {found.text}" for notebook, found in late.items() if found.text)
        self.summary.totals.append(total)


def _total(student: str, notebooks: Mapping[str, float], marks: Sequence[tuple[str, FinalMark]]) -> Total:
    total = Total(student, points=dict.fromkeys(notebooks, 0.0))
    for notebook, mark in marks:
        total.points[notebook] += mark.points or 0.0
        total.waiting += mark.waiting and not mark.unusable
        total.faults += mark.status is Status.FAULT and not mark.unusable
        if mark.unusable and notebook not in total.unusable:
            total.unusable.append(notebook)
        total.grader_errors += mark.status is Status.GRADER_ERROR
        if mark.status is Status.MISSING and notebook not in total.missing:
            total.missing.append(notebook)
    return total


def _seed(out: OutDir, wanted: int | None) -> int:
    """The seed of the run: the one asked for, that of the run before, or a new one."""
    seed = wanted if wanted is not None else out.last_run().seed
    return secrets.randbits(SEED_BITS) if seed is None else seed
