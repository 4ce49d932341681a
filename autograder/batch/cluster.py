"""Many machines: the same work on a Dask distributed cluster.

Every worker process holds a warm grader of its own, made when the first hand-in arrives and kept until the run ends.
Workers know nothing but what a task brings: a worker that is lost takes nothing with it, and Dask gives its work to
another. Only JSON text crosses, both ways.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import nbformat

from autograder.batch.exceptions import VersionMismatchError
from autograder.batch.executors import Executor, grader_fault
from autograder.batch.jobs import Job, digest_of, environment
from autograder.batch.local import EngineGraders, GraderLike
from autograder.exceptions import ExecutorError
from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.results import NotebookResult
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission
from autograder.notebook.regions import Delimiters

JOBS_FOR_EACH_THREAD = 4
"""Jobs under way for each thread of the cluster: a worker has its next one while the last result travels."""

CONNECT_SECONDS = 20
TLS = "DASK_DISTRIBUTED__COMM__TLS__"


class DaskExecutor(Executor):
    """Grades on the cluster of the scheduler at `address`, with as many graders as its workers have threads."""

    def __init__(self, assignment: Assignment, settings: GradingSettings, address: str) -> None:
        self._assignment = assignment
        self._settings = settings
        self._address = address
        self._client: Any = None
        self._jobs: dict[str, Job] = {}
        self.window = JOBS_FOR_EACH_THREAD

    def start(self, jobs: int | None = None) -> None:  # noqa: ARG002 - the cluster's workers are there or not
        """Connect, and refuse a cluster whose workers would grade differently."""
        if self._client is not None:
            return
        try:
            from distributed import Client, as_completed
        except ImportError as error:
            raise ExecutorError(
                "--scheduler needs Dask", remedy="`make install` installs it: it is the extra `cluster`"
            ) from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is raised
        try:
            self._client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except Exception as error:  # of whatever kind: it is the address, or what listens there, that is wrong
            remedy = "start one with `dask scheduler`, and give the address that it prints"
            if self._address.startswith(("tls:", "wss:")):
                remedy = f"set {TLS}CA_FILE, {TLS}CLIENT__CERT and {TLS}CLIENT__KEY, as Dask's page on TLS says"
            raise ExecutorError(
                f"no Dask scheduler answers at {self._address} ({type(error).__name__}: {error})", remedy=remedy
            ) from error
        threads = self._check_versions()
        self.window = max(JOBS_FOR_EACH_THREAD * threads, JOBS_FOR_EACH_THREAD)
        work = json.dumps(packed(self._assignment, self._settings))
        self._digest = digest_of(work)
        # a task, not scattered data: when every worker that holds it is lost, Dask makes it anew
        self._shared = self._client.submit(str, work, key=f"work-{self._digest}")
        self._done = as_completed(loop=self._client.loop)

    def submit(self, job: Job) -> None:
        """Have a job graded by whichever worker is free."""
        self.start()
        submission = json.dumps(msgspec.to_builtins(job.submission))
        future = self._client.submit(
            grade_on_worker, self._shared, self._digest, environment(), submission, key=f"grade-{job.key}", pure=False
        )
        self._jobs[future.key] = job
        self._done.add(future)
        self.pending += 1

    def wait(self) -> tuple[Job, NotebookResult]:
        """The next result. A hand-in that cost several workers their lives is a fault of the grader."""
        from distributed.scheduler import KilledWorker

        with self._connected():
            future = next(self._done)
            error = future.exception()
        self.pending -= 1
        job = self._jobs.pop(future.key)
        if isinstance(error, VersionMismatchError):
            raise ExecutorError(str(error))
        if error is None:
            with self._connected():
                text = future.result()
            return job, NotebookResult.from_json(json.loads(text))
        lost = isinstance(error, KilledWorker)
        message = "every worker that began it was lost" if lost else f"{type(error).__name__}: {error}"
        return job, grader_fault(self._assignment, job.submission, f"the grader failed: {message}")

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        """Turn the loss of the scheduler into an ExecutorError with the remedy."""
        from concurrent.futures import CancelledError

        from distributed.comm.core import CommClosedError
        from distributed.utils import TimeoutError as DaskTimeoutError

        try:
            yield
        except (CancelledError, CommClosedError, DaskTimeoutError, OSError, StopIteration) as error:
            raise ExecutorError(
                f"the scheduler at {self._address} was lost on the way",
                remedy="what was graded is kept; start the scheduler again, and the same command continues",
            ) from error

    def close(self, *, now: bool) -> None:
        """Give the cluster back: nothing of ours is left running on it, also in the middle of a job."""
        if self._client is None:
            return
        del now
        with contextlib.suppress(Exception):  # the cluster may be gone; that must not hide why we are closing
            self._client.cancel(list(self._jobs))
            self._client.run(close_graders)
        self._client.close()

    def _check_versions(self) -> int:
        """The threads of all workers. Raises ExecutorError when there are none or one has other versions."""
        from distributed.comm.core import CommClosedError

        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            found: dict[str, Any] = self._client.run(versions_here, on_error="return")
        except (TimeoutError, CommClosedError) as error:
            raise ExecutorError(f"the scheduler at {self._address} has no workers", remedy="start some") from error
        for worker, theirs in found.items():
            if not isinstance(theirs, dict):
                raise ExecutorError(
                    f"worker {worker} cannot run the autograder ({theirs})", remedy="install this version there"
                )
            if difference := differences(theirs):
                raise ExecutorError(f"worker {worker} would grade differently: {difference}")
        return sum(self._client.nthreads().values())


def differences(theirs: dict[str, str], ours: dict[str, str] | None = None) -> str:
    """Where two environments differ, as a sentence with the remedy, or empty."""
    ours = ours or environment()
    parts = [
        f"{name} is {theirs.get(name, 'unknown')} there and {ours.get(name, 'unknown')} here"
        for name in sorted({*ours, *theirs})
        if theirs.get(name) != ours.get(name)
    ]
    return "; ".join(parts) and "; ".join(parts) + ": install the same versions on both"


def packed(assignment: Assignment, settings: GradingSettings) -> dict[str, Any]:
    """An assignment and settings as plain data."""
    return {
        "assignment": assignment.name,
        "notebooks": {
            name: {"source": notebook.source, "delimiters": notebook.delimiters.to_json()}
            for name, notebook in assignment.notebooks.items()
        },
        "settings": msgspec.to_builtins(settings),
    }


def unpacked(data: dict[str, Any]) -> tuple[Assignment, GradingSettings]:
    """What `packed` packed. The course has no folder on a worker, and needs none there."""
    notebooks = {}
    for name, parts in data["notebooks"].items():
        source = nbformat.from_dict(parts["source"])
        delimiters = Delimiters.from_json(parts["delimiters"])
        notebooks[name] = Notebook(name, items_of(source), source, delimiters)
    assignment = Assignment(data["assignment"], Course(Path("/nonexistent")), notebooks)
    return assignment, msgspec.convert(data["settings"], GradingSettings)


class _Graders:
    """The warm graders of one worker process: as many as jobs ran at once, all for the same work.

    Dask runs the jobs of a worker in several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin("")

    def _begin(self, digest: str) -> None:
        self._digest = digest
        self._idle: list[GraderLike] = []
        self._open = contextlib.ExitStack()
        self._engine = EngineGraders()

    @contextlib.contextmanager
    def grader(self, work: str, digest: str) -> Iterator[GraderLike]:
        """An idle grader or a new one, kept for the next job unless this one breaks it."""
        with self._lock:
            if digest != self._digest:
                self._end()
                self._begin(digest)
            grader = self._idle.pop() if self._idle else None
            engine = self._engine
        if grader is None:
            grader = self._made(engine, work)
        yield grader
        with self._lock:
            if engine is self._engine:  # otherwise it was ended with its work
                self._idle.append(grader)

    def _made(self, engine: EngineGraders, work: str) -> GraderLike:
        """A new grader. It takes seconds to start, in which other threads go on."""
        assignment, settings = unpacked(json.loads(work))
        context = engine(assignment, settings)
        grader = context.__enter__()
        with self._lock:
            if engine is self._engine:
                self._open.push(context)
                return grader
        context.__exit__(None, None, None)
        raise RuntimeError("the run that this job belongs to is over")

    def close(self) -> None:
        """Stop every grader of this process."""
        with self._lock:
            self._end()
            self._begin("")

    def _end(self) -> None:
        self._open.close()
        self._engine.close()


_GRADERS = _Graders()
atexit.register(_GRADERS.close)


def grade_on_worker(work: str, digest: str, wanted: dict[str, str], submission: str) -> str:
    """Runs on a worker: grade one hand-in. Raises VersionMismatchError when the worker would grade differently."""
    if difference := differences(environment(), wanted):
        raise VersionMismatchError(f"a worker that joined later would grade differently: {difference}")
    with _GRADERS.grader(work, digest) as grader:
        result = grader.grade(msgspec.convert(json.loads(submission), Submission))
    return json.dumps(result.to_json())


def versions_here() -> dict[str, str]:
    """Runs on a worker: its versions."""
    return environment()


def close_graders() -> None:
    """Runs on a worker when a run is over."""
    _GRADERS.close()
