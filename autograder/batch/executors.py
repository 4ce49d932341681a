"""Where hand-ins are graded: the interface that every executor keeps, and what they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType

from autograder.batch.jobs import Job
from autograder.marking.decide import Outcome, decide
from autograder.model.course import Assignment
from autograder.model.results import NotebookResult
from autograder.model.submission import Submission


class Executor(ABC):
    """Grades jobs somewhere. A context manager; the workers start with `start` or the first job."""

    window: int
    """How many jobs to have under way: enough that no worker ever waits, few enough that memory stays bounded."""

    pending: int = 0
    """Jobs submitted whose results have not been taken."""

    @abstractmethod
    def start(self, jobs: int | None = None) -> None:
        """Begin to start the workers, without waiting for them: no more than `jobs`, where so many can be needed."""

    @abstractmethod
    def submit(self, job: Job) -> None:
        """Have a job graded."""

    @abstractmethod
    def wait(self) -> tuple[Job, NotebookResult]:
        """The next result, in any order. Raises ExecutorError when nothing can be graded at all."""

    @abstractmethod
    def close(self, *, now: bool) -> None:
        """Stop the workers and everything that they started; `now` also in the middle of a job."""

    def __enter__(self) -> Executor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close(now=kind is not None)


def grader_fault(assignment: Assignment, submission: Submission, message: str) -> NotebookResult:
    """The result for a notebook that the grader failed to grade: no mark for any item, and never a zero."""
    outcome = Outcome(grader=message)
    items = tuple(decide(item, outcome) for item in assignment.notebooks[submission.notebook].items)
    return NotebookResult(submission.student, submission.notebook, items)
