"""Everything that both sides of the wall have to agree on, in one place: tags, limits, kinds of exported objects."""

from __future__ import annotations

MAX_MESSAGE = 64 * 1024 * 1024  # bytes
MAX_NODES = 2_000_000
MAX_DEPTH = 64
MAX_DIMENSIONS = 32
MAX_INTEGER_BYTES = 65536

(
    LIST,
    TUPLE,
    DICT,
    SET,
    FROZENSET,
    RANGE,
    SLICE,
    COMPLEX,
    INTEGER,
    ARRAY,
    SCALAR,
    TENSOR,
    HANDLE,
    EXPORT,
    REFERENCE,
    OBJECTS,
    STANDARD,
    BYTEARRAY,
    SINGLETON,
    GENERATOR,
    SHARED,
    SAME,
    VIEW,
) = range(23)

FUNCTION, ITERATOR, CLASS, INSTANCE = "function", "iterator", "class", "instance"
"""What an object of the examiner's is to the hand-in: what may be asked of it follows from that."""

CALLABLE_FLAG, CLASS_FLAG, EXCEPTION_FLAG = 1, 2, 4
"""What the student's process says of an object that it gives a handle of."""
