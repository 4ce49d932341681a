"""What can go wrong on the wire."""

from __future__ import annotations


class WireError(Exception):
    """A message or a value is not what may cross the wall; the other side can no longer be believed."""


class NotPlainError(Exception):
    """A value cannot be written as plain data, here for a reason that its type does not show: too deep, odd keys."""


class Gone(Exception):  # noqa: N818 - a state of the other side, not a mistake of ours
    """The other side has closed the connection or did not answer in time; `late` says which."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late
