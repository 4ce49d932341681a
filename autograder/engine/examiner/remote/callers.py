"""Who has come to ask: the frames on the way, which alone tell the place in a test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType


def callers() -> Iterator[FrameType]:
    """The frames of whoever asks, and of those that it was called from, the innermost first."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only way to the caller's place
    while frame is not None:
        yield frame
        frame = frame.f_back
