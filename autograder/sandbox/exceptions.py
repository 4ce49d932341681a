"""What can go wrong with the sandbox. The text of each is a sentence for the user: what, where, and what to do."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox that was asked for cannot be had, or does not work.

    `what` happened, `where` it was seen (empty when that is plain), and the `remedy`
    (empty when there is none to give).
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)  # all of them, so that it can be copied to another process
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """The sentence for the user."""
        what = f"{self.where}: {self.what}" if self.where else self.what
        return f"{what.rstrip('.')}. {self.remedy}" if self.remedy else what


class LevelError(SandboxError):
    """This machine does not reach the level of the sandbox that was asked for, or not for what is to be hidden."""


class ForkServerError(SandboxError):
    """A fork server did not start, has died, or does not do what it is asked."""


class PreparationError(SandboxError):
    """A function that a fork server was to call before it forks has failed."""
