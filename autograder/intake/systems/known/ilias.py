"""ILIAS: `Smith_Ann_asmith_412/`, a folder for each student.

The rules stand in components/ILIAS/Exercise/Submission/SubmissionManager.php (copySubmissionFilesToDir,
getDirectoryNameFromUserData): last name, first name, login and number. ilFileUtils::getASCIIFilename makes `ae` of
`ä`, the bare letter of other Latin and some Greek ones, and an underscore of each byte of anything else. So all but the
number may hold underscores, and where they do nobody can say where the login begins. Teams stand one level higher,
`Team 5/`, with the word of the site's language, and in them a folder for each member who uploaded something.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import ClassVar, NamedTuple

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, folded
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, Plain

NAME = re.compile(r"(?P<front>[^_]*_[\x20-\x7e]*[^_])_(?P<number>[0-9]+)")
FIELDS = 3
TEAM = re.compile(r"[^\s_].*[ _][0-9]+")


class Ilias(Plain):
    """Hand-ins as ILIAS's "download all submissions" names them."""

    system: ClassVar[str] = "ilias"

    def __init__(self, teams: Collection[str], hints: Hints) -> None:
        """`teams` are the folders that hold those of a team's members."""
        self._teams = teams
        self._groups = {folded(group): group for group in hints.groups}

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Ilias, set[str]] | None:
        """The system, where each folder ends in a number of its own."""
        found = {folder.name: match for folder in level.people if (match := match_of(folder.name))}
        numbers = Counter(match.number for match in found.values())
        teams = {
            folder.name
            for folder in level.people
            if TEAM.fullmatch(folder.name) and folder.people and all(match_of(one.name) for one in folder.people)
        }
        if not (found or teams) or any(count > 1 for count in numbers.values()):
            return None
        return cls(teams, hints), {*found, *teams}

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The user, by ILIAS's number; all of a team, where the class list has it under ILIAS's name."""
        del entry
        team = ""
        if len(parts) > 1 and parts[0] in self._teams:
            team = self._groups.get(folded(parts[0]), "")
            parts = parts[1:]
        match = match_of(parts[0]) if parts else None
        if match is None:
            return None
        also = (match.login,) if match.login else ()
        return [Claim(parts[0], match.name, self.system, match.number, also=also, team=team)]


class Folder(NamedTuple):
    """The parts of a folder's name: first and last name in one, login, number. A login that is not sure is empty."""

    name: str
    login: str
    number: str


def match_of(folder: str) -> Folder | None:
    """How ILIAS would have made a folder's name, None when it would not."""
    match = NAME.fullmatch(folder)
    if match is None:
        return None
    fields = match["front"].split("_")
    written = [field for field in fields if field]
    if len(fields) < FIELDS or not written:
        return None
    # with one written word, the names were in a script of which nothing is left
    sure = len(fields) == len(written) == FIELDS or len(written) == 1
    login = written.pop()
    names = [*written[-1:], *written[:-1]]
    return Folder(" ".join(names), login if sure else "", match["number"])
