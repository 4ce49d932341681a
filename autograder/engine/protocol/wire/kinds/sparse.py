"""scipy's sparse matrices and arrays. Every index is held against the shape: scipy's own code follows them unlooked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.wire.arrays import exact
from autograder.engine.protocol.wire.kinds.registry import Kind

_INDICES = ("i4", "i8")


def _shape(shape: Any) -> tuple[int, ...]:
    shape = tuple(exact(length, int) for length in exact(shape, list))
    if not 1 <= len(shape) <= 2 or not all(0 <= length < 2**31 for length in shape):  # noqa: PLR2004 - rows and columns
        raise WireError("malformed shape")
    return shape


def _data(value: Any, dimensions: int = 1) -> Any:
    array = exact(value, np.ndarray)
    if array.ndim != dimensions or array.dtype.kind not in "biufc":
        raise WireError("malformed data")
    return array if array.flags.writeable else array.copy()


def _indices(value: Any) -> Any:
    array = _data(value)
    if array.dtype.str.lstrip("<>=|") not in _INDICES:
        raise WireError("malformed indices")
    return array


def _compressed(cls: Any, dimensions: int) -> Callable[..., Any]:
    def build(shape: Any, data: Any, indices: Any, starts: Any) -> Any:
        shape = _shape(shape)
        made = cls((_data(data, dimensions), _indices(indices), _indices(starts)), shape=shape)
        made.check_format(full_check=True)
        if made.shape != shape:
            raise WireError("malformed shape")
        return made

    return build


def _coordinates(cls: Any) -> Callable[..., Any]:
    def build(shape: Any, data: Any, *places: Any) -> Any:
        shape = _shape(shape)
        data = _data(data)
        found = [_indices(place) for place in places]
        if len(found) != len(shape) or any(len(place) != len(data) for place in found):
            raise WireError("malformed coordinates")
        for place, length in zip(found, shape, strict=True):
            if len(place) and not (place.min() >= 0 and place.max() < length):
                raise WireError("coordinates outside of the matrix")
        whole = sp.coo_array if issubclass(cls, sp.sparray) else sp.coo_matrix
        made = whole((data, tuple(found)), shape=shape)
        return made if cls is whole else cls(made)

    return build


def _diagonals(cls: Any) -> Callable[..., Any]:
    def build(shape: Any, data: Any, offsets: Any) -> Any:
        return cls((_data(data, 2), _indices(offsets)), shape=_shape(shape))

    return build


def _compressed_parts(value: Any) -> list[Any]:
    return [list(value.shape), value.data, value.indices, value.indptr]


def _coordinates_parts(value: Any) -> list[Any]:
    whole = value.tocoo()
    return [list(whole.shape), whole.data, *(whole.coords if hasattr(whole, "coords") else (whole.row, whole.col))]


def _diagonals_parts(value: Any) -> list[Any]:
    return [list(value.shape), value.data, value.offsets]


def _put(target: Any, value: Any) -> None:
    target.__dict__.clear()
    target.__dict__.update(value.__dict__)


def _kinds(form: str, parts: Callable[[Any], list[Any]], builder: Callable[[Any], Any]) -> list[Kind]:
    names = [f"{form}_{ending}" for ending in ("matrix", "array")]
    found = [(name, getattr(sp, name)) for name in names if hasattr(sp, name)]
    # a dictionary of keys is a dictionary besides, which its attributes do not tell
    return [Kind(f"scipy.{name}", cls, parts, builder(cls), put=None if form == "dok" else _put) for name, cls in found]


KINDS = [
    *_kinds("csr", _compressed_parts, lambda cls: _compressed(cls, 1)),
    *_kinds("csc", _compressed_parts, lambda cls: _compressed(cls, 1)),
    *_kinds("bsr", _compressed_parts, lambda cls: _compressed(cls, 3)),
    *_kinds("coo", _coordinates_parts, _coordinates),
    *_kinds("lil", _coordinates_parts, _coordinates),
    *_kinds("dok", _coordinates_parts, _coordinates),
    *_kinds("dia", _diagonals_parts, _diagonals),
]
