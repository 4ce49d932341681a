"""Trees of plain data read back into values, with nothing believed of what the other side sent."""

from __future__ import annotations

import collections
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.protocol.constants import (
    ARRAY,
    BYTEARRAY,
    COMPLEX,
    DICT,
    FROZENSET,
    INTEGER,
    KIND,
    LIST,
    MAX_DEPTH,
    MAX_INTEGER_BYTES,
    MAX_NODES,
    OBJECTS,
    RANGE,
    REFERENCE,
    SAME,
    SCALAR,
    SET,
    SHARED,
    SINGLETON,
    SLICE,
    STANDARD,
    TUPLE,
    VIEW,
)
from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.wire.arrays import exact, read_array, size_of
from autograder.engine.protocol.wire.kinds.registry import built, kind_named
from autograder.engine.protocol.wire.plain import PLAIN_SCALARS, SINGLETONS, Keys, is_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.engine.protocol.sync.shared import Shared

_TEXTS = frozenset({str, bytes})
_NUMBERED = frozenset({SAME, VIEW})
_BUILDERS: dict[int, Callable[[list[Any]], Any]] = {LIST: list, TUPLE: tuple, SET: set, FROZENSET: frozenset}
_STANDARD_BUILDERS: dict[str, Callable[[dict[Any, Any]], Any]] = {
    "OrderedDict": collections.OrderedDict,
    "Counter": collections.Counter,
    "defaultdict": lambda items: collections.defaultdict(None, items),
}
_MALFORMED = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    ArithmeticError,
    RecursionError,
    AttributeError,
    SyntaxError,  # numpy's, of the names of types: "i4,("
)
"""What reading a tree that is none may raise."""


class Reader:
    """Turns trees back into values. `foreign(tag, parts)` answers for handles, exports, references and tensors.

    Containers that come under a number are those of `shared`, if that is given. `max_keys` bounds the keys of all
    dictionaries and sets in a value that comes from a hand-in. `believes` says that this side trusts the other. `text`
    says afterwards whether there was any text in what was read.
    """

    def __init__(
        self,
        foreign: Callable[[int, list[Any]], Any],
        shared: Shared | None = None,
        max_keys: int | None = None,
        *,
        believes: bool = False,
    ) -> None:
        self._foreign = foreign
        self._shared = shared
        self._believes = believes
        self._inert = False
        self._nodes = 0
        self._keys = Keys(max_keys)
        self.text = False

    def read(self, tree: Any) -> Any:
        """The value of a tree. Raises WireError when it is none."""
        self._nodes, self._inert = 0, False
        self._keys.begin()
        try:
            return self._value(tree, 0)
        except _MALFORMED as error:
            raise WireError(f"malformed value: {type(error).__name__}") from None

    def _value(self, tree: Any, depth: int) -> Any:  # noqa: C901, PLR0911, PLR0912 - one return for each tag
        kind = type(tree)
        if kind in PLAIN_SCALARS:
            self.text = self.text or kind in _TEXTS
            return tree
        self._nodes += 1
        if kind is not list or depth > MAX_DEPTH + 2 or self._nodes > MAX_NODES:
            raise WireError("malformed value")
        tag = tree[0]
        if type(tag) is not int:
            raise WireError("malformed tag")
        if tag == SHARED and self._shared is not None and not self._inert:
            _, number, inner = tree
            value = self._value(inner, depth)
            self._shared.register(number, value)
            return value
        if tag in _BUILDERS:
            (_, items) = tree
            values = self._items(items, depth)
            if tag in (SET, FROZENSET) and not (all(map(is_key, values)) and self._keys.fit(values)):
                raise WireError("malformed set, or one of too many keys")
            return _BUILDERS[tag](values)
        if tag == DICT:
            return self._dict(tree[1], depth)
        if tag in (ARRAY, SCALAR):
            array = read_array(*tree[1:]) if tag == ARRAY else read_array(tree[1], [], tree[2])[()]
            self.text = self.text or array.dtype.kind in "SUV"
            return array
        if tag == INTEGER:
            return _read_integer(tree)
        if tag == COMPLEX:
            return complex(exact(tree[1], float), exact(tree[2], float))
        if tag in (RANGE, SLICE):
            ends = [self._end(end) for end in tree[1:]]
            return slice(*ends) if tag == SLICE else range(*[exact(end, int) for end in ends])
        if tag == BYTEARRAY:
            self.text = True
            return bytearray(exact(tree[1], bytes))
        if tag == SINGLETON:
            return SINGLETONS[tree[1]]
        if tag == OBJECTS:
            return self._objects(tree, depth)
        if tag == STANDARD:
            return self._standard(tree, depth)
        if tag == KIND:
            return self._kind(tree, depth)
        if self._inert and tag != REFERENCE:
            raise WireError("something in a copy that is no plain data")
        if tag in _NUMBERED and self._shared is not None:
            return self._shared.get(tree[1]) if tag == SAME else self._shared.read_view(*tree[1:])
        return self._foreign(tag, tree[1:])

    def _kind(self, tree: list[Any], depth: int) -> Any:
        _, name, parts = tree
        kind, outer = kind_named(name), self._inert
        self._inert = outer or not kind.open
        values = self._items(parts, depth)
        self._inert = outer
        return built(kind, values, believed=self._believes)

    def _items(self, items: Any, depth: int) -> list[Any]:
        if type(items) is not list:
            raise WireError("malformed sequence")
        self._nodes += len(items)
        if self._nodes > MAX_NODES:
            raise WireError("a value of too many parts")
        kinds = set(map(type, items))
        if kinds <= PLAIN_SCALARS:
            self.text = self.text or not kinds.isdisjoint(_TEXTS)
            return items
        return [self._value(item, depth + 1) for item in items]

    def _dict(self, flat: Any, depth: int) -> dict[Any, Any]:
        parts = self._items(flat, depth)
        if len(parts) % 2 or not all(map(is_key, parts[::2])):
            raise WireError("malformed dictionary")
        if not self._keys.fit(parts[::2]):
            raise WireError("dictionaries of too many keys, or of keys that all collide")
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def _end(self, end: Any) -> int | None:
        value = self._value(end, MAX_DEPTH)
        if value is not None and type(value) is not int:
            raise WireError("malformed range")
        return value

    def _objects(self, tree: list[Any], depth: int) -> Any:
        _, shape, items = tree
        values = self._items(items, depth)
        if size_of(shape) != len(values):
            raise WireError("malformed array")
        array = np.empty(len(values), dtype=object)
        for index, value in enumerate(values):
            array[index] = value
        return array.reshape(shape)

    def _standard(self, tree: list[Any], depth: int) -> Any:
        _, name, parts = tree
        if name == "Fraction":
            numerator, denominator = (self._end(part) for part in parts)
            return Fraction(exact(numerator, int), exact(denominator, int))
        if name == "Decimal":
            return Decimal(exact(parts[0], str)[:10000])
        if name == "deque":
            values = self._items(parts, depth)
            return collections.deque(values[:-1], values[-1])
        return _STANDARD_BUILDERS[name](self._dict(parts, depth))


def _read_integer(tree: list[Any]) -> int:
    data = exact(tree[1], bytes)
    if len(data) > MAX_INTEGER_BYTES + 1:
        raise WireError("an integer too large")
    return int.from_bytes(data, "big", signed=True)
