"""ILIAS: `Smith_Ann_asmith_412/`, a folder for each student.

The rule stands in Modules/Exercise/classes/class.ilExSubmission.php (getDirectoryNameFromUserData): last name, first
name, login and number, written in ASCII. Any of the first three may hold underscores, the number cannot. Teams stand
one level higher, `Team_5/`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import ClassVar, NamedTuple

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, Plain

FEWEST = 3
TEAM = re.compile(r"(?:Team|Gruppe|Group)_(?P<id>\d+)")


class Ilias(Plain):
    """Hand-ins as ILIAS's "download all submissions" names them."""

    system: ClassVar[str] = "ilias"

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Ilias, set[str]] | None:
        """The system, where each folder ends in a number of its own."""
        del hints
        found = {folder.name: match for folder in level.people if (match := match_of(folder.name))}
        numbers = Counter(match.number for match in found.values())
        teams = {
            folder.name
            for folder in level.people
            if TEAM.fullmatch(folder.name) and folder.people and all(match_of(one.name) for one in folder.people)
        }
        if not (found or teams) or any(count > 1 for count in numbers.values()):
            return None
        return cls(), {*found, *teams}

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The user, by ILIAS's number."""
        del entry
        if len(parts) > 1 and TEAM.fullmatch(parts[0]):
            parts = parts[1:]
        match = match_of(parts[0]) if parts else None
        if match is None:
            return None
        last, _, first = match.name.rpartition("_")
        name = f"{first} {last}".replace("_", " ").strip()
        return [Claim(parts[0], name, self.system, match.number, also=(match.login,))]


class Folder(NamedTuple):
    """The parts of a folder's name: last and first name in one, login, number."""

    name: str
    login: str
    number: str


def match_of(folder: str) -> Folder | None:
    """How ILIAS would have made a folder's name, None when it would not."""
    parts = folder.rsplit("_", 2)
    if len(parts) < FEWEST or not all(parts) or not re.fullmatch(r"\d+", parts[-1]):
        return None
    return Folder(*parts) if "_" in parts[0].strip("_") else None
