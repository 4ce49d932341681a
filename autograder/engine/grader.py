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
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.examiner.remote.exceptions import StudentGone
from autograder.engine.exceptions import ExaminerGone, GraderError
from autograder.engine.model_trace import (
    ModelTrace,
    follow_numbers,
    learn_from_grading,
    learn_names,
    modules_of,
    trace_source,
)
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.control import (
    EndStudent,
    FromExaminer,
    Graded,
    Learned,
    Order,
    StartStudent,
    StudentEnded,
    TestBegins,
    receive,
    send,
)
from autograder.marking.decide import Outcome, decide
from autograder.model.results import NotebookResult
from autograder.model.submission import Submission
from autograder.sandbox.confined_process import ConfinedProcess, Usage, readable
from autograder.sandbox.exceptions import PreparationError, SandboxError
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from autograder.model.course import Assignment, Notebook
    from autograder.model.settings import GradingSettings

EXAMINER = "autograder.engine.examiner.worker"
STUDENT = "autograder.engine.student"
GRACE_SECONDS = 30.0
MAX_STUCK = 3  # tests that an examiner may not survive before all that follow are given up
MAX_LOST = 2  # examiners that may end for reasons that nobody knows before the notebook is given up
WATCHDOG_STATUS = 1
"""How an examiner ends that its own watchdog ended, busy in one endless step with what the hand-in gave to a test."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Packed:
    """The trace of a model solution, and the same as bytes for the examiner."""

    trace: ModelTrace
    packed: bytes


class Shared:
    """What the graders of one process share: the examiner's fork server, and what was learned of the source notebooks.

    The student's side is never shared: what a hand-in does to its limits and its forks reaches no other one. Only the
    `level` of its sandbox is, which is found out by trying. Raises LevelError when the wanted one cannot be had.
    """

    def __init__(self, assignment: Assignment, settings: GradingSettings, hidden: Sequence[Path] = ()) -> None:
        self.level = reach(settings.sandbox)
        self._notebooks = assignment.notebooks.values()
        functions = f"{EXAMINER}:serve", f"{EXAMINER}:warm_up"
        self.examiner = ForkServer(
            settings, *functions, level=self.level, trusted=True, hidden=[assignment.course.root, *hidden]
        )
        self.learned: dict[str, Packed | GraderError] = {}
        self.learning: dict[str, threading.Lock] = {}
        self._starting = threading.Lock()
        self._reading = threading.Lock()
        self._started = False
        self._modules: list[str] | None = None

    def modules(self) -> list[str]:
        """The modules that the source notebooks use, read from them once."""
        with self._reading:
            if self._modules is None:
                self._modules = modules_of(self._notebooks)
            return self._modules

    def start(self) -> None:
        """Start the examiner, once."""
        with self._starting:
            if not self._started:
                self.examiner.start()
                self.examiner.prepare(f"{EXAMINER}:prepare", json.dumps(self.modules()).encode())
                self._started = True

    def close(self) -> None:
        """End the examiner and its children."""
        self.examiner.close()


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
                "seed": self.settings.seed,
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
                shared.learned[notebook.name] = self._learn(notebook)
            learned = shared.learned[notebook.name]
        if isinstance(learned, GraderError):
            raise GraderError(learned.what, remedy=learned.remedy)
        if notebook.name not in self._prepared:
            self._prepared.add(notebook.name)
            wanted = _prepared(learned.trace.student_modules, learned.trace.given_sources)
            self._student.prepare(f"{STUDENT}.warm_up:prepare", wanted)
        return learned

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
        learned = self._grade_model(notebook, trace)
        if follow_numbers(trace, learned.numbers):
            learned = self._grade_model(notebook, trace)  # these cells have other instructions now
        learn_from_grading(trace, learned)
        try:
            self._shared.examiner.prepare(f"{EXAMINER}:prepare", json.dumps(trace.examiner_modules).encode())
        except PreparationError:  # it only saves time, and learning everything anew would not mend it
            _LOG.warning("%s: the examiner goes on without a preparation", notebook.name, exc_info=True)
        return Packed(trace, trace.pack())

    def _grade_model(self, notebook: Notebook, trace: ModelTrace) -> Learned:
        learned = self._grade(Submission("", notebook.name, notebook.source), notebook, trace.pack()).learned
        if learned is None:
            raise GraderError("the examiner has learned nothing from the model solution", where=notebook.name)
        return learned

    def _grade(self, submission: Submission, notebook: Notebook, trace: bytes) -> Graded:
        """Have the notebook graded, again where an examiner did not come to its end.

        Only an examiner that its own watchdog has ended is known to have been held up by the hand-in: the item whose
        test it was running is then at fault, and the rest is graded without it. An examiner that is lost for any other
        reason says nothing about the hand-in, which is graded anew.
        """
        names = [item.grade_id for item in notebook.items]
        content = json.dumps(submission.content).encode()
        stuck: list[str] = []
        lost = 0
        while True:
            settings = self.settings
            order = Order(
                content,
                trace,
                settings.seed,
                settings.cell_seconds,
                settings.notebook_seconds,
                settings.output_mb,
                tuple(stuck),
            )
            try:
                return self._examine(order)
            except ExaminerGone as gone:
                if gone.usage.exit_status == WATCHDOG_STATUS and gone.item in names and gone.item not in stuck:
                    stuck += [gone.item] if len(stuck) < MAX_STUCK else names[names.index(gone.item) :]
                    continue
                lost += 1
                _LOG.warning("%s: an examiner was lost: %s", submission.notebook, gone)
                if lost > MAX_LOST:
                    said = self._shared.examiner.last_lines()
                    raise GraderError(f"the examiner ended: {gone}", where=gone.item, last_lines=said) from gone

    def _examine(self, order: Order) -> Graded:
        examiner = self._shared.examiner.fork()
        student: ConfinedProcess | None = None
        item = ""
        # all runs together within the notebook's time, and as much again for the examiner's own work
        deadline = time.monotonic() + 2 * self.settings.notebook_seconds + GRACE_SECONDS
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
                elif isinstance(message, TestBegins):
                    item = message.item
                elif isinstance(message, Graded):
                    return message
        except ConnectionError as error:
            raise ExaminerGone(item, examiner.kill(), str(error)) from error
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
