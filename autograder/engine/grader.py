"""Grades hand-ins of one assignment with one pair of fork servers.

    with Grader(assignment, settings) as grader:
        result = grader.grade(submission)

The examiner's fork server is trusted and forks a child for each hand-in (`examiner.worker.serve`); the student's is in
the sandbox and forks a confined child whenever the examiner's child asks for one (`student.server.serve`). The two
children talk over one socket, which passes through here as a file descriptor and nothing else.

    grader --- Order ---> examiner --- questions ---> student's process
           <-- Graded ---          <--- answers  ----
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import logging
import select
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.submission import Submission
from autograder.sandbox.confined_process import ConfinedProcess, Usage
from autograder.sandbox.exceptions import SandboxError
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable
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

    The student's side is never shared: what a hand-in does to its limits and its forks reaches no other one.
    """

    def __init__(self, assignment: Assignment, settings: GradingSettings) -> None:
        self._notebooks = assignment.notebooks.values()
        functions = f"{EXAMINER}:serve", f"{EXAMINER}:warm_up"
        self.examiner = ForkServer(settings, *functions, level=Level.none(), trusted=True)
        self.learned: dict[str, Packed] = {}
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
    """Grades one hand-in at a time. Raises SandboxError on entering when the wanted sandbox cannot be had.

    Several graders in threads of one process may be given what they share; whoever made it closes it.
    """

    def __init__(self, assignment: Assignment, settings: GradingSettings, shared: Shared | None = None) -> None:
        self.assignment = assignment
        self.settings = settings
        self._shared = shared or Shared(assignment, settings)
        self._owns_shared = shared is None
        functions = f"{STUDENT}.server:serve", f"{STUDENT}.warm_up:warm_up"
        self._student = ForkServer(settings, *functions, level=reach(settings.sandbox))
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
                found = _failure(notebook, f"{type(error).__name__}: {error}")
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
        return self._learned(self.assignment.notebooks[name]).trace

    def _learned(self, notebook: Notebook) -> Packed:
        shared = self._shared
        with shared.learning.setdefault(notebook.name, threading.Lock()):
            if notebook.name not in shared.learned:
                shared.learned[notebook.name] = self._learn(notebook)
            learned = shared.learned[notebook.name]
            if notebook.name not in self._prepared:
                self._prepared.add(notebook.name)
                wanted = _prepared(learned.trace.student_modules, learned.trace.given_sources)
                self._student.prepare(f"{STUDENT}.warm_up:prepare", wanted)
        return learned

    def _learn(self, notebook: Notebook) -> Packed:
        trace = trace_source(notebook)
        process = self._student.fork()
        try:
            learn_names(trace, Connection(Channel(process.sock)), self.settings.cell_seconds)
        except StudentGone as gone:
            what = f"the source notebook {notebook.name} cannot be run: a cell {gone.reason}"
            raise GraderError(what, remedy="run it by hand and mend it") from gone
        finally:
            process.kill()
        learned = self._grade_model(notebook, trace)
        if follow_numbers(trace, learned.numbers):
            learned = self._grade_model(notebook, trace)  # these cells have other instructions now
        learn_from_grading(trace, learned)
        self._shared.examiner.prepare(f"{EXAMINER}:prepare", json.dumps(trace.examiner_modules).encode())
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
                return self._examine(order, len(names))
            except ExaminerGone as gone:
                if gone.usage.exit_status == WATCHDOG_STATUS and gone.item in names and gone.item not in stuck:
                    stuck += [gone.item] if len(stuck) < MAX_STUCK else names[names.index(gone.item) :]
                    continue
                lost += 1
                _LOG.warning("%s: an examiner was lost: %s", submission.notebook, gone)
                if lost > MAX_LOST:
                    said = self._shared.examiner.last_lines()
                    raise GraderError(f"the examiner ended: {gone}", where=gone.item, last_lines=said) from gone

    def _examine(self, order: Order, items: int) -> Graded:
        examiner = self._shared.examiner.fork()
        student: ConfinedProcess | None = None
        item = ""
        # a run for each item at most, each within the notebook's time, and the examiner's own work on top
        deadline = time.monotonic() + self.settings.notebook_seconds * (1 + items) + GRACE_SECONDS
        try:
            sock = examiner.sock
            sock.settimeout(GRACE_SECONDS)
            send(sock, order)
            while True:
                if not select.select([sock], [], [], max(deadline - time.monotonic(), 0))[0]:
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


def _failure(notebook: Notebook, reason: str) -> dict[str, Any]:
    items = [
        ItemResult(
            item.grade_id,
            None,
            item.points,
            Status.MANUAL if item.manual else Status.GRADER_ERROR,
            "" if item.manual else reason,
        )
        for item in notebook.items
    ]
    return {"items": [{**vars(item), "checks": (), "follow_through": ()} for item in items], "cells": []}


def _versions() -> dict[str, str]:
    import platform

    found = {"python": platform.python_version()}
    for name in ("numpy", "torch", "ipython", "nbgrader"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
