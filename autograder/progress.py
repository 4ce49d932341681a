"""Whether a run is at work in OUT and how far it is, for whoever looks on from another process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from typing import TYPE_CHECKING

from autograder.files import write_atomically

if TYPE_CHECKING:
    from autograder.outdir import OutDir

OFTEN = 0.2
"""Seconds between two times that it is written down."""


class Progress:
    """Counts the notebooks of a run. What cannot be written is not worth ending a run for."""

    def __init__(self, out: OutDir, notebooks: int) -> None:
        self._out = out
        self._all = notebooks
        self._done = 0
        self._written = 0.0
        self._write()

    def one_more(self) -> None:
        """Count one notebook."""
        self._done += 1
        if self._done == self._all or time.monotonic() - self._written >= OFTEN:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        with contextlib.suppress(OSError):
            write_atomically(self._out.progress, json.dumps([self._done, self._all]))


def read_progress(out: OutDir) -> tuple[int, int]:
    """How many notebooks the run at work has graded, and how many there are; 0 of 0 while that is not known."""
    try:
        done, most = json.loads(out.progress.read_text(encoding="ascii"))
        return int(done), int(most)
    except (OSError, ValueError, TypeError):
        return 0, 0


def at_work(out: OutDir) -> bool:
    """Whether a run is at work in OUT just now."""
    try:
        with out.lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    return False
