"""numpy arrays and torch tensors as type, shape and bytes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.engine.protocol.constants import MAX_DIMENSIONS, MAX_FIELDS, MAX_MESSAGE
from autograder.engine.protocol.exceptions import NotPlainError, WireError

ARRAY_KINDS = "biufcSUMm"
"""The kinds of simple numpy types that may cross, and stand in records: nothing that holds a pointer."""


def exact(value: Any, kind: type) -> Any:
    """The value, which has to be of just this type. Raises WireError."""
    if type(value) is not kind:
        raise WireError("malformed value")
    return value


def size_of(shape: Any) -> int:
    """The number of elements of a shape. Raises WireError for what is none."""
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise WireError("malformed shape")
    if not all(type(length) is int and 0 <= length < 2**40 for length in shape):
        raise WireError("malformed shape")
    return math.prod(shape)


def array_type(dtype: Any, depth: int = 0) -> np.dtype[Any]:
    """The dtype of a name, or of the names, types and shapes of fields. Raises WireError for one that may not cross."""
    if type(dtype) is list and depth < MAX_DIMENSIONS:
        return _record_type(dtype, depth)
    kind = np.dtype(exact(dtype, str)[:32])
    if kind.kind not in ARRAY_KINDS or kind.hasobject:
        raise WireError("an array of a type that may not cross")
    return kind


def type_parts(dtype: np.dtype[Any]) -> str | list[Any]:
    """A dtype as `array_type` reads it: the name of a simple one. Raises NotPlainError for one that may not cross."""
    if dtype.names is None:
        if dtype.kind not in ARRAY_KINDS:
            raise NotPlainError("an array of a type that may not cross")
        return dtype.str
    fields = []
    for name in dtype.names:
        inner, shape = dtype[name].base, dtype[name].shape
        fields.append([name, type_parts(inner), list(shape)])
    written = [dtype.isalignedstruct, fields]
    if _record_type(written, 0) != dtype:
        raise NotPlainError("records with gaps of their own")
    return written


def _record_type(parts: list[Any], depth: int) -> np.dtype[Any]:
    aligned, fields = parts
    if not 0 < len(exact(fields, list)) <= MAX_FIELDS:
        raise WireError("malformed records")
    found = []
    for name, inner, shape in fields:
        size_of(shape)
        found.append((exact(name, str), array_type(inner, depth + 1), tuple(shape)))
    return np.dtype(found, align=exact(aligned, bool))


def read_array(dtype: Any, shape: Any, data: Any, fixed: Any = False) -> Any:  # noqa: FBT002 - as it crosses
    """An array of its own memory from dtype, shape and bytes. Raises WireError unless the three fit together.

    A `fixed` one cannot be changed, as its original cannot.
    """
    kind = array_type(dtype)
    if size_of(shape) * kind.itemsize != len(exact(data, bytes)):
        raise WireError("malformed array")
    if kind.itemsize == 0:
        return np.zeros(shape, dtype=kind)
    array = np.frombuffer(data, dtype=kind).reshape(shape)
    return array if fixed is True else array.copy()


def write_tensor(torch: Any, tensor: Any) -> list[Any] | None:
    """dtype, shape and bytes of a tensor, None for one that is not dense."""
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        return None
    flat = tensor.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    if flat.numel() * flat.element_size() > MAX_MESSAGE // 2:
        raise NotPlainError("too large")
    data = flat.numpy().tobytes() if flat.dtype != torch.bfloat16 else flat.view(torch.uint8).numpy().tobytes()
    return [str(tensor.dtype).removeprefix("torch."), list(tensor.shape), data]


def read_tensor(torch: Any, dtype: Any, shape: Any, data: Any) -> Any:
    """A tensor of its own memory from dtype, shape and bytes. Raises WireError unless the three fit together."""
    kind: Any = getattr(torch, exact(dtype, str)[:32], None)
    if type(kind) is not torch.dtype:
        raise WireError("a tensor of a type that may not cross")
    if size_of(shape) * kind.itemsize != len(exact(data, bytes)):
        raise WireError("malformed tensor")
    if not data:
        return torch.empty(shape, dtype=kind)
    return torch.frombuffer(bytearray(data), dtype=kind).reshape(shape)
