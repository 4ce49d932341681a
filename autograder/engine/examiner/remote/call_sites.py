"""Where the tests hand something of theirs to the hand-in's objects, learned from the model's answers.

`abs(got - want) < 1e-9` asks `got` for the difference when `got` is an object, and so lets the hand-in answer "0.0" to
any `want`. Operators and calls between a test and the hand-in's objects are what many exercises are about, so they
cannot be refused as such; but the model's answers show at which places of a test they belong. At any other place an
object has come where a plain value was needed, and that is an error in the hand-in.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Any

from autograder.engine.protocol.control import CallSite
from autograder.engine.protocol.operations import BINARY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

GUARDED = frozenset({*BINARY, *(f"i{name}" for name in BINARY), "call", "divmod", "setattr", "setitem"})


class CallSites:
    """The places known, or, while learning (`known` is None), those met so far. `item` names the test that runs now."""

    def __init__(self, known: Iterable[CallSite] | None) -> None:
        self._learning = known is None
        self._known: set[CallSite] = set(known or ())
        self.item = ""

    @property
    def known(self) -> list[CallSite]:
        """The places, in a fixed order."""
        return sorted(self._known)

    def allow(self, operation: str, values: tuple[Any, ...], namespace: type) -> bool:
        """Whether an operation belongs where the test does it. `namespace` is the type of the tests' globals."""
        if operation not in GUARDED or (operation == "call" and not values[1] and not values[2]):
            return True
        place = self._here(operation, namespace)
        if place is None:
            return True
        if self._learning:
            self._known.add(place)
        return place in self._known

    def _here(self, operation: str, namespace: type) -> CallSite | None:
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to the caller's place
        while frame is not None:
            if type(frame.f_globals) is namespace:
                code = frame.f_code
                item = "" if code.co_filename == "<checker cell>" else self.item
                return item, code.co_name, code.co_firstlineno, frame.f_lasti, operation
            frame = frame.f_back
        return None


def place_in(namespace: type) -> int:
    """The place that the tests have come to, with those that it was called from. `namespace` as in `allow`."""
    found: list[tuple[str, str, int, int]] = []
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only way to the caller's place
    while frame is not None:
        if type(frame.f_globals) is namespace:
            code = frame.f_code
            found.append((code.co_filename, code.co_name, code.co_firstlineno, frame.f_lasti))
        frame = frame.f_back
    return zlib.crc32(repr(found).encode())
