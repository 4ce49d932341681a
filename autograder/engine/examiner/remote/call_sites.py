"""Where the tests hand something of theirs to the hand-in's objects, learned from the model's answers.

`abs(got - want) < 1e-9` asks `got` for the difference when `got` is an object, and so lets the hand-in answer "0.0" to
any `want`. Operators and calls between a test and the hand-in's objects are what many exercises are about, so they
cannot be refused as such; but the model's answers show where they belong:

- the *site*: the chain of places in test and checker code down from the test cell (in a call back: down from the
  test's function that the hand-in has called), the operation, and which of its operands were objects. An operation fits
  a site when it has objects only where the model's had one, or nothing but objects, so that nothing is handed over;
- the *source*: the site of the question that an object came from, and what was asked there by name. Where the model
  answered with plain data each time, an object has come where a plain value was needed.

Anywhere else an operation is an error in the hand-in.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from autograder.engine.examiner.remote.callers import callers
from autograder.engine.examiner.remote.exports import Exports
from autograder.engine.protocol.operations import BINARY
from autograder.engine.source.given import CHECKER_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CALL_BACK = Exports.apply.__code__
GUARDED = frozenset({*BINARY, *(f"i{name}" for name in BINARY), "call", "divmod", "setattr", "setitem"})


class CallSites:
    """What is known, or, while learning (`known` is None), what was met so far. `item` names the test that runs now."""

    def __init__(self, known: Iterable[str] | None, plain_sources: Iterable[str] = ()) -> None:
        self._learning = known is None
        self._known: set[str] = set(known or ())
        self.plain_sources: set[str] = set(plain_sources)
        self.object_sources: set[str] = set()
        self.item = ""

    @property
    def known(self) -> list[str]:
        """The sites, in a fixed order."""
        return sorted(self._known)

    def allow(
        self,
        operation: str,
        objects: Sequence[bool],
        namespace: type,
        *,
        sources: Iterable[str] = (),
        called: Iterable[str] = (),
    ) -> bool:
        """Whether an operation belongs where the test does it.

        `objects` says which of its operands are the hand-in's objects, `sources` where these came from. `called` are
        the names of what is called: what the model's run of the test has called by its name may be called anywhere in
        it, as in the message of an assertion that holds for the model. `namespace` is the type of the tests' globals.
        """
        if operation not in GUARDED:
            return True
        chain = self._chain(namespace)
        if not chain:
            return True
        if self._learning:
            self._known.add(_site(chain, operation, objects))
            self._known.update(f"{self.item} calls {name}" for name in called)
            return True
        if all(objects) or (called and all(f"{self.item} calls {name}" in self._known for name in called)):
            return True
        if any(source in self.plain_sources for source in sources):
            return False
        return any(_site(chain, operation, met) in self._known for met in _supersets(objects))

    def answered(self, operation: str, labels: Iterable[str], namespace: type, *, with_object: bool) -> list[str]:
        """Take note that a question was answered with an object, or with none; the sources of what came.

        `labels` are what the question names, so that two questions at one site can be told apart.
        """
        if not self._learning and not (with_object and self.plain_sources):
            return []
        site = _site(self._chain(namespace), operation, ())
        sources = [f"{site} {label}" for label in labels]
        if self._learning:
            (self.object_sources if with_object else self.plain_sources).update(sources)
        return sources

    def _chain(self, namespace: type) -> str:
        places: list[str] = []
        for frame in callers():
            code = frame.f_code
            if code is _CALL_BACK:
                places.append(self.item)
                break
            # the checker comes to its own questions by many ways, to find out what a mistake is: the last step tells
            if type(frame.f_globals) is namespace and not (places and code.co_filename == CHECKER_CODE):
                places.append(f"{code.co_filename}:{code.co_name}:{code.co_firstlineno}:{frame.f_lasti}")
        return " < ".join(places)


def _site(chain: str, operation: str, objects: Iterable[bool]) -> str:
    return f"{chain} {operation} {''.join('o' if one else '.' for one in objects)}"


def _supersets(objects: Sequence[bool]) -> Iterable[tuple[bool, ...]]:
    """The choices of operands that were objects at least where these are."""
    found: list[tuple[bool, ...]] = [()]
    for one in objects:
        found = [(*start, end) for start in found for end in ((True,) if one else (True, False))]
    return found


def place_in(namespace: type) -> int:
    """The place that the tests have come to, with those that it was called from. `namespace` as in `allow`."""
    found = [
        (frame.f_code.co_filename, frame.f_code.co_name, frame.f_code.co_firstlineno, frame.f_lasti)
        for frame in callers()
        if type(frame.f_globals) is namespace
    ]
    return zlib.crc32(repr(found).encode())
