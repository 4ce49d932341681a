"""The streams of random numbers that a test shares with the hand-in: only those that the model's answers drew from.

A test that seeds a library and then asks the hand-in shares the library's generator with it in one process. Behind the
wall it does where the model's run shows that its answers draw from it. Everywhere else the hand-in is told nothing of
the test's generators, and what it draws itself is its own affair.
"""

from __future__ import annotations

from typing import Any

from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.sync.generators import checked, own_generator
from autograder.engine.protocol.sync.streams import Streams, read_state, tree_of

ARGUMENTS = "arguments"
"""What the generators that a test hands over are called among those that the answers drew from."""

SharedBy = dict[str, list[str]]
"""For each item the libraries that its test seeded and the model's answers drew from, and ARGUMENTS."""


class SharedStreams(Streams):
    """The streams of one process. `learned` is what the model's run has shown, None while it is learned."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: SharedBy = {}
        self._learned: SharedBy | None = None
        self._item = ""
        self._next = 1
        self._kept: dict[int, int] = {}

    def begin(self, item: str, learned: SharedBy | None) -> None:
        """The test of an item begins, and has seeded nothing yet."""
        self.end()
        self._item, self._learned = item, learned

    def end(self) -> None:
        """The test has ended."""
        self.clear()
        self._kept.clear()

    def seeded(self, library: str) -> None:
        """The test has put a library's generator into a state of its choice."""
        if self._allowed(library):
            self.share(library, own_generator(library))

    def hand_over(self, generator: Any) -> list[Any]:
        """A generator among the arguments of a question: its number and its state."""
        number = self._kept.get(id(generator))
        if number is None:
            number = self._kept[id(generator)] = self._next
            self._next += 1
            self.share(number, generator)
        tree = self._known[number] = tree_of(generator)
        return [number, tree]

    def take_back(self, entries: Any) -> None:
        """Go on where the hand-in has stopped to draw. Raises WireError for what is no state of a shared stream."""
        if type(entries) is not list:
            raise WireError("malformed streams")
        for entry in entries:
            if type(entry) is not list or len(entry) != len(("name", "state")) or type(entry[0]) not in (str, int):
                raise WireError("malformed streams")
            name, tree = entry
            generator = self.get(name)
            if generator is None:
                raise WireError("the state of a stream that is not shared")
            state = checked(generator, read_state(tree))
            kind = ARGUMENTS if type(name) is int else name
            if self._allowed(kind):
                self.take(name, state)
                if kind not in (known := self.drawn.setdefault(self._item, [])):
                    known.append(kind)

    def _allowed(self, kind: str) -> bool:
        return self._learned is None or kind in self._learned.get(self._item, ())
