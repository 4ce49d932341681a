"""One test cell in a fork of the hand-in's process, as stock nbgrader would run it; the fork is then thrown away.

The fork gets its test, and says how it ended, over a socket that comes to it after it was forked: what ran before holds
no end of it, and the fork lets go of the one to the examiner's questions. What the test prints goes nowhere. It works
in a copy of the scratch folder, which goes with it. (The hand-in's code is in the fork as well. What it does there to
the test and to the verdict is not prevented, and not claimed to be.)
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import text_of
from autograder.engine.protocol.messages import Answer
from autograder.engine.student.output_capture import CAPTURE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

PREFIX = ".inside-"
COPIED_BYTES = 16 * 1024 * 1024
"""A file that is larger is shared with the hand-in's process, and so is what may not be written."""
SHOWN = 100_000  # characters that are kept of what a test shows
_CELL = "<ipython-input-"


def branch(channel: Channel, number: int, scratch: str, run: Callable[[list[Any]], list[Any]]) -> None:
    """Fork. The fork answers the question of this number, `run`s what it is then sent and says what that gives.

    This process answers nothing, and goes on when the fork is gone with all that can be told to belong to it. Raises
    OSError when there is no room for a fork.
    """
    pid = os.fork()
    folder = Path(scratch, f"{PREFIX}{number}")
    if pid == 0:
        try:
            with contextlib.suppress(OSError):
                os.setpgid(0, 0)
            channel.send(Answer(number, None).packed())
            own = Channel(channel.receive_socket())
            channel.close()
            _work_in_copy(Path(scratch), folder)
            own.send(run(own.receive()))
        finally:
            os._exit(0)
    with contextlib.suppress(ChildProcessError):  # the hand-in has waited for it
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # as long as it is not waited for, its number is its own
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)


def run_test(shell: InteractiveShell, before: list[str], source: str) -> list[Any]:
    """Run test cells and say how the last one ended.

    That is the name and the text of its exception and the line where it was, empty and 0 for none; then what it showed
    as its result before anything went wrong, None for nothing: nbgrader's partial credit is read from that.
    """
    for text in before:
        CAPTURE.start(SHOWN)
        shell.run_cell(text, store_history=False)
    CAPTURE.start(SHOWN)
    ended = shell.run_cell(source, store_history=False)
    error = ended.error_before_exec or ended.error_in_exec
    events = CAPTURE.take()
    CAPTURE.stop()
    first = next(((kind, text) for kind, text in events if kind in ("result", "error")), ("", ""))
    shown = first[1] if first[0] == "result" else None
    if error is None:
        return ["", "", 0, shown]
    line = getattr(error, "lineno", 0) if isinstance(error, SyntaxError) else _line_of(error.__traceback__)
    return [type(error).__name__, text_of(error)[:SHOWN], line or 0, shown]


def _line_of(trace: TracebackType | None) -> int:
    """The line of the test cell in which an exception was raised: of the first cell on the way."""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(_CELL):
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _work_in_copy(scratch: Path, folder: Path) -> None:
    """Work in a copy of the scratch folder, at the same place in it."""
    with contextlib.suppress(OSError, RecursionError):
        here = Path.cwd()
        folder.mkdir()
        _copy(scratch, folder)
        os.chdir(folder / here.relative_to(scratch) if here.is_relative_to(scratch) else folder)
        os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = None


def _copy(source: Path, target: Path) -> None:
    """Copy what the hand-in may write, and link to the rest."""
    with os.scandir(source) as entries:
        for entry in entries:
            place = target / entry.name
            if entry.name.startswith(PREFIX):
                continue
            with contextlib.suppress(OSError):
                writable = os.access(entry.path, os.W_OK)
                if writable and entry.is_dir(follow_symlinks=False):
                    place.mkdir()
                    _copy(Path(entry.path), place)
                elif writable and entry.is_file(follow_symlinks=False) and entry.stat().st_size <= COPIED_BYTES:
                    shutil.copyfile(entry.path, place)
                else:
                    place.symlink_to(entry.path)
