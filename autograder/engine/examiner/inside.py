"""Decides tests inside: each in a fork of the hand-in's process, as stock nbgrader would run it.

These are the tests of which the model's run has shown that they cannot be decided outside. The run of a hand-in in
which this happens is one of its own, of which nothing is shown: no page ever has an output of a process that was near
the text of such a test. The verdict is what the fork says of how the cell ended; it is read as plain data, and is not
proof against a hand-in that forges it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.connection import Connection, deadline_in
from autograder.engine.examiner.remote.exceptions import Overrun, StudentGone
from autograder.engine.examiner.testing import FAILED, MAX_MESSAGE, key_of_test
from autograder.engine.keys import Keys, derive
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.learning import INSIDE, Failure
from autograder.engine.source.model_trace import TEST
from autograder.marking.decide import Outcome

if TYPE_CHECKING:
    from autograder.engine.examiner.control import StudentProcesses
    from autograder.engine.examiner.watch import Watch
    from autograder.engine.source.model_trace import ModelTrace, TracedCell
    from autograder.model.results import CheckResult

NO_ROOM = "no process could be started for the test beside those of the hand-in"
ENDED = "the code under test ended the test's process"
NO_VERDICT = "the test's process sent what is no verdict"
MAX_NUMBER = 100  # characters of a number


class Inside:
    """Decides the tests of one run of one hand-in. `failures` says how those ended that did not hold, by item."""

    def __init__(
        self, trace: ModelTrace, keys: Keys, watch: Watch, processes: StudentProcesses, *, show_hidden: bool
    ) -> None:
        self.watch = watch
        self.failures: dict[str, Failure] = {}
        self._trace = trace
        self._keys = keys
        self._processes = processes
        self._cells = {cell.grade_id: cell for cell in trace.cells if cell.kind == TEST}
        self._tells = show_hidden or not any(cell.hidden for item in trace.decided(INSIDE) for cell in self._run(item))
        self._connection: Connection | None = None

    def connect(self, connection: Connection) -> None:
        """Have forks of this process made from now on."""
        self._connection = connection

    def pass_by(self, cell: TracedCell) -> None:
        """Nothing of any other cell is needed on this side."""

    def checks_so_far(self) -> tuple[CheckResult, ...]:
        """Inside a test is passed or not, whatever checks it makes."""
        return ()

    def examine(self, cell: TracedCell, seconds: float) -> Outcome:
        """Decide a test. Raises StudentGone when the hand-in's process can no longer be asked."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        try:
            with self.watch.over(key_of_test(cell.grade_id), seconds):
                connection.deadline = deadline_in(seconds)
                return self._examine(connection, cell, connection.deadline)
        except Overrun:
            raise connection.given_up() from None

    def _examine(self, connection: Connection, cell: TracedCell, deadline: float) -> Outcome:
        try:
            connection.ask("branch")
        except (StudentGone, Overrun):
            raise
        except BaseException:  # noqa: BLE001 - the process said as an error of any kind that it made no fork
            return Outcome(fault=NO_ROOM)
        channel = self._processes.branch()
        before = [known.source for known in self._run(cell.grade_id)[:-1]]
        try:
            channel.send([derive(self._keys.student, cell.grade_id), before, cell.source], deadline)
            outcome = self._read(channel.receive(deadline), cell)
        except Gone as gone:
            if gone.late:
                raise connection.given_up() from None
            outcome = Outcome(fault=ENDED)
        except WireError:
            outcome = Outcome(fault=NO_VERDICT)
        finally:
            channel.close()
        connection.ask("joined")
        return outcome

    def _run(self, item: str) -> list[TracedCell]:
        """The test cells that the fork for an item runs: the last one is its own."""
        return [self._cells[name] for name in (*self._trace.test(item).after, item)]

    def _read(self, verdict: list[Any], cell: TracedCell) -> Outcome:
        """A verdict by nbgrader's rules: a result that is a number is partial credit, an error is none."""
        if list(map(type, verdict[:3])) != [str, str, int] or [type(part) for part in verdict[3:]] not in _SHOWN:
            raise WireError("malformed verdict")
        kind, text, line, shown = verdict
        if shown is not None and (number := _number(shown)) is not None:
            return Outcome(partial=number, ends_in_number=True)
        if not kind or shown is not None:
            return Outcome()
        full = _explain(kind, text[:MAX_MESSAGE])
        self.failures[cell.grade_id] = Failure(
            f"{kind}: {text[:MAX_MESSAGE]}".strip(": "), line + cell.skipped if line > 0 else 0
        )
        if self._tells:
            return Outcome(error=full)
        said = " ".join(dict.fromkeys(words for _, _, words in cell.constants if words in text))
        said = said or _explain(kind if kind == "NotImplementedError" else "", "")
        return Outcome(error=said, for_markers=full if full != said else "")


_SHOWN = ([str], [type(None)])


def _number(shown: str) -> float | None:
    """What nbgrader reads as partial credit, if it is a number."""
    try:
        number = float(shown[:MAX_NUMBER])
    except ValueError:
        return None
    return number if math.isfinite(number) else 0.0


def _explain(kind: str, text: str) -> str:
    """What can be said of a test that ended with an exception of this kind."""
    if kind == "NotImplementedError":
        return text or "not done yet"
    if kind == "AssertionError" or not kind:
        return text or FAILED
    return f"{FAILED} It ended with {kind[:100]}: {text}".removesuffix(": ") + ("" if text else ".")
