"""The objects that the examiner holds handles of."""

from __future__ import annotations

from typing import Any


class ObjectTable:
    """Objects that the examiner holds handles of. A number stands for one object for as long as it is held."""

    def __init__(self) -> None:
        self._objects: dict[int, list[Any]] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1

    def number(self, value: Any) -> int:
        """The number of an object; each call is one more reason to keep it."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next
            self._next += 1
            self._numbers[id(value)] = number
            self._objects[number] = [value, 0]
        self._objects[number][1] += 1
        return number

    def get(self, number: int) -> Any:
        """The object of a number."""
        return self._objects[number][0]

    def drop(self, number: int, times: int) -> None:
        """Take back reasons to keep an object."""
        entry = self._objects.get(number)
        if entry is not None:
            entry[1] -= times
            if entry[1] <= 0:
                del self._objects[number]
                del self._numbers[id(entry[0])]
