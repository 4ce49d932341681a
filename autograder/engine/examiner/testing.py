"""Runs test cells: on the trusted side, with the hand-in's objects behind handles."""

from __future__ import annotations

import faulthandler
import marshal
import os
import signal
from typing import TYPE_CHECKING, Any

from autograder.engine import own_numbers
from autograder.engine.examiner.namespace import Namespace
from autograder.engine.examiner.remote.call_sites import CallSites
from autograder.engine.examiner.remote.connection import deadline_in
from autograder.engine.examiner.remote.exceptions import StudentGone, SubmissionError
from autograder.engine.examiner.seeding import derive, mirror_to, seed_all
from autograder.marking.decide import Outcome
from autograder.model.results import CheckResult

if TYPE_CHECKING:
    from types import FrameType

    from autograder.engine.examiner.remote.connection import Connection
    from autograder.engine.model_trace import ModelTrace, TracedCell

MAX_MESSAGE = 2000  # characters of a message to the student
MAX_CHECKS = 500
GRACE_SECONDS = 2.0  # the examiner's own alarm rings this long after the deadline of its questions
FAILED = "A test of this exercise does not hold."
OVERRUN = "the tests took too long on what the hand-in gave them"
TOO_MUCH = "the hand-in gave more data than the tests can hold"
_NOWHERE = open(os.devnull, "w", encoding="ascii")  # noqa: PTH123, SIM115 - for the process's whole life


class Overrun(BaseException):
    """The test cell itself ran out of time, busy with what the hand-in gave it."""


class Recorder:
    """`__examiner__` in the namespace of test cells: what the checker reports to."""

    def __init__(self) -> None:
        self.checks: list[CheckResult] = []

    def record(  # noqa: PLR0913 - the parts of a check, as docs/architecture.md names them
        self,
        item: str,  # noqa: ARG002 - as the checker reports it
        name: str,
        points: float,
        passed: bool,  # noqa: FBT001
        *,
        message: str = "",
        hint: str = "",
        mistake: str = "",
        inputs: str = "",
        got: str = "",
        expected: str = "",
    ) -> None:
        """Record one check of the test cell that runs now, whatever item it names."""
        if len(self.checks) < MAX_CHECKS:
            earned = float(points) if passed is True else 0.0
            texts = [_bounded(text) for text in (message, hint, mistake, inputs, got, expected)]
            self.checks.append(CheckResult(_bounded(name), earned, float(points), passed is True, *texts))


class Examiner:
    """The examiner of one run of one hand-in.

    While it learns from the model solution (the trace has no call sites yet), `numbers` collects the items whose test
    cells end in a number.
    """

    def __init__(self, trace: ModelTrace, seed: int) -> None:
        self._trace = trace
        self._seed = seed
        self._recorder = Recorder()
        self._namespace = Namespace(trace)
        self._namespace["__examiner__"] = self._recorder
        self._connection: Connection | None = None
        self.call_sites = CallSites(trace.call_sites)
        self.numbers: list[str] = []
        signal.signal(signal.SIGALRM, _ring)

    def connect(self, connection: Connection) -> None:
        """Ask this process from now on."""
        self._connection = self._namespace.connection = connection
        connection.call_sites, connection.tests = self.call_sites, Namespace
        self._namespace.forget_remote()

    def load(self, cell: TracedCell) -> None:
        """Run the checker: its helpers are the trusted ones in every test."""
        exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302 - our own cell, compiled by our own process

    def release(self, cell: TracedCell) -> None:
        """Give back the names that the notebook's cells above a test have bound, whether that is run or not."""
        self._namespace.release(cell.released)

    def examine(self, cell: TracedCell, seconds: float) -> Outcome:
        """Run a test cell. Raises StudentGone when the hand-in's process can no longer be asked."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        self._recorder.checks = []
        if cell.error:
            return Outcome(grader=cell.error)
        connection.deadline = deadline_in(seconds)
        connection.seed(derive(self._seed, "student", self._trace.name, cell.grade_id))
        seed_all(derive(self._seed, "examiner", self._trace.name, cell.grade_id))
        connection.follows = cell.number
        if cell.number:
            self._namespace[own_numbers.HELPERS] = own_numbers.Helpers()
        self._begin(connection, cell.grade_id, seconds)
        try:
            outcome = self._run(cell)
        except StudentGone as gone:
            if connection.reason:
                raise
            outcome = Outcome(self.checks_so_far(), gone.reason)
        finally:
            _end(connection)
        if connection.reason:  # the test swallowed it
            raise StudentGone(connection.reason)
        return outcome

    def checks_so_far(self) -> tuple[CheckResult, ...]:
        """The checks that the last test cell made before it was cut off."""
        return tuple(self._recorder.checks)

    def _begin(self, connection: Connection, grade_id: str, seconds: float) -> None:
        mirror_to(connection)
        self.call_sites.item = grade_id
        connection.testing = True
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS, GRACE_SECONDS)
        # an alarm is heard between two steps of Python; one endless step, such as a sum over a range, ends the process
        faulthandler.dump_traceback_later(seconds + 2 * GRACE_SECONDS, exit=True, file=_NOWHERE)

    def _run(self, cell: TracedCell) -> Outcome:
        last: Any = None
        try:
            exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302
            if cell.last:
                last = eval(marshal.loads(cell.last), self._namespace)  # noqa: S307, S302
        except Overrun:
            return Outcome(self.checks_so_far(), fault=OVERRUN)
        except MemoryError:
            return Outcome(self.checks_so_far(), fault=TOO_MUCH)
        except StudentGone:
            raise
        except BaseException as raised:  # noqa: BLE001 - whatever a test raises means that it failed
            return Outcome(self.checks_so_far(), explain(raised))
        if self._trace.call_sites is None and own_numbers.is_number(last):
            self.numbers.append(cell.grade_id)
        if not cell.number:
            return Outcome(self.checks_so_far())
        own = own_numbers.is_own(last)
        return Outcome(self.checks_so_far(), partial=float(last) if own else None, ends_in_number=True)


def _end(connection: Connection) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    faulthandler.cancel_dump_traceback_later()
    connection.testing = False
    connection.exports.clear()
    mirror_to(None)


def explain(error: BaseException) -> str:
    """A message for the student: what went wrong, never a line of the test."""
    try:
        text = str(error)[:MAX_MESSAGE]
    except Exception:  # noqa: BLE001 - an exception that shows one of the hand-in's objects
        text = ""
    if isinstance(error, AssertionError):
        return text or FAILED
    if isinstance(error, NotImplementedError):
        return text or "not done yet"
    if isinstance(error, SubmissionError):
        return text[:1].upper() + text[1:] + "."
    if isinstance(error, NameError):
        name = getattr(error, "name", None) or (text.split("'")[1] if "'" in text else text)
        return f"The name {name!r} is not defined."
    kind = type(error).__name__
    return f"{FAILED} It ended with {kind}: {text}" if text else f"{FAILED} It ended with {kind}."


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Overrun


def _bounded(text: Any) -> str:
    return text[:MAX_MESSAGE] if type(text) is str else ""
