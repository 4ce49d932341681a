"""What every hand-in system has: its own naming, and lists or notes of its own beside the hand-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim


@dataclass(frozen=True)
class OwnFile:
    """A file that a system wrote itself.

    `what` is what the record calls it, `limit` how many bytes of it are read at most. When one that is `needed` cannot
    be read, it is refused; any other is passed over.
    """

    what: str
    limit: int
    needed: bool


class System:
    """One hand-in system for one pile: it learns from its own files and from all names, and then makes claims."""

    def own_file(self, entry: Entry) -> OwnFile | None:
        """What a file is when the system wrote it itself, otherwise None."""
        del entry
        return None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Take in what one of its own files says. Raises ValueError when it says nothing that can be used."""

    def look_over(self, entries: Iterable[Entry]) -> None:
        """See the names of the whole pile, before the first claim is asked for."""

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The claims that the name at one depth of a file's path makes; None when it is not of this system.

        A group's hand-in has a claim for each member.
        """
        raise NotImplementedError
