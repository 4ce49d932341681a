"""Learns what grading a notebook needs to know: its source is run, then graded as a hand-in is.

    Learner(notebook, student, grade, prepare, seconds).learn()

The same runs show where each item is decided. The model solution is graded outside, twice, with different random
numbers. What it has not full marks for then is graded inside, after the test cells that bind what the test needs, and
where that is not enough after all that stand before it. What it has full marks for there is decided inside; the rest is
undecidable.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import msgspec

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.examiner.remote.exceptions import StudentGone
from autograder.engine.exceptions import GraderError
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.learning import INSIDE, UNDECIDABLE, Failure
from autograder.engine.source.decisions import cells_before
from autograder.engine.source.model_trace import (
    ModelTrace,
    follow_numbers,
    helpers_of,
    learn_from_grading,
    learn_names,
    modules_of,
    trace_source,
    trust_given,
)
from autograder.model.results import ItemResult, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.engine.protocol.control import Graded
    from autograder.engine.protocol.learning import Learned
    from autograder.model.course import Notebook
    from autograder.sandbox.forkserver import ForkServer

MAX_ASKED = 1000  # questions of a given cell's function in the model's run before it is kept beside the answers


class GradesModel(Protocol):
    """Grades the model solution by a trace; for another `student` it has other random numbers."""

    def __call__(self, trace: ModelTrace, student: str = "", *, inside_alone: bool = False) -> Graded:
        """What was found. Raises GraderError."""


class Learner:
    """Learns from one source notebook. `prepare` has the examiners' fork server import modules ahead."""

    def __init__(
        self,
        notebook: Notebook,
        student: ForkServer,
        grade: GradesModel,
        prepare: Callable[[list[str]], None],
        seconds: float,
    ) -> None:
        self._notebook = notebook
        self._student = student
        self._grade = grade
        self._prepare = prepare
        self._seconds = seconds
        self._distrusted: set[str] = set()

    def learn(self) -> ModelTrace | GraderError:
        """What the source notebook teaches, or why it cannot be run, which would be the same the next time."""
        trace = trace_source(self._notebook)
        error = self._learn_names(trace)
        if error is not None:
            return error
        # before any test can patch them
        self._prepare(modules_of([self._notebook]))
        while True:
            learned, failed = self._learn_outside(trace)
            again = self._grade(trace, "once more")
            failed_again = _failures(again, trace)
            failed = {item: failure for item, failure in failed.items() if item in failed_again}
            if not failed:
                break
            self._look_inside(trace, failed)  # without their tests outside, others may do otherwise there
        learn_from_grading(trace, learned, again.learned or learned)
        self._prepare(trace.examiner_modules)
        return trace

    def _learn_names(self, trace: ModelTrace) -> GraderError | None:
        process = self._student.fork()
        try:
            learn_names(trace, Connection(Channel(process.sock)), self._seconds)
        except StudentGone as gone:
            what = f"the source notebook {self._notebook.name} cannot be run: a cell {gone.reason}"
            error = GraderError(what, remedy="run it by hand and mend it")
            if process.kill().known:
                return error
            raise error from gone  # it was lost with its fork server: that is not the notebook's fault
        finally:
            process.kill()
        return None

    def _learn_outside(self, trace: ModelTrace) -> tuple[Learned, dict[str, Failure]]:
        """Grade the model outside until nothing new is learned of given cells and numbers; what it failed, and why."""
        kept: set[str] = set()
        while True:
            trust_given(trace, self._distrusted, kept)
            graded = self._grade(trace)
            learned, failed = graded.learned, _failures(graded, trace)
            if learned is None:
                raise GraderError("the examiner has learned nothing from the model solution", where=trace.name)
            more = {name for name, questions in learned.asked_by.items() if questions > MAX_ASKED}
            for item in failed:
                helpers = helpers_of(trace, self._distrusted, item)
                more |= helpers & learned.asked_by.keys() or helpers
            changed = not trace.follows and follow_numbers(trace, learned.numbers)
            if not changed and self._distrusted.issuperset(learned.distrusted) and kept.issuperset(more):
                return learned, failed
            self._distrusted.update(learned.distrusted)
            kept |= more

    def _look_inside(self, trace: ModelTrace, failed: dict[str, Failure]) -> None:
        """Find out which of these items can be decided inside."""
        for item, failure in failed.items():
            after = cells_before(trace, item, needed=True)
            trace.tests[item] = msgspec.structs.replace(trace.test(item), decided=INSIDE, outside=failure, after=after)
        still = _failures(self._grade(trace, inside_alone=True), trace, failed)
        everything = {item: cells_before(trace, item, needed=False) for item in still}
        if any(trace.tests[item].after != cells for item, cells in everything.items()):
            for item, cells in everything.items():
                trace.tests[item].after = cells
            still = _failures(self._grade(trace, inside_alone=True), trace, still)
        for item, failure in still.items():
            trace.tests[item].decided, trace.tests[item].inside = UNDECIDABLE, failure


def _failures(graded: Graded, trace: ModelTrace, of: dict[str, Failure] | None = None) -> dict[str, Failure]:
    """The items on which the model solution has not full marks, and why: `of` these, or of those decided outside."""
    items = msgspec.convert(json.loads(graded.found)["items"], list[ItemResult])
    elsewhere = trace.decided(INSIDE, UNDECIDABLE)
    found = {}
    for item in items:
        looked_at = item.item not in elsewhere if of is None else item.item in of
        if not looked_at or item.status is Status.MANUAL or item.right:
            continue
        marks = "no mark" if item.points is None else f"{item.points:g} of {item.max_points:g} points"
        why = item.for_markers or item.message
        why = why or next((f"{check.name}: {check.message}" for check in item.checks if not check.passed), "")
        known = graded.failures.get(item.item, Failure(why))
        found[item.item] = Failure(f"{marks}: {known.said or why}".removesuffix(": "), known.line)
    return found
