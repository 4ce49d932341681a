"""Plain data as trees that msgpack can write; reader.py reads them back.

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
    MAX_MESSAGE,
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
    TENSOR,
    TUPLE,
    VIEW,
)
from autograder.engine.protocol.exceptions import NotPlainError
from autograder.engine.protocol.references import reference_to_type
from autograder.engine.protocol.wire.arrays import ARRAY_KINDS, type_parts, write_tensor
from autograder.engine.protocol.wire.kinds.registry import kind_of, taken_apart
from autograder.engine.protocol.wire.plain import Keys, is_container, is_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autograder.engine.protocol.sync.shared import Shared
    from autograder.engine.protocol.wire.kinds.registry import Kind

_RAW = frozenset({type(None), bool, float, str, bytes})
_SEQUENCES: dict[type, int] = {list: LIST, tuple: TUPLE, set: SET, frozenset: FROZENSET}
_FORMS = frozenset({LIST, DICT, SET, BYTEARRAY, ARRAY, OBJECTS, STANDARD, TENSOR, VIEW, KIND})
"""The tags of containers: whatever else is written for one is no plain data."""
_STANDARD: dict[type, str] = {
    collections.OrderedDict: "OrderedDict",
    collections.Counter: "Counter",
    collections.defaultdict: "defaultdict",
}


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
        self._inert = False  # whether what is written belongs to a copy: nothing in it is shared, or a handle
        self._nodes = 0
        self._bytes = 0
        self._keys = Keys(max_keys)

    def write(self, value: Any) -> Any:
        """The tree for a value; one that is plain by its type but cannot be written is foreign as a whole."""
        self._nodes = self._bytes = 0
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
        self._nodes = self._bytes = 0
        try:
            tree = self._form(value, 0) if is_container(type(value)) else self._tensor(value)
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
        if self._shared is None or self._inert or not is_container(kind):
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
                return self._other(value)
            return [_SEQUENCES[kind], self._items(value, depth)]
        if kind is dict or kind in _STANDARD:
            if not self._fit_as_keys(value):
                return self._other(value)
            flat = self._items([part for item in list(value.items()) for part in item], depth)
            return [DICT, flat] if kind is dict else [STANDARD, _STANDARD[kind], flat]
        if kind is collections.deque:
            return [STANDARD, "deque", [*self._items(value, depth), value.maxlen]]
        if kind is np.ndarray:
            return self._array(value, depth)
        if kind.__module__ == "numpy" and isinstance(value, np.generic):
            simple_type = value.dtype.kind in ARRAY_KINDS
            return [SCALAR, value.dtype.str, value.tobytes()] if simple_type else self._record(value)
        simple = _SIMPLE.get(kind)
        if simple is not None:
            return simple(value)
        found = kind_of(kind)
        return self._other(value) if found is None else self._parts(found, value, depth)

    def _parts(self, kind: Kind, value: Any, depth: int) -> list[Any]:
        """An object as its parts. Unless its kind is open, nothing that lives on is among them: it is a copy."""
        outer = self._inert
        try:
            self._inert = outer or not kind.open
            return [KIND, kind.name, self._items(taken_apart(kind, value), depth)]
        except NotPlainError:
            if outer or kind.open:
                raise
            self._inert = False
            return self._foreign(value)
        finally:
            self._inert = outer

    def _other(self, value: Any) -> list[Any]:
        if not self._inert:
            return self._foreign(value)
        reference = reference_to_type(value) if issubclass(type(value), (type, np.dtype)) else None
        if reference is None:
            raise NotPlainError("something that is no plain data")
        return [REFERENCE, *reference]

    def _fit_as_keys(self, values: Any) -> bool:
        return all(map(self._is_key, values)) and self._keys.fit(values)

    def _is_key(self, value: Any) -> bool:
        return is_key(value) or type(value) in self._scalars

    def _items(self, values: Any, depth: int) -> list[Any]:
        values = list(values)
        self._nodes += len(values)
        kinds = set(map(type, values))
        if kinds <= _RAW or (kinds == {int} and min(values) >= -(2**63) and max(values) < 2**63):
            return values
        return [self._tree(value, depth + 1) for value in values]

    def _record(self, value: Any) -> list[Any]:
        try:
            return [SCALAR, type_parts(value.dtype), value.tobytes()]
        except NotPlainError:
            return self._other(value)

    def _array(self, value: Any, depth: int) -> list[Any]:
        if value.dtype == object:
            return [OBJECTS, list(value.shape), self._items(value.ravel().tolist(), depth)]
        try:
            parts = type_parts(value.dtype)
        except NotPlainError:
            return self._other(value)
        self._bytes += value.nbytes
        if self._bytes > MAX_MESSAGE // 2:
            raise NotPlainError("too large")
        fixed = [] if value.flags.writeable else [True]
        return [ARRAY, parts, list(value.shape), value.tobytes(), *fixed]


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
