"""Grades hand-ins of one assignment with one pair of warm processes.

    with Grader(assignment, settings) as grader:
        result = grader.grade(submission)

The examiner's warm process is trusted and forks a child for each hand-in (`session.serve`); the student's is in the
sandbox and forks a confined child whenever the examiner's child asks for one (`student.serve`). The two children talk
over one socket, which passes through here as a file descriptor and nothing else.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner import worker as examiner_session
from autograder.engine.examiner.remote.connection import Connection, StudentGone
from autograder.engine.model_trace import NotebookPlan, learn, make_plan
from autograder.engine.protocol import wire
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.submission import Submission
from autograder.sandbox.exceptions import SandboxError
from autograder.sandbox.forkserver import ConfinedProcess, ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.reach import reach

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from autograder.model.course import Assignment, Notebook
    from autograder.model.settings import GradingSettings

SERVE = "autograder.engine.examiner.worker:serve"
WARM_UP = "autograder.engine.examiner.worker:warm_up"
STUDENT_SERVE = "autograder.engine.student.server:serve"
STUDENT_WARM_UP = "autograder.engine.student.server:warm_up"
PREPARE = "autograder.engine.examiner.worker:prepare"
STUDENT_PREPARE = "autograder.engine.student.server:prepare"
GRACE_SECONDS = 30.0
MAX_STUCK = 3  # tests that an examiner may not survive before all that follow are given up


class GraderError(Exception):
    """The grader itself cannot go on; the message says where and what to do."""


class ExaminerGone(Exception):  # noqa: N818 - a state of the other process, not a mistake of ours
    """The examiner's process has ended; `item` is the one whose test it was running, empty for none."""

    def __init__(self, item: str, reason: str) -> None:
        super().__init__(reason)
        self.item = item


