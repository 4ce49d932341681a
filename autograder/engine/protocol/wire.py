"""Plain data as trees that msgpack can write, and back.

A value is a scalar, or a list whose first element is a tag and whose rest is checked by that tag's own reader. Whatever
is not plain data goes to the writer's `foreign`, which gives a handle (an integer) or refuses. Nothing is ever
unpickled, evaluated or imported here; a tree that is not exactly as described raises WireError.
"""

from __future__ import annotations

import collections
import sys
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.protocol.arrays import ARRAY_KINDS, exact, read_array, size_of, write_tensor
from autograder.engine.protocol.constants import (
    ARRAY,
    BYTEARRAY,
    COMPLEX,
    DICT,
    FROZENSET,
    INTEGER,
    LIST,
    MAX_DEPTH,
    MAX_EQUAL_HASHES,
    MAX_INTEGER_BYTES,
    MAX_MESSAGE,
    MAX_NODES,
    OBJECTS,
    RANGE,
    SAME,
    SCALAR,
    SET,
    SHARED,
    SINGLETON,
    SLICE,
    STANDARD,
    TENSOR,
    TUPLE,
    VIEW,
)
from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.shared import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autograder.engine.protocol.shared import Shared

PLAIN_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
SINGLETONS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}
_TEXTS = frozenset({str, bytes})
_RAW = frozenset({type(None), bool, float, str, bytes})
_SEQUENCES: dict[type, int] = {list: LIST, tuple: TUPLE, set: SET, frozenset: FROZENSET}
_FORMS = frozenset({LIST, DICT, SET, BYTEARRAY, ARRAY, OBJECTS, STANDARD, TENSOR, VIEW})
"""The tags of containers: whatever else is written for one is no plain data."""

_VIEWS = frozenset({type({}.keys()), type({}.values()), type({}.items())})
_NUMBERED = frozenset({SAME, VIEW})
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


