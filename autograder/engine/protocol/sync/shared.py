"""Containers that both sides hold: one object on each side, and one number for the two.

A container that crosses is introduced under a number. When it occurs again, on its way back or on a later one, only the
number crosses, and the other side has its own object. Whatever one side changes in a container is sent along with the
next message and done to the other's. A number is kept for as long as both sides hold the object, which each finds out
by its reference counts: then neither can tell the two objects from a single one.

An exchange is a question with its answer, or a call back with what it returned. What an exchange has introduced is
forgotten with it, unless whoever replied says that the container is held there. The outermost exchange settles all
numbers.
"""

from __future__ import annotations

import collections
import operator
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import msgpack
import numpy as np

from autograder.engine.protocol.constants import MAX_MESSAGE
from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.wire.arrays import array_type, exact, size_of, type_parts, write_tensor
from autograder.engine.protocol.wire.kinds.registry import kind_of
from autograder.engine.protocol.wire.plain import MAPPINGS, SEQUENCES, is_container
from autograder.engine.protocol.wire.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable

_COPIED: dict[type, Callable[[Any], Any]] = {set: set, bytearray: bytes}
_IS_VIEW = "view"
"""What is remembered of an array whose memory is that of another shared one: it changes with that."""


class Shared:
    """The shared containers of one side: the examiner numbers upwards from 1, the student's process downwards from -1.

    `known` are the numbers of the objects, by their identity.
    """

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._next = sign
        self._entries: dict[int, list[Any]] = {}  # the object, and what is known of its content on both sides
        self.known: dict[int, int] = {}
        self._exchanges: list[list[int]] = []

    @property
    def numbers(self) -> list[int]:
        """All numbers that are shared now."""
        return list(self._entries)

    def clear(self) -> None:
        """Share nothing any more."""
        self._entries.clear()
        self.known.clear()

    @property
    def outermost(self) -> bool:
        """Whether no more than one exchange is under way."""
        return len(self._exchanges) <= 1

    def number_of(self, value: Any) -> int | None:
        """The number of an object, None when it is not shared."""
        return self.known.get(id(value))

    def get(self, number: Any) -> Any:
        """The object of a number. Raises WireError."""
        entry = self._entries.get(number) if type(number) is int else None
        if entry is None:
            raise WireError("a container that is not shared")
        return entry[0]

    def introduce(self, value: Any) -> int:
        """A number for an object that is about to cross."""
        number = self._next
        self._next += self._sign
        self._entries[number] = [value, None]
        self.known[id(value)] = number
        self._exchanges[-1].append(number)
        return number

    def register(self, number: Any, value: Any) -> None:
        """Keep an object that came under a number of the other side's. Raises WireError."""
        entries, identity = self._entries, id(value)
        if type(number) is not int or number * self._sign >= 0 or number in entries or identity in self.known:
            raise WireError("malformed number of a container")
        if not is_container(type(value)) and type(value).__name__ != "Tensor":
            raise WireError("malformed container")
        entries[number] = [value, None]
        self.known[identity] = number
        self._exchanges[-1].append(number)

    def forget(self, numbers: Iterable[int]) -> None:
        """Share these no more."""
        for number in numbers:
            entry = self._entries.pop(number, None)
            if entry is not None:
                del self.known[id(entry[0])]

    def begin(self) -> None:
        """An exchange begins."""
        self._exchanges.append([])

    def abandon(self) -> None:
        """The exchange has come to nothing: what it introduced never crossed."""
        self.forget(self._exchanges.pop())

    def held(self) -> list[int]:
        """Whoever replies ends the exchange: the numbers of what is held here still.

        The caller has to have let go of everything itself.
        """
        introduced = self._exchanges.pop()
        if not self._entries:
            return []
        found = self._held(introduced if self._exchanges else list(self._entries))
        self.note()
        return found

    def settle(self, held: Any) -> None:
        """Whoever asked ends the exchange: `held` is what is held on the other side. Raises WireError."""
        introduced = self._exchanges.pop()
        numbers = introduced if self._exchanges else list(self._entries)
        if numbers and not held:  # the ordinary case
            self.forget(numbers)
        elif numbers:
            kept = {exact(number, int) for number in exact(held, list)}
            self.forget([number for number in numbers if number not in kept])
            self.note()

    def released(self) -> list[int]:
        """Numbers that are no longer held here, before an outermost exchange begins: they are forgotten."""
        before = list(self._entries)
        held = set(self._held(before))
        return [number for number in before if number not in held]

    def note(self) -> None:
        """Both sides agree on all contents now."""
        for entry in self._entries.values():
            if entry[1] is None:
                value = entry[0]
                entry[1] = [*value] if type(value) is list else self._content(value)

    def changes(self, contents: Callable[[Any], Any]) -> list[Any]:
        """What has changed here since both sides agreed, as numbers and trees. `contents` writes one object's."""
        found: list[Any] = []
        if not self._entries:
            return found
        changed = [
            (number, entry)
            for number, entry in self._entries.items()
            if entry[1] is not None and entry[1] is not _IS_VIEW and not _unchanged(*entry)
        ]
        for number, entry in changed:
            value = entry[0]
            tree = contents(value)
            entry[1] = self._content(value)
            if tree is not None:
                found.append([number, tree])
        return found

    def take(self, changes: Any, read: Callable[[Any], Any]) -> None:
        """Do here what has changed on the other side. Raises WireError."""
        for change in exact(changes, list):
            if len(exact(change, list)) != len(("number", "tree")):
                raise WireError("malformed change")
            number, tree = change
            target = self.get(number)
            try:
                _overwrite(target, read(tree))
            except (BufferError, RuntimeError, TypeError, ValueError):
                raise WireError("a change that cannot be made") from None
            self._entries[number][1] = self._content(target)

    def view(self, value: Any) -> list[Any] | None:
        """An array that shows memory of a shared one: number, type, shape, strides and offset. None for any other."""
        base = self._base(value)
        if base is None or value.nbytes > MAX_MESSAGE // 2:
            return None
        offset = value.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        return [self.known[id(base)], type_parts(value.dtype), list(value.shape), list(value.strides), offset]

    def read_view(self, number: Any, dtype: Any, shape: Any, strides: Any, offset: Any) -> Any:
        """The array that `view` described. Raises WireError; numpy refuses what lies outside of the memory."""
        base = self.get(number)
        if type(base) is not np.ndarray or base.dtype.hasobject or not base.flags.c_contiguous:
            raise WireError("malformed view")
        kind = array_type(dtype)
        # an element may be shown many times: such an array is as large as if it had crossed
        bounded = size_of(shape) * kind.itemsize <= MAX_MESSAGE // 2
        if not bounded or not all(type(one) is int for one in exact(strides, list)):
            raise WireError("malformed view")
        return np.ndarray(shape, kind, base, exact(offset, int), strides)

    def _held(self, numbers: list[int]) -> list[int]:
        """Those of the numbers whose objects something else than this table refers to; the others are forgotten."""
        entries = self._entries
        waiting = [number for number in reversed(numbers) if number in entries]  # what holds others comes after them
        for number in waiting:
            entries[number][1] = None  # what is remembered of one refers to others
        while True:
            kept = []
            for number in waiting:
                if sys.getrefcount(entries[number][0]) > _ALONE:
                    kept.append(number)
                else:
                    del self.known[id(entries[number][0])]
                    del entries[number]
            if len(kept) == len(waiting) or not kept:
                return kept
            waiting = kept

    def _base(self, value: Any) -> Any:
        """The shared array whose memory another one shows."""
        base, found = value.base, None
        while type(base) is np.ndarray:
            if id(base) in self.known:
                found = base
            base = base.base
        usable = found is not None and found.flags.c_contiguous and not (value.dtype.hasobject or found.dtype.hasobject)
        return found if usable else None

    def _content(self, value: Any) -> Any:
        if type(value) is np.ndarray and self._base(value) is not None:
            return _IS_VIEW
        return _content(value)


