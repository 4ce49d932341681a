"""Many hand-ins: jobs, the store of results by content, and the executors that grade them here or on a cluster.

May import engine, marking.decide, model and files; knows no path in OUT and no gradebook. Called by grading and output.
"""

from autograder.batch.executors import Executor
from autograder.batch.jobs import Job, JobMaker
from autograder.batch.run import Outcome, run
from autograder.batch.store import ResultStore
from autograder.exceptions import ExecutorError

__all__ = ["Executor", "ExecutorError", "Job", "JobMaker", "Outcome", "ResultStore", "run"]
