"""Streams of random numbers that both sides draw from, as they would in one process.

A stream's state goes along with whatever one side sends, when it is not what the other side has already. That side
puts it in place before it goes on, so that draws of the two interleave as they do in one process.
"""

from __future__ import annotations

from typing import Any

from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.sync.generators import put, state_of
from autograder.engine.protocol.wire.reader import Reader
from autograder.engine.protocol.wire.writer import Writer

Name = str | int
"""What a stream is called: a library, or the number of a generator that a test handed over."""

Entry = list[Any]
"""A stream's name and its state, as a tree."""


class Streams:
    """The generators that are shared for the test that runs, and of each the state that the other side has."""

    def __init__(self) -> None:
        self._generators: dict[Name, Any] = {}
        self._known: dict[Name, Any] = {}

    def clear(self) -> None:
        """Share nothing any more."""
        self._generators.clear()
        self._known.clear()

    def get(self, name: Name) -> Any:
        """The generator of a stream, None when it is not shared."""
        return self._generators.get(name)

    def share(self, name: Name, generator: Any) -> None:
        """Share a generator from now on."""
        self._generators[name] = generator

    def changed(self) -> list[Entry]:
        """The streams whose state is not what the other side has."""
        found = []
        for name, generator in self._generators.items():
            tree = tree_of(generator)
            if tree != self._known.get(name):
                self._known[name] = tree
                found.append([name, tree])
        return found

    def take(self, name: Name, state: dict[str, Any]) -> None:
        """Put a shared generator in the state that the other side has."""
        put(self._generators[name], state)
        self._known[name] = tree_of(self._generators[name])


def tree_of(generator: Any) -> Any:
    """The state of a generator as a tree."""
    return Writer(_refuse).write(state_of(generator))


def read_state(tree: Any) -> Any:
    """What a tree that should be a state holds; it is not checked. Raises WireError when it is not plain data."""
    return Reader(_refuse).read(tree)


def _refuse(*_parts: Any) -> Any:
    raise WireError("a state of a generator that is not plain data")
