"""What can go wrong on the wire, and the texts of errors."""

from __future__ import annotations

from autograder.engine.protocol.constants import MAX_ERROR


class WireError(Exception):
    """A message or a value is not what may cross the wall; the other side can no longer be believed."""


class NotPlainError(Exception):
    """A value cannot be written as plain data, here for a reason that its type does not show: too deep, odd keys."""


class Gone(Exception):  # noqa: N818 - a state of the other side, not a mistake of ours
    """The other side has closed the connection or did not answer in time; `late` says which."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


def text_of(error: BaseException) -> str:
    """The text of an exception; empty where it, or one of the hand-in's objects in it, cannot be shown."""
    try:
        return str(error)[:MAX_ERROR]
    except Exception:  # noqa: BLE001 - whatever the hand-in raises
        return ""