class Keys:
    """Counts the keys of dictionaries and sets. Keys chosen to collide make work that grows with their square.

    Equal hashes are counted as well, of which each costs a comparison with each of the others. Keys can be made to
    collide in other ways too; `most` of them are still short work.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._count = 0

    def begin(self) -> None:
        """Count a value from nothing."""
        self._count = 0

    def fit(self, keys: Any) -> bool:
        """Whether these keys, with those that were counted before, may be put into a dictionary."""
        self._count += len(keys)
        if self._most is None or len(keys) <= MAX_EQUAL_HASHES:
            return self._most is None or self._count <= self._most
        if self._count > self._most:
            return False
        hashes = sorted(map(hash, keys))
        return all(map(int.__ne__, hashes, hashes[MAX_EQUAL_HASHES:]))


class Writer:
    """Turns values into what msgpack can write.

    `foreign(value)` gives the tagged list for whatever is not plain data, or raises. Containers are written under the
    numbers of `shared`, if that is given. `scalars` are further types of numbers that cross as another one. `max_keys`
    is how many keys the other side takes.
    """

    def __init__(
        self,
        foreign: Callable[[Any], list[Any]],
        shared: Shared | None = None,
        scalars: Mapping[type, Callable[[Any], Any]] | None = None,
        max_keys: int | None = None,
    ) -> None:
        self._foreign = foreign
        self._shared = shared
        self._scalars = scalars or {}
        self._introduced: list[int] = []
        self._nodes = 0
        self._keys = Keys(max_keys)

    def write(self, value: Any) -> Any:
        """The tree for a value; one that is plain by its type but cannot be written is foreign as a whole."""
        self._nodes = 0
        self._keys.begin()
        try:
            return self._tree(value, 0)
        except (NotPlainError, RecursionError):
            self._take_back()
            return self._foreign(value)
        except BaseException:
            self._take_back()
            raise

    def contents(self, value: Any) -> Any:
        """The tree for what a shared container holds now, None when that is not plain."""
        self._nodes = 0
        try:
            tree = self._tensor(value) if type(value) not in CONTAINERS else self._form(value, 0)
        except (NotPlainError, RecursionError):
            self._take_back()
            return None
        except BaseException:
            self._take_back()
            raise
        return tree if tree[0] in _FORMS else None

    def _tree(self, value: Any, depth: int) -> Any:  # noqa: PLR0911 - one return for each kind of plain data
        kind = type(value)
        if kind in _RAW:
            return value
        if kind in self._scalars:
            value = self._scalars[kind](value)
            kind = type(value)
            if kind in _RAW:
                return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else _write_integer(value)
        if self._shared is None or kind not in CONTAINERS:
            return self._form(value, depth)
        number = self._shared.known.get(id(value))
        if number is not None:
            return [SAME, number]
        view = self._shared.view(value) if kind is np.ndarray else None
        tree = self._form(value, depth) if view is None else [VIEW, *view]
        if tree[0] not in _FORMS:
            return tree
        number = self._shared.introduce(value)
        self._introduced.append(number)
        return [SHARED, number, tree]

    def _take_back(self) -> None:
        if self._shared is not None:
            self._shared.forget(self._introduced)
        self._introduced = []

    def _tensor(self, value: Any) -> list[Any]:
        parts = write_tensor(sys.modules["torch"], value)
        if parts is None:
            raise NotPlainError("a tensor that is not dense")
        return [TENSOR, "plain", *parts]

    def _form(self, value: Any, depth: int) -> list[Any]:  # noqa: PLR0911 - one return for each kind of plain data
        kind = type(value)
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise NotPlainError("nested too deeply or too large")
        if kind in _SEQUENCES:
            if kind in (set, frozenset) and not self._fit_as_keys(value):
                return self._foreign(value)
            return [_SEQUENCES[kind], self._items(value, depth)]
        if kind is dict or kind in _STANDARD:
            if not self._fit_as_keys(value):
                return self._foreign(value)
            flat = self._items([part for item in list(value.items()) for part in item], depth)
            return [DICT, flat] if kind is dict else [STANDARD, _STANDARD[kind], flat]
        if kind is collections.deque:
            return [STANDARD, "deque", [*self._items(value, depth), value.maxlen]]
        if kind is np.ndarray:
            return self._array(value, depth)
        if kind.__module__ == "numpy" and isinstance(value, np.generic) and value.dtype.kind in ARRAY_KINDS:
            return [SCALAR, value.dtype.str, value.tobytes()]
        if kind in _VIEWS:
            return [LIST, self._items(value, depth)]
        simple = _SIMPLE.get(kind)
        return simple(value) if simple else self._foreign(value)

    def _fit_as_keys(self, values: Any) -> bool:
        return all(map(self._is_key, values)) and self._keys.fit(values)

    def _is_key(self, value: Any) -> bool:
        return _is_key(value) or type(value) in self._scalars

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
        fixed = [] if value.flags.writeable else [True]
        return [ARRAY, value.dtype.str, list(value.shape), value.tobytes(), *fixed]


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
}


def _write_end(value: Any) -> Any:
    if value is None or (type(value) is int and -(2**63) <= value < 2**63):
        return value
    if type(value) is int:
        return _write_integer(value)
    raise NotPlainError("an end of a range that is not an integer")


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
    dictionaries and sets in a value that comes from a hand-in. `text` says afterwards whether there was any text in
    what was read.
    """

    def __init__(
        self,
        foreign: Callable[[int, list[Any]], Any],
        shared: Shared | None = None,
        max_keys: int | None = None,
    ) -> None:
        self._foreign = foreign
        self._shared = shared
        self._nodes = 0
        self._keys = Keys(max_keys)
        self.text = False

    def read(self, tree: Any) -> Any:
        """The value of a tree. Raises WireError when it is none."""
        self._nodes = 0
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
        if tag == SHARED and self._shared is not None:
            _, number, inner = tree
            value = self._value(inner, depth)
            self._shared.register(number, value)
            return value
        if tag in _BUILDERS:
            (_, items) = tree
            values = self._items(items, depth)
            if tag in (SET, FROZENSET) and not (all(map(_is_key, values)) and self._keys.fit(values)):
                raise WireError("malformed set, or one of too many keys")
            return _BUILDERS[tag](values)
        if tag == DICT:
            return self._dict(tree[1], depth)
        if tag in (ARRAY, SCALAR):
            array = read_array(*tree[1:]) if tag == ARRAY else read_array(tree[1], [], tree[2])[()]
            self.text = self.text or array.dtype.kind in "SU"
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
        if tag in _NUMBERED and self._shared is not None:
            return self._shared.get(tree[1]) if tag == SAME else self._shared.read_view(*tree[1:])
        return self._foreign(tag, tree[1:])

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
        if len(parts) % 2 or not all(map(_is_key, parts[::2])):
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
