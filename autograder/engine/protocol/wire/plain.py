"""What is plain data: scalars, and what may be a key."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.engine.protocol.constants import MAX_EQUAL_HASHES

PLAIN_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
SINGLETONS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}


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
    return kind.__module__ == "numpy" and isinstance(value, np.generic)
