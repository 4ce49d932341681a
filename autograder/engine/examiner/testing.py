"""Runs test cells: on the trusted side, with the hand-in's objects behind handles."""

from __future__ import annotations

import faulthandler
import hashlib
import marshal
import os
import random
import signal
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.examiner.namespace import Namespace
from autograder.engine.examiner.remote import connection as remote
from autograder.engine.examiner.remote.call_sites import Contacts
from autograder.marking.decide import Outcome
from autograder.model.results import CheckResult

if TYPE_CHECKING:
    from types import FrameType

    from autograder.engine.examiner.remote.connection import Connection
    from autograder.engine.model_trace import NotebookPlan, PlanCell

MAX_MESSAGE = 2000  # characters of a message to the student
MAX_CHECKS = 500
GRACE_SECONDS = 2.0  # the examiner's own alarm rings this long after the deadline of its questions
FAILED = "A test of this exercise does not hold."
OVERRUN = "the tests took too long on what the hand-in gave them"
_NOWHERE = open(os.devnull, "w", encoding="ascii")  # noqa: PTH123, SIM115 - for the process's whole life


class Overrun(BaseException):
    """The test cell itself ran out of time, busy with what the hand-in gave it."""


class Recorder:
    """`__examiner__` in the namespace of test cells: what the checker reports to."""

    def __init__(self) -> None:
        self.item = ""
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
    """The examiner of one run of one hand-in."""

    def __init__(self, plan: NotebookPlan, seed: int) -> None:
        self._plan = plan
        self._seed = seed
        self._recorder = Recorder()
        self._namespace = Namespace(plan)
        self._namespace["__examiner__"] = self._recorder
        self._connection: Connection | None = None
        self.contacts = Contacts(plan.contacts)
        signal.signal(signal.SIGALRM, _ring)

    def connect(self, connection: Connection) -> None:
        """Ask this process from now on."""
        self._connection = self._namespace.connection = connection
        connection.contacts, connection.tests = self.contacts, Namespace
        self._namespace.forget_remote()

    def load(self, cell: PlanCell) -> None:
        """Run the checker: its helpers are the trusted ones in every test."""
        exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302 - our own cell, compiled by our own process

    def examine(self, cell: PlanCell, seconds: float) -> Outcome:
        """Run a test cell. Raises StudentGone when the hand-in's process can no longer be asked."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        self._recorder.checks = []
        self._namespace.release(cell.released)
        if cell.error:
            return Outcome(grader=cell.error)
        connection.deadline = remote.deadline_in(seconds)
        connection.seed(derive(self._seed, "student", self._plan.name, cell.grade_id))
        seed_all(derive(self._seed, "examiner", self._plan.name, cell.grade_id))
        _mirror.connection = connection
        self.contacts.item = cell.grade_id
        connection.testing = True
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS, GRACE_SECONDS)
        # an alarm is heard between two steps of Python; one endless step, such as a sum over a range, ends the process
        faulthandler.dump_traceback_later(seconds + 2 * GRACE_SECONDS, exit=True, file=_NOWHERE)
        error, number = "", None
        try:
            exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302
            if cell.last:
                number = eval(marshal.loads(cell.last), self._namespace)  # noqa: S307, S302
        except Overrun:
            return Outcome(tuple(self._recorder.checks), fault=OVERRUN)
        except remote.StudentGone as gone:
            if connection.reason:
                raise
            error = gone.reason
        except MemoryError:
            return Outcome(tuple(self._recorder.checks), fault="the hand-in gave more data than the tests can hold")
        except BaseException as raised:  # noqa: BLE001 - whatever a test raises means that it failed
            error = explain(raised)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            connection.testing = False
            connection.exports.clear()
            _mirror.connection = None
        if connection.reason:  # the test swallowed it
            raise remote.StudentGone(connection.reason)
        own = cell.number and type(number) in (int, float)
        return Outcome(
            tuple(self._recorder.checks), error, number=number if type(number) in (int, float) else None, own=own
        )

    def checks_so_far(self) -> tuple[CheckResult, ...]:
        """The checks that the last test cell made before it was cut off."""
        return tuple(self._recorder.checks)


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
    if isinstance(error, remote.SubmissionError):
        return text[:1].upper() + text[1:] + "."
    if isinstance(error, NameError):
        name = getattr(error, "name", None) or text.split("'")[1] if "'" in text else text
        return f"The name {name!r} is not defined."
    kind = type(error).__name__
    return f"{FAILED} It ended with {kind}: {text}" if text else f"{FAILED} It ended with {kind}."


def derive(seed: int, *parts: str) -> int:
    """A seed of 63 bits for one purpose, from the seed of the run."""
    digest = hashlib.sha256("\0".join([str(seed), *parts]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def seed_all(seed: int) -> None:
    """Seed every generator that a test may use."""
    _REAL["random"](seed)
    _REAL["numpy"](seed % 2**32)
    if "torch" in sys.modules:
        _REAL.get("torch", lambda _seed: None)(seed)


class _Mirror:
    """Repeats a test's own seeding in the hand-in's process, so that both draw the same numbers, as in one process."""

    connection: Connection | None = None


_mirror = _Mirror()
_REAL: dict[str, Any] = {"random": random.seed, "numpy": np.random.seed}


def mirror_seeding() -> None:
    """Make the libraries' seed functions seed both sides. For the examiner's process only; once."""
    torch = sys.modules.get("torch")
    if torch is not None:
        # torch.manual_seed also notes the stack it was called from, for devices that are not there: a millisecond lost
        _REAL["torch"] = torch.default_generator.manual_seed
    for library, module, name in (
        ("random", random, "seed"),
        ("numpy", np.random, "seed"),
        ("torch", torch, "manual_seed"),
    ):
        if module is not None:
            setattr(module, name, _mirrored(library))


def _mirrored(library: str) -> Any:
    def seed(*args: Any, **kwargs: Any) -> Any:
        result = _REAL[library](*args, **kwargs)
        values = [*args, *kwargs.values()]
        if _mirror.connection is not None and values and type(values[0]) in (int, float, str, bytes):
            _mirror.connection.library_seed(library, values[0])
        return result

    return seed


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Overrun


def _bounded(text: Any) -> str:
    return text[:MAX_MESSAGE] if type(text) is str else ""
