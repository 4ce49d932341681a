"""Autolab: `ann@uni.example_3_handin.ipynb`, or `ann@uni.example/3_handin.ipynb` in the course's folder.

The rules stand in app/models/submission.rb (handin_file_filename: the version, and what the assessment calls a hand-in)
and app/controllers/submissions_controller.rb (download_filename), which puts the address before the last two of the
parts between underscores. So a hand-in that is called `lab_two.ipynb` is `3_ann@uni.example_lab_two.ipynb`, and a
`my_lab_two.ipynb` is `3_my_ann@uni.example_lab_two.ipynb`. `annotated_…` and `…_autograde.txt` are Autolab's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain

ADDRESS = r"[^@/\s]+@[^@_/\s]+"
LEADING = re.compile(rf"(?P<email>{ADDRESS})_(?P<version>[0-9]+)_(?P<file>.+)")
WITHIN = re.compile(rf"(?P<version>[0-9]+)_(?P<front>{ADDRESS})_(?P<file>[^_]+_[^_]+)")
SHORT = re.compile(r"(?P<version>[0-9]+)_(?P<file>.+)")
OWN = re.compile(r"annotated_.+|\d+_autograde\.txt")


class Autolab(Plain):
    """Hand-ins as Autolab's "download all submissions" and its course folder name them."""

    system: ClassVar[str] = "autolab"

    def __init__(self, level: Level) -> None:
        self._between = _between(level.children)
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
        layout = cls(level)
        found = {folder.name for folder in folders} | {name for name in level.children if layout._long(name)}
        return (layout, found) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The address, and the version as the attempt."""
        del entry
        long = self._long(parts[0]) if parts else None
        if long is not None:
            email, version = long
        elif len(parts) > 1 and re.fullmatch(ADDRESS, parts[0]):
            email, short = parts[0], SHORT.fullmatch(parts[1])
            version = short["version"] if short else "0"
        else:
            return None
        return [Claim(email, system=self.system, system_id=email, attempt=(int(version),))]

    def _long(self, name: str) -> Long | None:
        """How Autolab would have made a file's name, None when it would not."""
        if match := LEADING.fullmatch(name):
            return Long(match["email"], match["version"])
        match = WITHIN.fullmatch(name)
        if match is None or not match["front"].startswith(self._between):
            return None
        return Long(match["front"][len(self._between) :], match["version"])


class Long(NamedTuple):
    """The parts of a file's name: address and version."""

    email: str
    version: str


def _between(names: Iterable[str]) -> str:
    """What stands between version and address in all names: the first words of what the hand-in is called."""
    fronts = {match["front"] for name in names if (match := WITHIN.fullmatch(name))}
    words = [front.split("_") for front in sorted(fronts)]
    if len(words) < 2:  # noqa: PLR2004 - of one nobody can say where its address begins
        return ""
    common = 0
    while all(len(word) > common + 1 and word[common] == words[0][common] for word in words):
        common += 1
    return "".join(f"{word}_" for word in words[0][:common])
