"""Whose each file of a pile is: the mapping's word first, then the systems' own names, then where the file stands."""

from __future__ import annotations

from autograder.intake.archives import Entry
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.intake.systems.blackboard import Blackboard
from autograder.intake.systems.canvas import Canvas
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.exchange import Exchange
from autograder.intake.systems.folders import Placement
from autograder.intake.systems.gradescope import Gradescope
from autograder.intake.systems.mapping import Mapping
from autograder.intake.systems.moodle import Moodle
from autograder.intake.systems.names import Names
from autograder.intake.systems.system import OwnFile, System


class Attribution:
    """Decides for every file of a pile whose it is."""

    def __init__(self, names: Names, mapping: Mapping | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        self._mapping = mapping
        self._placement = Placement(names)
        # Gradescope's list names folders outright; Blackboard's names would pass for Canvas's
        self._systems: tuple[System, ...] = (Gradescope(limits), Moodle(), Blackboard(), Canvas(), Exchange())

    def own_file(self, entry: Entry) -> OwnFile | None:
        """What a file is that a system wrote itself, otherwise None."""
        return next((own for system in self._systems if (own := system.own_file(entry)) is not None), None)

    def learn(self, entry: Entry, data: bytes) -> None:
        """Take in what a system's own file says. Raises ValueError when it says nothing that can be used."""
        for system in self._systems:
            if system.own_file(entry) is not None:
                system.learn(entry, data)

    def assign(self, entries: list[Entry]) -> dict[int, list[Claim]]:
        """The claims on each entry, by its place in `entries`; a group's hand-in has one for each member.

        A file that nobody can be named for has none.
        """
        for system in self._systems:
            system.look_over(entries)
        claims: dict[int, list[Claim]] = {}
        rest = []
        for number, entry in enumerate(entries):
            found = self._by_name(entry)
            if found is None:
                rest.append((number, entry))
            else:
                claims[number] = found
        by_path = {id(entry): number for number, entry in rest}
        for entry, claim in self._placement.claims([entry for _, entry in rest]):
            claims[by_path[id(entry)]] = [claim]
        return claims

    def _by_name(self, entry: Entry) -> list[Claim] | None:
        if self._mapping is not None:
            student = self._mapping.student(entry)
            if student is not None:
                return [Claim(student, system="mapping", system_id=student)] if student else []
        for depth in range(len(entry.parts)):
            for system in self._systems:
                found = system.claims(entry, depth)
                if found is not None:
                    return found
        return None
