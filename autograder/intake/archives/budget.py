"""What may be listed, unpacked and spooled: one budget for each student within one for the pile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import MEGABYTE, Limits

RESERVE = 4
"""One archive of the pile takes at most all but the fourth part of what is left, so that others find room after it."""


@dataclass
class Budget:
    """What may still be taken in: files in archives, bytes of their names, bytes unpacked, bytes spooled.

    A student's stands within the pile's (`outer`): what the student is charged the pile is charged too, and nothing is
    charged when one of the two lacks it. `reserve` is the part of the rest that no single archive gets.
    """

    entries: int
    names: int
    unpacked: int
    spool: int
    outer: Budget | None = None
    reserve: int = 0

    def most_entries(self) -> int:
        """The files that one more archive may hold."""
        own = self.entries - (self.entries // self.reserve if self.reserve else 0)
        return min(own, self.outer.most_entries()) if self.outer else own

    def most_names(self) -> int:
        """The bytes that the names in one more archive may come to."""
        own = self.names - (self.names // self.reserve if self.reserve else 0)
        return min(own, self.outer.most_names()) if self.outer else own

    def most_unpacked(self) -> int:
        """The bytes that one more archive may unpack to."""
        return min(self.unpacked, self.outer.most_unpacked()) if self.outer else self.unpacked

    def charge_archive(self, entries: int, names: int, unpacked: int) -> None:
        """Take an archive's list off. Raises Refusal when that is more than is left, and takes nothing then."""
        if entries > self.most_entries():
            raise Refusal(too_many(entries, self.most_entries()))
        if names > self.most_names():
            raise Refusal("the names in the archive are longer than can be listed", "hand in the notebooks alone")
        if unpacked > self.most_unpacked():
            size = f"{unpacked // MEGABYTE} MB, more than {self.most_unpacked() // MEGABYTE} MB"
            raise Refusal(f"the archive unpacks to {size} (a bomb?)")
        for budget in self._chain():
            budget.entries -= entries
            budget.names -= names
            budget.unpacked -= unpacked

    def charge_spool(self, size: int) -> None:
        """Take bytes off that are about to be spooled. Raises Refusal when that is more than is left."""
        for budget in self._chain():
            if size > budget.spool:
                whose = "of one hand-in" if budget.outer else "of all hand-ins together"
                raise Refusal(
                    f"what has to be unpacked {whose} is too much", "hand in a folder or a plain zip of the notebooks"
                )
        for budget in self._chain():
            budget.spool -= size

    def _chain(self) -> Iterable[Budget]:
        return (self, self.outer) if self.outer else (self,)


def too_many(entries: int, most: int) -> str:
    """The reason for an archive of too many files."""
    return f"the archive holds {entries} files, more than {most}; hand in the notebooks alone"


class Budgets:
    """The pile's budget and the students' within it.

    Whose an archive is is not known while it is listed. So a student's budget is that of one name at the level of the
    marker's own folder or archive at which names part: all archives below that name share it.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spool_left = limits.pile_spool - limits.spool_free
        self.pile = Budget(
            limits.pile_entries, limits.pile_names, limits.pile_total, limits.spool_free, reserve=RESERVE
        )
        self._students: dict[tuple[object, ...], Budget] = {}

    def found(self, size: int) -> None:
        """An archive of the marker's, of so many bytes: so much more may be spooled."""
        more = min(self._spool_left, self._limits.spool_ratio * size)
        self._spool_left -= more
        self.pile.spool += more

    def student(self, place: tuple[object, ...]) -> Budget:
        """The budget of whoever has a place."""
        limits = self._limits
        budget = self._students.get(place)
        if budget is None:
            budget = self._students[place] = Budget(
                limits.student_entries, limits.student_names, limits.student_total, limits.student_spool, self.pile
            )
        return budget


def common_folders(names: Iterable[tuple[str, ...]]) -> int:
    """How many folders all names have in common: a wrapper around what is in an archive."""
    common: tuple[str, ...] | None = None
    for name in names:
        folders = name[:-1]
        if common is None:
            common = folders
        while common != folders[: len(common)]:
            common = common[:-1]
        if not common:
            return 0
    return len(common or ())