def _content(value: Any) -> Any:
    """What an object holds, so that it can be told later whether it holds the same."""
    kind = type(value)
    if kind in SEQUENCES:
        return list(value)
    if kind in MAPPINGS:
        return [*value, *value.values()]
    if kind in _COPIED:
        return _COPIED[kind](value)
    if kind is np.ndarray:
        return value.dtype, value.shape, value.ravel().tolist() if value.dtype.hasobject else value.tobytes()
    return _packed(value) if is_container(kind) else write_tensor(sys.modules["torch"], value)


def _packed(value: Any) -> bytes:
    """An object of the registry's as bytes; nothing when it does not cross at present."""
    try:
        packed: bytes = msgpack.packb(Writer(_refuse).write(value), unicode_errors="surrogatepass")
    except NotPlainError:
        return b""
    return packed


def _refuse(_value: Any) -> NoReturn:
    raise NotPlainError("something that is no plain data")


def _unchanged(value: Any, known: Any) -> bool:
    """Whether an object holds just what it held."""
    if type(value) in SEQUENCES:
        return len(value) == len(known) and all(map(operator.is_, value, known))
    now = _content(value)
    if type(value) in MAPPINGS:
        return len(now) == len(known) and all(map(operator.is_, now, known))
    if type(now) is set:
        return len(now) == len(known) and set(map(id, now)) == set(map(id, known))
    if type(now) is tuple and now[0].hasobject:
        return now[:2] == known[:2] and all(map(operator.is_, now[2], known[2]))
    return bool(now == known)


def _overwrite(target: Any, value: Any) -> None:
    """Give an object the content of another one of its type, as far as it can have it."""
    kind = type(target)
    if kind is not type(value):
        return
    if kind in (list, bytearray):
        target[:] = value
    elif kind in MAPPINGS:
        target.clear()
        dict.update(target, value) if kind is collections.Counter else target.update(value)
    elif kind is set:
        target.clear()
        target.update(value)
    elif kind is collections.deque:
        target.clear()
        target.extend(value)
    elif kind is np.ndarray:
        if target.dtype == value.dtype and target.size == value.size and target.flags.writeable:
            if target.shape != value.shape and target.flags.c_contiguous:
                target.shape = value.shape
            if target.shape == value.shape:
                target[...] = value
    elif (known := kind_of(kind)) is not None and known.put is not None:
        known.put(target, value)
    elif target.shape == value.shape and target.dtype == value.dtype:
        with sys.modules["torch"].no_grad():
            target.copy_(value)


def _alone() -> int:
    entry = [object(), None]
    return sys.getrefcount(entry[0])


_ALONE = _alone()
"""The reference count of an object that nothing but its entry refers to, as this Python counts."""
