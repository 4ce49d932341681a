"""The levels of the sandbox: how well a confined process is confined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LevelName = Literal["strict", "reduced", "none"]


@dataclass(frozen=True)
class Level:
    """How well a hand-in is confined, with the walls that hold.

    `landlock` is the version of Landlock that holds as well as (strict) or instead of (reduced) the namespaces, 0 for
    none. It may be lower than what the kernel has: the level is then what an older kernel would give.
    """

    name: LevelName
    walls: tuple[str, ...] = ()
    landlock: int = 0

    @classmethod
    def none(cls) -> Level:
        """No walls at all."""
        return cls("none")

    @property
    def own_namespaces(self) -> bool:
        """Whether each child has namespaces of its own, so that all that it started ends with it."""
        return self.name == "strict"

    def __str__(self) -> str:
        """The level in one line, as it is written with the results."""
        return f"{self.name} ({', '.join(self.walls)})" if self.walls else self.name
