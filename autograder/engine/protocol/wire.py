"""Plain data as trees that msgpack can write, and back.

A value is a scalar, or a list whose first element is a tag and whose rest is checked by that tag's own reader. Whatever
is not plain data goes to the writer's `foreign`, which gives a handle (an integer) or refuses. Nothing is ever
unpickled, evaluated or imported here; a tree that is not exactly as described raises WireError.
"""

from __future__ import annotations

import collections
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.protocol.arrays import ARRAY_KINDS, exact, read_array, size_of
from autograder.engine.protocol.constants import (
    ARRAY,
    BYTEARRAY,
    COMPLEX,
    DICT,
    FROZENSET,
    INTEGER,
    LIST,
    MAX_DEPTH,
    MAX_INTEGER_BYTES,
    MAX_MESSAGE,
    MAX_NODES,
    OBJECTS,
    RANGE,
    SCALAR,
    SET,
    SINGLETON,
    SLICE,
    STANDARD,
    TUPLE,
)
from autograder.engine.protocol.exceptions import NotPlainError, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
SINGLETONS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}
_RAW = frozenset({type(None), bool, float, str, bytes})
_SEQUENCES: dict[type, int] = {list: LIST, tuple: TUPLE, set: SET, frozenset: FROZENSET}
_BUILDERS: dict[int, Callable[[list[Any]], Any]] = {LIST: list, TUPLE: tuple, SET: set, FROZENSET: frozenset}
_STANDARD: dict[type, str] = {
    collections.OrderedDict: "OrderedDict",
    collections.Counter: "Counter",
    collections.defaultdict: "defaultdict",
}
_STANDARD_BUILDERS: dict[str, Callable[[dict[Any, Any]], Any]] = {
    "OrderedDict": collections.OrderedDict,
    "Counter": collections.Counter,
    "defaultdict": lambda items: collections.defaultdict(None, items),
}


class Writer:
    """Turns values into what msgpack can write.

    `foreign(value)` gives the tagged list for whatever is not plain data, or raises. `tensor(value)` is asked first for
    anything of a type named Tensor or Parameter and returns None to leave it foreign.
    """

    def __init__(self, foreign: Callable[[Any], list[Any]]) -> None:
        self._foreign = foreign
        self._nodes = 0

    def write(self, value: Any) -> Any:
        """The tree for a value; one that is plain by its type but cannot be written is foreign as a whole."""
        self._nodes = 0
        try:
            return self._tree(value, 0)
        except (NotPlainError, RecursionError):
            return self._foreign(value)

    def _tree(self, value: Any, depth: int) -> Any:  # noqa: PLR0911 - one return for each kind of plain data
        kind = type(value)
        if kind in _RAW:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else _write_integer(value)
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise NotPlainError("nested too deeply or too large")
        if kind in _SEQUENCES:
            if kind in (set, frozenset) and not all(map(_is_key, value)):
                return self._foreign(value)
            return [_SEQUENCES[kind], self._items(value, depth)]
        if kind is dict or kind in _STANDARD:
            if not all(map(_is_key, value)):
                return self._foreign(value)
            flat = self._items([part for item in list(value.items()) for part in item], depth)
            return [DICT, flat] if kind is dict else [STANDARD, _STANDARD[kind], flat]
        if kind is np.ndarray:
            return self._array(value, depth)
        if kind.__module__ == "numpy" and isinstance(value, np.generic) and value.dtype.kind in ARRAY_KINDS:
            return [SCALAR, value.dtype.str, value.tobytes()]
        simple = _SIMPLE.get(kind)
        return simple(value) if simple else self._foreign(value)

    def _items(self, values: Any, depth: int) -> list[Any]:
        values = list(values)
        self._nodes += len(values)
        kinds = set(map(type, values))
        if kinds <= _RAW or (kinds == {int} and min(values) >= -(2**63) and max(values) < 2**63):
            return values
        return [self._tree(value, depth + 1) for value in values]

    def _array(self, value: Any, depth: int) -> list[Any]:
        if value.dtype == object:
            return [OBJECTS, list(value.shape), self._items(value.ravel().tolist(), depth)]
        if value.dtype.kind not in ARRAY_KINDS:
            return self._foreign(value)
        if value.nbytes > MAX_MESSAGE // 2:
            raise NotPlainError("too large")
        return [ARRAY, value.dtype.str, list(value.shape), value.tobytes()]


