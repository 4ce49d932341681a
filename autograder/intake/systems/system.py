"""What every hand-in system has: its own naming on one level of a pile, and files of its own beside the hand-ins.

A layout belongs to one level. It says how much of what stands there was written by its system, and then whose
everything is: by the names on that level and by what the system itself writes directly below. What is further down is
content, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from autograder.intake.archives import Entry
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.names import Names


@dataclass(frozen=True)
class OwnFile:
    """A file that a system wrote itself.

    `what` is what the record calls it, `limit` how many bytes of it are read at most. When one that is `needed` cannot
    be read, it is refused; any other is passed over. One that is not `read` says nothing.
    """

    what: str
    limit: int = 65_536
    needed: bool = False
    read: bool = True


@dataclass(frozen=True)
class Hints:
    """What is known beside the pile: the names that the assignment uses, and the groups of the class."""

    names: Names
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS


class Layout(Protocol):
    """A hand-in system at one level of one pile."""

    system: ClassVar[str]

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Layout, set[str]] | None:
        """The system as it is at work on a level, and which of its children are by its rule; None for none."""

    def own_files(self) -> Mapping[Entry, OwnFile]:
        """The files that the system wrote itself, beside attempts."""

    def learn(self, entry: Entry, data: bytes) -> None:
        """Take in what one of its own files says. Raises ValueError when it says nothing that can be used."""

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The claims on a file, by its names from the level down; None when it is not of this system.

        A group's hand-in has a claim for each member.
        """


class Plain:
    """What most systems have in common: what they wrote beside attempts says nothing, if they wrote anything."""

    _own: Mapping[Entry, OwnFile] = {}

    def own_files(self) -> Mapping[Entry, OwnFile]:
        """The files that the system wrote itself."""
        return self._own

    def learn(self, entry: Entry, data: bytes) -> None:
        """Nothing is learned."""


def stands_beside(entry: Entry, parts: tuple[str, ...]) -> bool:
    """Whether an entry is no folder of a student's, nor below one, where a system has a folder for each."""
    return not parts or (len(parts) == 1 and not entry.folder)


def time_said(data: bytes, time_of: Callable[[str], float | None]) -> float:
    """The time in a file in which there is nothing else. Raises ValueError when it says none."""
    time = time_of(data.decode("utf-8", "replace").strip())
    if time is None:
        raise ValueError("it holds no time")
    return time
