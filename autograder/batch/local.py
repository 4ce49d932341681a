"""All cores of this machine: one grader a worker, each driven by a thread of the main process.

The threads only wait for their graders' processes, which are started by exec. The main process itself never forks and
never imports torch.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from autograder.batch.executors import Executor, grader_fault
from autograder.batch.jobs import Job
from autograder.batch.store import LessonStore
from autograder.exceptions import ExecutorError
from autograder.model.course import Assignment
from autograder.model.decision import Decision
from autograder.model.results import NotebookResult
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission

logger = logging.getLogger(__name__)

JOBS_FOR_EACH_WORKER = 3
"""The one in work, and enough that no worker ever waits for the main process."""

STOP_SECONDS = 10.0
"""How long to wait for a worker's thread after its grader has been closed."""


class GraderLike(Protocol):
    """What an executor needs of `autograder.engine.grader.Grader`."""

    def grade(self, submission: Submission) -> NotebookResult:
        """Grade one notebook."""

    def decisions(self, name: str) -> list[Decision]:
        """Where the items of a notebook are decided."""


@dataclass(frozen=True)
class Look:
    """What a worker may be given instead of a job: a notebook, to say where its items are decided."""

    notebook: str


GraderFactory = Callable[[Assignment, GradingSettings], AbstractContextManager[GraderLike]]


class EngineGraders:
    """Makes the engine's graders for the threads of one process: they share what is the same for all.

    No hand-in may see a folder of `hidden`. What is learned of the source is kept in the folder `lessons`, if any.
    """

    def __init__(self, hidden: Sequence[Path] = (), lessons: Path | None = None) -> None:
        self._hidden = hidden
        self._lessons = lessons
        self._shared: Any = None
        self._lock = threading.Lock()

    def __call__(self, assignment: Assignment, settings: GradingSettings) -> AbstractContextManager[GraderLike]:
        """A new grader. Every call is for the same assignment and settings."""
        from autograder.engine.grader import Grader
        from autograder.engine.shared import Shared

        with self._lock:
            if self._shared is None:
                lessons = LessonStore(self._lessons, assignment, settings) if self._lessons is not None else None
                self._shared = Shared(assignment, settings, self._hidden, lessons)
        return Grader(assignment, settings, self._shared, self._hidden)

    def close(self) -> None:
        """End what the graders share."""
        if self._shared is not None:
            self._shared.close()


def usable_cores() -> int:
    """The cores that this process may use, which in a container or a Slurm job are fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalExecutor(Executor):
    """Grades on this machine with `workers` graders, all usable cores without it.

    Hand-ins may not see `hidden`; what is learned of the source is kept in `lessons`.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: GradingSettings,
        workers: int | None = None,
        factory: GraderFactory | None = None,
        hidden: Sequence[Path] = (),
        lessons: Path | None = None,
    ) -> None:
        self._engine = EngineGraders(hidden, lessons)
        self.workers = workers or usable_cores()
        self.window = JOBS_FOR_EACH_WORKER * self.workers
        self._assignment = assignment
        self._settings = settings
        self._factory = factory or self._engine
        self._jobs: queue.SimpleQueue[Job | Look | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Job, NotebookResult] | list[Decision] | Exception] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open: dict[int, contextlib.ExitStack] = {}
        self._lost = 0  # workers whose grader could not be started
        self._stopping = threading.Event()

    def start(self, jobs: int | None = None) -> None:
        """Begin to start the graders, each in its thread: as many as jobs can keep at work, if that is known."""
        wanted = self.workers if jobs is None else min(jobs, self.workers)
        for number in range(len(self._threads), wanted):
            thread = threading.Thread(target=self._work, args=(number,), name=f"grader-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def submit(self, job: Job) -> None:
        """Put a job in the queue that all graders take from."""
        self.start(self.pending + 1)
        self._jobs.put(job)
        self.pending += 1

    def wait(self) -> tuple[Job, NotebookResult]:
        """The next result. Raises ExecutorError when the last grader has given up."""
        while not isinstance(done := self._next(), tuple):
            continue
        self.pending -= 1
        return done

    def decisions(self) -> list[Decision]:
        """Have the graders look at a notebook each. Raises ExecutorError when the last grader has given up."""
        self.start(len(self._assignment.notebooks))
        for name in self._assignment.notebooks:
            self._jobs.put(Look(name))
        found: list[Decision] = []
        waiting = len(self._assignment.notebooks)
        while waiting:
            done = self._next()
            if isinstance(done, list):
                found += done
                waiting -= 1
        return sorted(found, key=lambda one: list(self._assignment.notebooks).index(one.notebook))

    def _next(self) -> tuple[Job, NotebookResult] | list[Decision]:
        """What comes next from the workers. Raises ExecutorError when the last grader has given up."""
        while isinstance(done := self._done.get(), Exception):
            self._lost += 1
            if self._lost == len(self._threads):
                raise ExecutorError(f"no grader can be started on this machine: {done}") from done
        return done

    def close(self, *, now: bool) -> None:
        """Stop the threads; with `now` by closing the graders that they wait for."""
        self._stopping.set()
        for _ in self._threads:
            self._jobs.put(None)
        if now:
            for grader in list(self._open.values()):
                with contextlib.suppress(Exception):  # a thread may be using it: it is being stopped either way
                    grader.close()
            self._engine.close()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
        self._engine.close()

    def _work(self, number: int) -> None:
        """One worker: a grader, job after job, and a new grader when one breaks."""
        started = True
        while started and not self._stopping.is_set():
            started = False
            job = None
            try:
                with contextlib.ExitStack() as stack:
                    grader = stack.enter_context(self._factory(self._assignment, self._settings))
                    self._open[number] = stack
                    started = True
                    while (job := self._jobs.get()) is not None and not self._stopping.is_set():
                        self._done.put(
                            grader.decisions(job.notebook)
                            if isinstance(job, Look)
                            else (job, grader.grade(job.submission))
                        )
                    return
            except Exception as error:  # whatever it was, the batch goes on and the row says so
                logger.warning("a grader broke", exc_info=True)
                if isinstance(job, Look):
                    self._done.put([])
                elif job is not None:
                    message = f"the grader failed: {type(error).__name__}: {error}"
                    self._done.put((job, grader_fault(self._assignment, job.submission, message)))
                elif not started:
                    self._done.put(error)
