"""What a cell shows, kept in order and bounded."""

from __future__ import annotations

import io

from autograder.engine.protocol.constants import PIECE_COST, PIECES

JOIN_AFTER = 1000  # pieces of text of one stream


class OutputCapture:
    """What a cell shows, in order, up to `limit` characters. What is shown between cells is dropped."""

    def __init__(self) -> None:
        self.events: list[list[str]] = []
        self.left = 0
        self.error = ""

    def start(self, limit: int) -> None:
        """Begin to record a cell."""
        self.events, self.left, self.error = [], limit, ""

    def stop(self) -> None:
        """Record no more."""
        self.left = 0

    def add(self, kind: str, text: str) -> None:
        """Record a piece of text; pieces of one stream are joined."""
        joins = bool(self.events) and self.events[-1][0] == kind and kind in ("stdout", "stderr")
        if not joins:
            self.left -= PIECE_COST
        text = text[: max(self.left, 0)]
        self.left -= len(text)
        if not text:
            return
        if joins:
            if len(self.events[-1]) > JOIN_AFTER:  # join now and then, so that the list does not grow with each print
                self.events[-1][1:] = ["".join(self.events[-1][1:])]
            self.events[-1].append(text)
        elif len(self.events) <= PIECES:  # one more than are kept says that there were more
            self.events.append([kind, text])

    def take(self) -> list[list[str]]:
        """What was recorded, each piece as [kind, text]."""
        return [[event[0], "".join(event[1:])] for event in self.events]


CAPTURE = OutputCapture()


class Stream(io.TextIOBase):
    """A text stream that is captured."""

    encoding = "utf-8"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, text: str) -> int:
        """Record text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        CAPTURE.add(self._kind, text)
        return len(text)
