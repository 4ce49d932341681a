"""Results come one notebook at a time, in any order; a student's marks are recorded together and listed in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class InOrder(Generic[T]):
    """Gives back in the expected order what comes in any order, holding only what has to wait."""

    def __init__(self, expected: Iterable[str]) -> None:
        self._expected = list(expected)
        self._next = 0
        self._waiting: dict[str, T] = {}

    def add(self, key: str, value: T) -> Iterator[T]:
        """Take one value and give every value whose turn has come."""
        self._waiting[key] = value
        while self._next < len(self._expected) and self._expected[self._next] in self._waiting:
            yield self._waiting.pop(self._expected[self._next])
            self._next += 1
