"""Deadlines for the examiner itself: for everything that it reads of a hand-in, in tests and in cells alike.

    with watch.over("cell 3", seconds):
        ...

A hand-in can give values that keep the examiner busy: keys that all collide, a range without end. When the time is up
an alarm raises Overrun. It is heard between two steps of Python only; where one step does not end, a watchdog ends the
process a little later, and the grader, which was told what was at work, has the rest graded without that.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
from typing import TYPE_CHECKING

from autograder.engine.examiner.remote.exceptions import Overrun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from autograder.engine.examiner.control import StudentProcesses

GRACE_SECONDS = 2.0  # the alarm rings this long after the deadline of the questions, the watchdog as long after it
_NOWHERE = open(os.devnull, "w", encoding="ascii")  # noqa: PTH123, SIM115 - for the process's whole life


class Watch:
    """The examiner's own alarm and watchdog, armed for one test or cell at a time."""

    def __init__(self, processes: StudentProcesses) -> None:
        self._processes = processes
        self._on = False
        signal.signal(signal.SIGALRM, self._ring)

    @contextlib.contextmanager
    def over(self, what: str, seconds: float) -> Iterator[None]:
        """Watch over a test or a cell, which is named to the grader first. Raises Overrun when it takes too long."""
        self._processes.announce(what)
        self._on = True
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS, GRACE_SECONDS)
        faulthandler.dump_traceback_later(seconds + 2 * GRACE_SECONDS, exit=True, file=_NOWHERE)
        try:
            yield
        finally:
            self._on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._on:
            raise Overrun
