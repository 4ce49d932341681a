"""Grades hand-ins of one assignment with one pair of fork servers.

    with Grader(assignment, settings) as grader:
        result = grader.grade(submission)

The examiner's fork server forks a child for each hand-in (`examiner.worker.serve`), the student's another one whenever
the examiner's child asks for it (`student.server.serve`). Both are in the sandbox, each child behind its own walls and
within its own limits. The two children talk over one socket, which passes through here as a file descriptor and nothing
else.

    grader --- Order ---> examiner --- questions ---> student's process
           <-- Graded ---          <--- answers  ----
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import logging
import platform
import socket
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.examiner.remote.exceptions import StudentGone
from autograder.engine.exceptions import ExaminerGone, GraderError
from autograder.engine.keys import keys_of
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.constants import whole_time
from autograder.engine.protocol.control import (
    Begins,
    EndStudent,
    FromExaminer,
    Graded,
    Order,
    StartStudent,
    StudentEnded,
    receive,
    send,
)
from autograder.engine.shared import EXAMINER, Packed, Shared
from autograder.engine.source.lesson import taught, written
from autograder.engine.source.model_trace import (
    ModelTrace,
    follow_numbers,
    helpers_of,
    learn_from_grading,
    learn_names,
    modules_of,
    trace_source,
    trust_given,
)
from autograder.marking.decide import Outcome, decide
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.submission import Submission
from autograder.sandbox.confined_process import ConfinedProcess, Usage, readable
from autograder.sandbox.exceptions import PreparationError, SandboxError
from autograder.sandbox.forkserver import ForkServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from autograder.model.course import Assignment, Notebook
    from autograder.model.settings import GradingSettings

STUDENT = "autograder.engine.student"
GRACE_SECONDS = 30.0
MAX_ASKED = 1000  # questions of a given cell's function in the model's run before it is kept beside the answers
MAX_LOST = 2  # examiners that may end for reasons that nobody knows before the notebook is given up
WATCHDOG_STATUS = 1
"""How an examiner ends that its own watchdog ended, busy in one endless step with what the hand-in gave."""

_LOG = logging.getLogger(__name__)


class Grader:
    """Grades one hand-in at a time. Raises SandboxError when the wanted sandbox cannot be had.

    No hand-in may see the course, nor the folders of `hidden`: LevelError on entering, when it would. Several graders
    in threads of one process may be given what they share; whoever made it closes it.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: GradingSettings,
        shared: Shared | None = None,
        hidden: Sequence[Path] = (),
    ) -> None:
        self.assignment = assignment
        self.settings = settings
        self._shared = shared or Shared(assignment, settings, hidden)
        self._owns_shared = shared is None
        functions = f"{STUDENT}.server:serve", f"{STUDENT}.warm_up:warm_up"
        self._student = ForkServer(
            settings, *functions, level=self._shared.level, hidden=[assignment.course.root, *hidden]
        )
        self._prepared: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        # the notebooks are read while both fork servers start
        helpers = [
            threading.Thread(target=_quietly, args=[step]) for step in (self._shared.start, self._shared.modules)
        ]
        for helper in helpers:
            helper.start()
        try:
            try:
                self._student.start()
            finally:
                for helper in helpers:
                    helper.join()
            self._shared.start()  # raises what went wrong in the thread, should it go wrong again
            self._student.prepare(f"{STUDENT}.warm_up:prepare", _prepared(self._shared.modules(), []))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owns_shared:
            self._shared.close()
        self._student.close()

    @property
    def sandbox(self) -> str:
        """The level of the sandbox that was reached."""
        return self._student.level.name

    def grade(self, submission: Submission) -> NotebookResult:
        """Grade one notebook. A fault of the grader's own gives items with status `grader_error`."""
        notebook = self.assignment.notebooks[submission.notebook]
        started = time.monotonic()
        with self._lock:
            try:
                found = json.loads(self._grade(submission, notebook, self._learned(notebook).packed).found)
            except (GraderError, SandboxError, StudentGone, OSError, ValueError, KeyError, TypeError) as error:
                _LOG.warning("%s, %s: not graded", submission.student, submission.notebook, exc_info=True)
                outcome = Outcome(grader=f"{type(error).__name__}: {error}")
                found = {"items": [asdict(decide(item, outcome)) for item in notebook.items]}
        return NotebookResult.from_json(
            {
                "student": submission.student,
                "notebook": submission.notebook,
                "sandbox": self.sandbox,
                "seconds": round(time.monotonic() - started, 4),
                "versions": _versions(),
                **found,
            }
        )

    def trace(self, name: str) -> ModelTrace:
        """What grading needs to know of a notebook, learned from a run of its source. Raises GraderError."""
        with self._lock:
            return self._learned(self.assignment.notebooks[name]).trace

    def _learned(self, notebook: Notebook) -> Packed:
        shared = self._shared
        with shared.learning.setdefault(notebook.name, threading.Lock()):
            if notebook.name not in shared.learned:
                shared.learned[notebook.name] = self._remember(notebook) or self._learn(notebook)
            learned = shared.learned[notebook.name]
        if isinstance(learned, GraderError):
            raise GraderError(learned.what, remedy=learned.remedy)
        if notebook.name not in self._prepared:
            self._prepared.add(notebook.name)
            wanted = _prepared(learned.trace.student_modules, learned.trace.given_sources)
            self._student.prepare(f"{STUDENT}.warm_up:prepare", wanted)
        return learned

    def _remember(self, notebook: Notebook) -> Packed | None:
        """What an earlier run has learned of a notebook under the same conditions, if it was kept."""
        lessons = self._shared.lessons
        lesson = lessons.get(notebook.name) if lessons is not None else None
        trace = taught(notebook, lesson) if lesson is not None else None
        if trace is None:
            return None
        self._prepare_examiner(trace.examiner_modules)
        return Packed(trace, trace.pack())

    def _learn(self, notebook: Notebook) -> Packed | GraderError:
        """What the source notebook teaches, or why it cannot be run, which would be the same the next time."""
        trace = trace_source(notebook)
        process = self._student.fork()
        try:
            learn_names(trace, Connection(Channel(process.sock)), self.settings.cell_seconds)
        except StudentGone as gone:
            what = f"the source notebook {notebook.name} cannot be run: a cell {gone.reason}"
            error = GraderError(what, remedy="run it by hand and mend it")
            if process.kill().known:
                return error
            raise error from gone  # it was lost with its fork server: that is not the notebook's fault
        finally:
            process.kill()
        # before any test can patch them
        self._prepare_examiner(modules_of([notebook]))
        distrusted: set[str] = set()
        kept: set[str] = set()
        while True:
            trust_given(trace, distrusted, kept)
            graded = self._grade_model(notebook, trace)
            learned, failed = graded.learned, _not_right(graded)
            if learned is None:
                raise GraderError("the examiner has learned nothing from the model solution", where=notebook.name)
            more = {name for name, questions in learned.asked_by.items() if questions > MAX_ASKED}
            for item in failed:
                helpers = helpers_of(trace, distrusted, item)
                more |= helpers & learned.asked_by.keys() or helpers
            changed = not trace.follows and follow_numbers(trace, learned.numbers)
            if not changed and distrusted.issuperset(learned.distrusted) and kept.issuperset(more):
                break
            distrusted.update(learned.distrusted)
            kept |= more
        again = self._grade_model(notebook, trace, "once more")
        trace.failed = {item: said for item, said in failed.items() if item in _not_right(again)}
        learn_from_grading(trace, learned, again.learned or learned)
        self._prepare_examiner(trace.examiner_modules)
        if self._shared.lessons is not None and (lesson := written(trace)) is not None:
            self._shared.lessons.put(notebook.name, lesson)
        return Packed(trace, trace.pack())

    def _prepare_examiner(self, modules: list[str]) -> None:
        """Have the examiner import modules ahead."""
        try:
            self._shared.examiner.prepare(f"{EXAMINER}:prepare", json.dumps(modules).encode())
        except PreparationError:  # it mostly saves time, and learning everything anew would not mend it
            _LOG.warning("the examiner goes on without having imported %s", ", ".join(modules), exc_info=True)

    def _grade_model(self, notebook: Notebook, trace: ModelTrace, student: str = "") -> Graded:
        """Grade the model solution; for another `student` it has other random numbers."""
        return self._grade(Submission(student, notebook.name, notebook.source), notebook, trace.pack())

    def _grade(self, submission: Submission, notebook: Notebook, trace: bytes) -> Graded:
        """Have the notebook graded, again where an examiner did not come to its end.

        Only an examiner that its own watchdog has ended is known to have been held up by the hand-in: the test or cell
        that it was at is then at fault, and the rest is graded without it. An examiner that is lost for any other
        reason says nothing about the hand-in, which is graded anew.
        """
        content = json.dumps(submission.content).encode()
        settings = self.settings
        keys = keys_of(settings.seed, notebook.source, submission.student, notebook.name)
        stuck: list[str] = []
        lost = 0
        while True:
            order = Order(
                content,
                trace,
                keys.examiner,
                keys.student,
                settings.cell_seconds,
                settings.notebook_seconds,
                settings.output_mb,
                tuple(stuck),
                settings.show_hidden,
            )
            try:
                return self._examine(order, len(notebook.items))
            except ExaminerGone as gone:
                if gone.usage.exit_status == WATCHDOG_STATUS and gone.at_work and gone.at_work not in stuck:
                    stuck.append(gone.at_work)
                    continue
                lost += 1
                _LOG.warning("%s: an examiner was lost: %s", submission.notebook, gone)
                if lost > MAX_LOST:
                    said = self._shared.examiner.last_lines()
                    raise GraderError(f"the examiner ended: {gone}", where=gone.at_work, last_lines=said) from gone

    def _examine(self, order: Order, items: int) -> Graded:
        examiner = self._shared.examiner.fork()
        student: ConfinedProcess | None = None
        at_work = ""
        # the examiner ends in this time by itself, what it has begun by then, and its own work, on top
        deadline = time.monotonic() + whole_time(order.notebook_seconds, order.cell_seconds, items)
        deadline += order.notebook_seconds + 2 * order.cell_seconds + GRACE_SECONDS
        try:
            sock = examiner.sock
            sock.settimeout(GRACE_SECONDS)
            send(sock, order)
            while True:
                if not readable(sock, deadline - time.monotonic()):
                    raise GraderError("the examiner did not finish in time")
                message = receive(sock, FromExaminer)
                if isinstance(message, StartStudent):
                    student = self._student.fork()
                    socket.send_fds(sock, [b"F"], [student.sock.fileno()])
                elif isinstance(message, EndStudent):
                    send(sock, _ended(student.kill() if student is not None else Usage()))
                    student = None
                elif isinstance(message, Begins):
                    at_work = message.what
                elif isinstance(message, Graded):
                    return message
        except ConnectionError as error:
            raise ExaminerGone(at_work, examiner.kill(), str(error)) from error
        finally:
            if student is not None:
                student.kill()
            examiner.kill()


