"""numpy's matrices, masked arrays and arrays of records. Plain arrays, of records too, are in `arrays.py`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.wire.arrays import exact
from autograder.engine.protocol.wire.kinds.registry import Kind


def _array(value: Any) -> Any:
    """An array that has come as a part: its memory is its own, and may become that of what is built."""
    array = exact(value, np.ndarray)
    if array.dtype.hasobject:
        raise WireError("an array of objects where one of numbers is needed")
    return array if array.flags.writeable else array.copy()


def _base(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.hasobject:
        raise NotPlainError("an array of objects")
    return array


def _matrix(array: Any) -> Any:
    if _array(array).ndim != 2:  # noqa: PLR2004 - what a matrix is
        raise WireError("malformed matrix")
    return _array(array).view(np.matrix)


def _masked(array: Any, mask: Any, fill: Any, hard: Any) -> Any:
    array = _array(array)
    if mask is not None:
        mask = _array(mask)
        if mask.shape != array.shape or mask.dtype != np.ma.make_mask_descr(array.dtype):
            raise WireError("malformed mask")
    made: Any = np.ma.MaskedArray(array, np.ma.nomask if mask is None else mask, hard_mask=exact(hard, bool))
    if fill is not None:
        made.fill_value = _array(fill)[()]
    return made


def _masked_parts(value: Any) -> list[Any]:
    mask = None if value.mask is np.ma.nomask else np.array(value.mask)
    fill = value._fill_value  # noqa: SLF001 - without making one up, as the property does
    return [_base(value.data), mask, None if fill is None else np.array(fill), bool(value.hardmask)]


def _records(array: Any) -> Any:
    array = _array(array)
    if array.dtype.names is None:
        raise WireError("malformed records")
    return array.view(np.recarray)


def _put(target: Any, value: Any) -> None:
    if target.shape == value.shape and target.dtype == value.dtype and target.flags.writeable:
        target[...] = value


def _put_masked(target: Any, value: Any) -> None:
    if target.shape == value.shape and target.dtype == value.dtype:
        target.data[...] = value.data
        target.mask = value.mask
        target.fill_value = value.fill_value


KINDS = [
    Kind("numpy.matrix", np.matrix, lambda value: [_base(value)], _matrix, put=_put),
    Kind("numpy.MaskedArray", np.ma.MaskedArray, _masked_parts, _masked, put=_put_masked),
    Kind(
        "numpy.recarray",
        np.recarray,
        lambda value: [_base(value).view(np.dtype((np.void, value.dtype)))],
        _records,
        put=_put,
    ),
    # the one thing that stands for an element that is masked
    Kind("numpy.masked", type(np.ma.masked), lambda _value: [], lambda: np.ma.masked),
]
