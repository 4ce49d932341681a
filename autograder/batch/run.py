"""One run over hand-ins: what is in the store is taken from there, the rest is graded and kept."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass

from autograder.batch.executors import Executor
from autograder.batch.jobs import Job
from autograder.batch.store import ResultStore
from autograder.model.decision import Decision
from autograder.model.results import NotebookResult
from autograder.model.submission import Submission


@dataclass(frozen=True)
class Outcome:
    """A graded notebook. `reused` says that nothing had changed; the store has the result under `key`."""

    submission: Submission
    result: NotebookResult
    reused: bool
    key: str = ""


def run(
    jobs: Iterable[Job],
    store: ResultStore,
    executor: Executor,
    *,
    force: bool = False,
    decided: Callable[[list[Decision]], None] = lambda _: None,
    again: Container[str] = (),
) -> Iterator[Outcome]:
    """Grade every job, or take its result from the store; outcomes come in any order.

    With `force` nothing is taken from there, and nothing of the students in `again`.

    Before the first hand-in is graded, `decided` is told where each item is decided.

    Takes from `jobs` only as many as can be worked on soon. A result is in the store before its outcome is given. What
    the grader itself failed at is not kept: the next run tries again. Raises ExecutorError when nothing can be graded
    at all.
    """
    told = False
    for job in jobs:
        known = None if force or job.submission.student in again else store.get(job.key)
        if known is not None:
            yield Outcome(job.submission, known, reused=True, key=job.key)
            continue
        if not told:
            told = True
            decided(executor.decisions())
        while executor.pending >= executor.window:
            yield _finished(store, executor)
        executor.submit(job)
    while executor.pending:
        yield _finished(store, executor)


def _finished(store: ResultStore, executor: Executor) -> Outcome:
    job, result = executor.wait()
    if all(item.settled for item in result.items):
        store.put(job.key, result)
    return Outcome(job.submission, result, reused=False, key=job.key)
