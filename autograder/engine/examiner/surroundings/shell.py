"""IPython's magics in test cells: what only looks at a cell is done here, a shell line runs in the tests' own folder.

Nothing of a test goes to the hand-in's process through them. What is left raises, so that the model solution shows it.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

QUIET = {
    "matplotlib", "pylab", "load_ext", "reload_ext", "unload_ext", "autoreload", "config", "precision", "colors",
    "xmode", "gui", "pdb", "aimport", "autosave", "logstop", "warnings",
}  # fmt: skip
"""Magics that change how something is shown, or nothing that a test could see."""
RUNNING = {"time", "timeit", "capture", "prun"}
"""Magics that run what they are given, and say how."""


class TestShell:
    """What `get_ipython()` is in a test cell."""

    __test__ = False

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = self.user_global_ns = namespace

    def run_line_magic(self, name: str, line: str, *_args: Any, **_kwargs: Any) -> Any:
        """`%name line`."""
        if name in QUIET:
            return None
        if name in RUNNING and name != "capture":
            return self._run(_statement(line))
        raise NotImplementedError(f"a test cell cannot ask for %{name}")

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """`%%name line`, above a cell."""
        if name in RUNNING and not (name == "capture" and _statement(line)):
            return self._run(cell)
        raise NotImplementedError(f"a test cell cannot ask for %%{name}")

    def magic(self, line: str) -> Any:
        """A line as one writes it, without the percent sign."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def getoutput(self, command: str, *_args: Any, **_kwargs: Any) -> list[str]:
        """What a shell line prints, line by line."""
        return self._system(command).splitlines()

    def system(self, command: str) -> None:
        """Run a shell line, whose output is not shown."""
        self._system(command)

    def _system(self, command: str) -> str:
        os.access(".", os.R_OK)  # what the hand-in has written is here then
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.user_ns["_exit_code"] = done.returncode
        return done.stdout.decode(errors="replace")

    def _run(self, code: str) -> Any:
        exec(compile(code, "<test cell>", "exec"), self.user_ns)  # noqa: S102 - the test cell's own


def _statement(line: str) -> str:
    """What follows the options of a magic."""
    words = line.split(" ")
    while words and (not words[0] or words[0].startswith("-")):
        words.pop(0)
    return " ".join(words)
