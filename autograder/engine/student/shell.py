"""IPython's shell as a sandbox has it: no terminal, no sockets, no history, no pictures; what is shown is captured."""

from __future__ import annotations

import subprocess
import sys
import traceback
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograder.engine.protocol.constants import MAX_ERROR
from autograder.engine.protocol.exceptions import text_of
from autograder.engine.student.output_capture import CAPTURE

_CELL = "<ipython-input-"


class CapturingHook(DisplayHook):
    """Records the plain text of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:  # noqa: ARG002 - IPython's own signature
        """Record the text form."""
        CAPTURE.add("result", str(format_dict.get("text/plain", "")))

    def finish_displayhook(self) -> None:
        """Write no newline."""
        self._is_active = False


class CapturingPublisher(DisplayPublisher):
    """Records the plain text of what display() shows."""

    def publish(self, data: dict[str, Any], *_args: Any, **_kwargs: Any) -> None:
        """Record the text form."""
        CAPTURE.add("display", str(data.get("text/plain", "")))

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's own signature
        """Nothing is cleared."""


class Shell(InteractiveShell):
    """IPython's shell without terminal, sockets, history and figures that nobody sees."""

    def init_history(self) -> None:
        """Keep the history in memory: no database, and no thread that writes it."""
        self.config.HistoryManager.enabled = False
        super().init_history()

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window."""

    def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:  # noqa: ARG002 - IPython's own signature
        """Whatever backend is asked for, figures are made and not drawn."""
        return "inline", "inline"

    def system(self, cmd: str) -> None:
        """Run a shell line without a terminal, which a sandbox does not have."""
        done = subprocess.run(
            ["/bin/sh", "-c", self.var_expand(cmd, depth=1)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(done.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = done.returncode

    system_piped = system_raw = system

    def showtraceback(self, exc_tuple: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Record the exception with the frames of the hand-in's cells alone."""
        kind, value, trace = exc_tuple or sys.exc_info()
        if kind is None or value is None:
            return
        frames = [frame for frame in traceback.extract_tb(trace) if frame.filename.startswith(_CELL)]
        for frame in frames:
            frame.filename = "cell"
        try:
            lines = traceback.format_exception_only(kind, value)
        except Exception:  # noqa: BLE001 - whatever a hand-in's exception does when it is shown
            lines = [kind.__name__]
        text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames), *lines])
        CAPTURE.error = f"{kind.__name__}: {text_of(value)}"[:MAX_ERROR]
        CAPTURE.add("error", text[-MAX_ERROR:])

    def showsyntaxerror(self, *_args: Any, **_kwargs: Any) -> None:
        """Record a syntax error like any other."""
        self.showtraceback()
