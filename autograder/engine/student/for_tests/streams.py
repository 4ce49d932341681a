"""The streams of random numbers that the test draws from as well."""

from __future__ import annotations

import contextlib
from typing import Any

from autograder.engine.protocol.sync.generators import LIBRARIES, made_from, own_generator, seed_from
from autograder.engine.protocol.sync.streams import Entry, Streams, read_state


class StudentStreams(Streams):
    """The streams that the examiner shares. It alone says which."""

    def new_test(self, key: bytes) -> None:
        """A test begins: nothing is shared yet, and the hand-in's own generators have a seed of their own."""
        self.clear()
        for library in LIBRARIES:
            with contextlib.suppress(Exception):  # generators that cannot be seeded are the hand-in's own loss
                seed_from(library, key)

    def handed(self, number: int, tree: Any) -> Any:
        """A generator that the test hands over, the same object as long as the test runs."""
        if self.get(number) is None:
            self.share(number, made_from(read_state(tree)))
        self.take(number, read_state(tree))
        return self.get(number)

    def go_on(self, entries: list[Entry]) -> None:
        """Go on where the test has stopped to draw."""
        for name, tree in entries:
            if self.get(name) is None and isinstance(name, str):
                self.share(name, own_generator(name))
            self.take(name, read_state(tree))

    def moved(self) -> list[Entry]:
        """The streams that the hand-in has drawn from; none when it has broken one."""
        try:
            return self.changed()
        except Exception:  # noqa: BLE001 - whatever a hand-in does to generators
            return []
