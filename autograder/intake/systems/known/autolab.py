"""Autolab: `ann@uni.example_3_handin.ipynb`, or `ann@uni.example/3_handin.ipynb` in the course's folder.

The rule stands in app/models/submission.rb (handin_file_long_filename, handin_file_filename): the address, the
version, and what the assessment calls a hand-in. `annotated_…` and `…_autograde.txt` beside them are Autolab's.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain

ADDRESS = r"[^@/\s]+@[^@_/\s]+"
LONG = re.compile(rf"(?P<email>{ADDRESS})_(?P<version>\d+)_(?P<file>.+)")
SHORT = re.compile(r"(?P<version>\d+)_(?P<file>.+)")
OWN = re.compile(r"annotated_.+|\d+_autograde\.txt")


class Autolab(Plain):
    """Hand-ins as Autolab's "download all submissions" and its course folder name them."""

    system: ClassVar[str] = "autolab"

    def __init__(self, level: Level) -> None:
        self._own = {
            entry: OwnFile("what Autolab says of an attempt", read=False)
            for entry, parts in level.walk()
            if len(parts) == 2 and re.fullmatch(ADDRESS, parts[0]) and OWN.fullmatch(parts[1])  # noqa: PLR2004
        }

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Autolab, set[str]] | None:
        """The system, where files lead with an address and a version, or folders of addresses hold versions."""
        del hints
        folders = [
            folder
            for folder in level.people
            if re.fullmatch(ADDRESS, folder.name)
            and folder.children
            and all(SHORT.fullmatch(name) or OWN.fullmatch(name) for name in folder.children)
        ]
        found = {folder.name for folder in folders} | {name for name in level.children if LONG.fullmatch(name)}
        return (cls(level), found) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The address, and the version as the attempt."""
        del entry
        match = LONG.fullmatch(parts[0]) if parts else None
        if match is not None:
            email, version = match["email"], match["version"]
        elif len(parts) > 1 and re.fullmatch(ADDRESS, parts[0]):
            email, short = parts[0], SHORT.fullmatch(parts[1])
            version = short["version"] if short else "0"
        else:
            return None
        return [Claim(email, system=self.system, system_id=email, attempt=(int(version),))]
