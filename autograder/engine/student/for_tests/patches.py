"""What a test has patched, put in place while the hand-in's code runs for it, and taken back afterwards.

While the examiner is asked back, the process is as it was: what runs then is this side of the wall, not the hand-in. No
builtin is called here between the first change and the last, since that may be what is patched.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from autograder.engine.protocol.references import NOTEBOOK
from autograder.engine.protocol.sync.states import ENVIRONMENT, STATE, STATES, STREAMS

_MISSING = object()


class Patches:
    """The patches of the question that is being answered. `names` are the notebook's own."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._now: list[Any] = []

    def put(self, patches: list[tuple[str, str, bool, Any]]) -> list[Any]:
        """Put patches in place: where, name, whether there is nothing there, and what is. Gives what `back` is told."""
        before, self._now = self._now, [self._prepared(*patch) for patch in patches]
        self.resume()
        return before

    def back(self, before: list[Any]) -> None:
        """Take them back."""
        self.suspend()
        self._now = before

    def suspend(self) -> None:
        """The process as it was."""
        for setter, _put, known in self._now:
            setter(known)

    def resume(self) -> None:
        """The process as the test has it."""
        for setter, put, _known in self._now:
            setter(put)

    def _prepared(self, where: str, name: str, missing: bool, value: Any) -> tuple[Any, Any, Any]:  # noqa: FBT001 - as it crosses
        """How a place is set, to what, and what is there now."""
        if where == STATE:
            # frames are counted from where the limit is set
            known = sys.getrecursionlimit() if name == "recursion limit" else STATES[name].get()
            setter = STATES[name].set
            return (_limit(setter, known) if name == "recursion limit" else setter), value, known
        if where == "sys" and name in STREAMS:
            value = _In(value) if name == "stdin" else _Out(value)
        names: Any = os.environ if where == ENVIRONMENT else self._names
        if where not in (ENVIRONMENT, NOTEBOOK):
            names = vars(sys.modules[where]) if where in sys.modules else {}

        def setter_of(value: Any) -> None:
            if value is _MISSING:
                names.pop(name, None)
            else:
                names[name] = value

        return setter_of, _MISSING if missing else value, names.get(name, _MISSING)


def _limit(setter: Any, known: int) -> Any:
    limit = sys.setrecursionlimit

    def put(value: int) -> None:
        if value == known:
            limit(value)
        else:
            setter(value)

    return put


class _Out(io.TextIOBase):
    """A stream whose text goes to the test's."""

    def __init__(self, write: Any) -> None:
        self._write = write

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, text: str) -> int:
        """Write to the test's stream."""
        self._write(text)
        return text.__len__()


class _In(io.TextIOBase):
    """A stream whose lines come from the test's."""

    def __init__(self, readline: Any) -> None:
        self._readline = readline

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        """A line of the test's stream."""
        line: str = self._readline(size)
        return line