def _is_key(value: Any) -> bool:
    kind = type(value)
    if kind in PLAIN_SCALARS or kind in (complex, Fraction, Decimal):
        return True
    if kind in (tuple, frozenset):
        return all(map(_is_key, value))
    return kind.__module__ == "numpy" and isinstance(value, np.generic)


def _write_integer(value: int) -> list[Any]:
    size = (value.bit_length() + 8) // 8
    if size > MAX_INTEGER_BYTES:
        raise NotPlainError("an integer too large")
    return [INTEGER, value.to_bytes(size, "big", signed=True)]


_SIMPLE: dict[type, Callable[[Any], list[Any]]] = {
    complex: lambda value: [COMPLEX, value.real, value.imag],
    range: lambda value: [RANGE, *map(_write_end, (value.start, value.stop, value.step))],
    slice: lambda value: [SLICE, *map(_write_end, (value.start, value.stop, value.step))],
    bytearray: lambda value: [BYTEARRAY, bytes(value)],
    type(Ellipsis): lambda _value: [SINGLETON, "Ellipsis"],
    type(NotImplemented): lambda _value: [SINGLETON, "NotImplemented"],
    Fraction: lambda value: [STANDARD, "Fraction", [_write_end(value.numerator), _write_end(value.denominator)]],
    Decimal: lambda value: [STANDARD, "Decimal", [str(value)]],
    collections.deque: lambda value: [STANDARD, "deque", [_plain(item) for item in value] + [value.maxlen]],
}


def _write_end(value: Any) -> Any:
    if value is None or (type(value) is int and -(2**63) <= value < 2**63):
        return value
    if type(value) is int:
        return _write_integer(value)
    raise NotPlainError("an end of a range that is not an integer")


def _plain(value: Any) -> Any:
    if type(value) not in PLAIN_SCALARS:
        raise NotPlainError("a deque of other things than scalars")
    return _write_end(value) if type(value) is int else value


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
    """Turns trees back into values. `foreign(tag, parts)` answers for handles, exports, references and tensors."""

    def __init__(self, foreign: Callable[[int, list[Any]], Any]) -> None:
        self._foreign = foreign
        self._nodes = 0

    def read(self, tree: Any) -> Any:
        """The value of a tree. Raises WireError when it is none."""
        self._nodes = 0
        try:
            return self._value(tree, 0)
        except _MALFORMED as error:
            raise WireError(f"malformed value: {type(error).__name__}") from None

    def _value(self, tree: Any, depth: int) -> Any:  # noqa: C901, PLR0911, PLR0912 - one return for each tag
        kind = type(tree)
        if kind in PLAIN_SCALARS:
            return tree
        self._nodes += 1
        if kind is not list or depth > MAX_DEPTH + 2 or self._nodes > MAX_NODES:
            raise WireError("malformed value")
        tag = tree[0]
        if type(tag) is not int:
            raise WireError("malformed tag")
        if tag in _BUILDERS:
            (_, items) = tree
            return _BUILDERS[tag](self._items(items, depth))
        if tag == DICT:
            return self._dict(tree[1], depth)
        if tag == ARRAY:
            return read_array(*tree[1:])
        if tag == SCALAR:
            return read_array(tree[1], [], tree[2])[()]
        if tag == INTEGER:
            return _read_integer(tree)
        if tag == COMPLEX:
            return complex(exact(tree[1], float), exact(tree[2], float))
        if tag in (RANGE, SLICE):
            ends = [self._end(end) for end in tree[1:]]
            return slice(*ends) if tag == SLICE else range(*[exact(end, int) for end in ends])
        if tag == BYTEARRAY:
            return bytearray(exact(tree[1], bytes))
        if tag == SINGLETON:
            return SINGLETONS[tree[1]]
        if tag == OBJECTS:
            return self._objects(tree, depth)
        if tag == STANDARD:
            return self._standard(tree, depth)
        return self._foreign(tag, tree[1:])

    def _items(self, items: Any, depth: int) -> list[Any]:
        if type(items) is not list:
            raise WireError("malformed sequence")
        self._nodes += len(items)
        if self._nodes > MAX_NODES:
            raise WireError("a value of too many parts")
        if set(map(type, items)) <= PLAIN_SCALARS:
            return items
        return [self._value(item, depth + 1) for item in items]

    def _dict(self, flat: Any, depth: int) -> dict[Any, Any]:
        parts = self._items(flat, depth)
        if len(parts) % 2 or not all(map(_is_key, parts[::2])):
            raise WireError("malformed dictionary")
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
