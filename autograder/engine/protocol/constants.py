"""Everything that both sides of the wall have to agree on, in one place: tags, limits, kinds of exported objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_MESSAGE = 64 * 1024 * 1024  # bytes
MAX_NODES = 2_000_000
MAX_DEPTH = 64
MAX_DIMENSIONS = 32
MAX_FIELDS = 1_000  # of a record of numpy's
MAX_INTEGER_BYTES = 65536
MAX_KEYS = 50_000  # of all dictionaries and sets in a value of the hand-in's: so few are short work even if all collide
MAX_EQUAL_HASHES = 100  # keys that share one hash, of which each is compared with each
PIECES = 1_000  # of output that are kept of a cell; of those that follow one crosses, so that it is known of them
PIECE_COST = 200  # characters that a piece of output takes of the limit, on top of its own: as much as keeping it takes
MAX_FILES = 1_000  # of a hand-in's working folder that a test may look at
MAX_FILE_BYTES = 16_000_000  # of these files, together, that cross at once
MAX_ERROR = 4000  # characters of an error's text and of a traceback

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
    KIND,
) = range(24)

FUNCTION, ITERATOR, CLASS, INSTANCE = "function", "iterator", "class", "instance"
"""What an object of the examiner's is to the hand-in: what may be asked of it follows from that."""

CALLABLE_FLAG, CLASS_FLAG, EXCEPTION_FLAG, FUNCTION_FLAG = 1, 2, 4, 8
"""What the student's process says of an object that it gives a handle of."""


def cost_of(texts: Iterable[str]) -> int:
    """What pieces of output take of the limit, in characters."""
    return sum(len(text) + PIECE_COST for text in texts)


def whole_time(notebook_seconds: float, cell_seconds: float, items: int, *, inside: bool) -> float:
    """The seconds in which an examiner ends: the notebook's for all runs, and those of every test, which may hang.

    Where tests are decided `inside`, their run has the notebook's seconds once more.
    """
    return notebook_seconds * (1 + inside) + cell_seconds * items
