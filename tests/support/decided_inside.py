"""Has everything decided inside, as it is for a course whose tests cannot run outside."""

from __future__ import annotations

import contextlib

from autograder.engine import learner
from autograder.engine.protocol.learning import INSIDE, UNDECIDABLE, Failure


@contextlib.contextmanager
def everything_inside():
    """Graders learn as if the model solution had failed every test outside."""
    failures = learner._failures

    def all_fail(graded, trace, of=None):
        if of is not None:
            return failures(graded, trace, of)
        elsewhere = trace.decided(INSIDE, UNDECIDABLE)
        tested = (item.grade_id for item in trace.items if not item.manual)
        return {item: Failure("asked for") for item in tested if item not in elsewhere}

    learner._failures = all_fail
    try:
        yield
    finally:
        learner._failures = failures