def _quietly(step: Callable[[], object]) -> None:
    """Take a step in a thread; what goes wrong is raised when it is taken again."""
    with contextlib.suppress(Exception):
        step()


def _ended(usage: Usage) -> StudentEnded:
    return StudentEnded(usage.reason, usage.known, usage.cpu_seconds, usage.peak_memory_mb)


def _prepared(modules: list[str], sources: list[str]) -> bytes:
    """What the student's fork server is to import and to compile ahead, as student.warm_up.prepare takes it."""
    return json.dumps({"modules": modules, "sources": sources}).encode()


def _not_right(graded: Graded) -> dict[str, str]:
    """The items on which the model solution has not full marks, and why."""
    items = msgspec.convert(json.loads(graded.found)["items"], list[ItemResult])
    tested = (item for item in items if item.status is not Status.MANUAL and not item.right)
    found = {}
    for item in tested:
        why = item.message or next((check.message for check in item.checks if not check.passed), "")
        marks = "no mark" if item.points is None else f"{item.points:g} of {item.max_points:g} points"
        found[item.item] = f"{marks}: {why}" if why else marks
    return found


@functools.cache
def _versions() -> dict[str, str]:
    """The versions that a student's page names, read from the file system once."""
    found = {"python": platform.python_version()}
    for name in ("numpy", "torch", "ipython", "nbgrader"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