class Shared:
    """What the graders of one process share: the warm examiner, and what was learned of the source notebooks.

    The student's side is never shared: what a hand-in does to its limits and its forks reaches no other one.
    """

    def __init__(self, assignment: Assignment, settings: GradingSettings) -> None:
        warm_up = WARM_UP + _kind_of(assignment)
        self.examiner = ForkServer(settings, SERVE, warm_up, level=Level.none(), trusted=True)
        self.plans: dict[str, tuple[NotebookPlan, bytes]] = {}
        self.learning: dict[str, threading.Lock] = {}
        self._starting = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Start the examiner, once."""
        with self._starting:
            if not self._started:
                self.examiner.start()
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
        warm_up = STUDENT_WARM_UP + _kind_of(assignment)
        self._student = ForkServer(settings, STUDENT_SERVE, warm_up, level=reach(settings.sandbox))
        self._owned = Shared(assignment, settings) if shared is None else None
        self._shared = shared or self._owned or Shared(assignment, settings)
        self._examiner = self._shared.examiner
        self._plans = self._shared.plans
        self._prepared: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        examiner = threading.Thread(target=self._start_examiner)
        examiner.start()
        try:
            try:
                self._student.start()
            finally:
                examiner.join()
            self._shared.start()  # raises what went wrong in the thread, should it go wrong again
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start_examiner(self) -> None:
        with contextlib.suppress(Exception):
            self._shared.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owned is not None:
            self._owned.close()
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
                found = self._grade(submission, notebook, self._plan(notebook)[1])
            except (GraderError, SandboxError, StudentGone, OSError, ValueError, KeyError, TypeError) as error:
                found = self._failure(notebook, f"{type(error).__name__}: {error}")
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

    def plan(self, name: str) -> NotebookPlan:
        """What grading needs to know of a notebook, learned from a run of its source. Raises GraderError."""
        return self._plan(self.assignment.notebooks[name])[0]

    def _plan(self, notebook: Notebook) -> tuple[NotebookPlan, bytes]:
        with self._shared.learning.setdefault(notebook.name, threading.Lock()):
            if notebook.name not in self._plans:
                self._learn(notebook)
            plan = self._plans[notebook.name][0]
            if notebook.name not in self._prepared:
                self._prepared.add(notebook.name)
                wanted = {"modules": plan.student_modules, "sources": plan.given_sources}
                self._student.prepare(STUDENT_PREPARE, json.dumps(wanted).encode())
        return self._plans[notebook.name]

    def _learn(self, notebook: Notebook) -> None:
        plan = make_plan(notebook)
        session = self._student.fork()
        try:
            learn(plan, Connection(wire.Channel(session.sock)), self.settings.cell_seconds)
        except StudentGone as gone:
            raise GraderError(
                f"the source notebook {notebook.name} cannot be run: a cell {gone.reason}; run it by hand and mend it"
            ) from gone
        finally:
            session.kill()
        model = Submission("", notebook.name, notebook.source)
        learned = self._grade(model, notebook, plan.pack())
        plan.contacts = [tuple(contact) for contact in learned["contacts"]]
        plan.student_modules, plan.examiner_modules = learned["student_modules"], learned["examiner_modules"]
        self._examiner.prepare(PREPARE, json.dumps(plan.examiner_modules).encode())
        self._plans[notebook.name] = plan, plan.pack()

    def _grade(self, submission: Submission, notebook: Notebook, packed: bytes) -> dict[str, Any]:
        """Have the notebook graded; again without the test that an examiner did not survive, a few times at most."""
        settings = self.settings
        order: dict[str, Any] = {
            "content": submission.content,
            "seed": settings.seed,
            "cell_seconds": settings.cell_seconds,
            "notebook_seconds": settings.notebook_seconds,
            "output_mb": settings.output_mb,
            "stuck": [],
        }
        names = [item.grade_id for item in notebook.items]
        while True:
            try:
                return self._examine(order, packed, len(names))
            except ExaminerGone as gone:
                stuck = order["stuck"]
                if gone.item not in names or gone.item in stuck:
                    raise GraderError(f"the examiner ended: {gone}") from gone
                stuck += [gone.item] if len(stuck) < MAX_STUCK else names[names.index(gone.item) :]

    def _examine(self, order: dict[str, Any], packed: bytes, items: int) -> dict[str, Any]:
        examiner = self._examiner.fork()
        student: ConfinedProcess | None = None
        item = ""
        # a walk for each item at most, each within the notebook's time, and the examiner's own work on top
        deadline = time.monotonic() + self.settings.notebook_seconds * (1 + items) + GRACE_SECONDS
        try:
            sock = examiner.sock
            sock.settimeout(GRACE_SECONDS)
            examiner_session.send(sock, b"O", json.dumps(order).encode())
            examiner_session.send(sock, b"P", packed)
            while True:
                if not select.select([sock], [], [], max(deadline - time.monotonic(), 0))[0]:
                    raise GraderError("the examiner did not finish in time")
                kind, body = examiner_session.receive_message(sock)
                if kind == examiner_session.START:
                    student = self._student.fork()
                    socket.send_fds(sock, [b"F"], [student.sock.fileno()])
                elif kind == examiner_session.END and student is not None:
                    usage = student.kill()
                    examiner_session.send(sock, b"U", json.dumps(vars(usage)).encode())
                    student = None
                elif kind == examiner_session.TEST_BEGINS:
                    item = body.decode()
                elif kind == examiner_session.RESULT:
                    found: dict[str, Any] = json.loads(body)
                    return found
        except ConnectionError as error:
            raise ExaminerGone(item, examiner.kill().reason or str(error)) from error
        finally:
            if student is not None:
                student.kill()
            examiner.kill()

    @staticmethod
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


def _kind_of(assignment: Assignment) -> str:
    """Which warm-up an assignment needs, as the ending of its function's name."""
    optimisers = any("optim" in str(notebook.source) for notebook in assignment.notebooks.values())
    return "_with_optimisers" if optimisers else ""
