"""What is plain data: scalars, containers, and what may be a key."""

from __future__ import annotations

import collections
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.engine.protocol.constants import MAX_EQUAL_HASHES
from autograder.engine.protocol.wire.kinds.registry import kind_of

PLAIN_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
SINGLETONS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}

SEQUENCES = frozenset({list, collections.deque})
MAPPINGS = frozenset({dict, collections.Counter, collections.OrderedDict, collections.defaultdict})
CONTAINERS = frozenset({set, bytearray, np.ndarray, *SEQUENCES, *MAPPINGS})
"""The types of plain data that can change, and cross by tags of their own."""


def is_container(cls: type) -> bool:
    """Whether objects of a type can change, and so are shared with the other side while both hold them."""
    if cls in CONTAINERS:
        return True
    kind = kind_of(cls)
    return kind is not None and kind.put is not None


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


def is_key(value: Any) -> bool:
    """Whether a value may be a key of a dictionary, or stand in a set, that crosses as data."""
    kind = type(value)
    if kind in PLAIN_SCALARS or kind in (complex, Fraction, Decimal):
        return True
    if kind in (tuple, frozenset):
        return all(map(is_key, value))
    if kind.__module__ == "numpy" and isinstance(value, np.generic):
        return value.dtype.kind != "V"
    known = kind_of(kind)
    return known is not None and known.key
