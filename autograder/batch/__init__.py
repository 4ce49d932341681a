"""Many hand-ins: jobs, the store of results by content, and the executors that grade them."""

from autograder.batch.executors import Executor, ExecutorError
from autograder.batch.jobs import Job, JobMaker
from autograder.batch.run import Outcome, run
from autograder.batch.store import ResultStore

__all__ = ["Executor", "ExecutorError", "Job", "JobMaker", "Outcome", "ResultStore", "run"]
