"""Blackboard: `Lab 2_asmith_attempt_2026-11-20-15-13-40_file.ipynb`, with a note on each attempt beside it.

The rule, as Blackboard's help on "Assignment file download" has it: assignment, user name, `attempt`, the time, the
file. The note is a text file of the same name without the file, and begins with `Name: Ann Smith (asmith)`.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, local_time
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain

NAME = re.compile(r"(?P<front>.+?)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|\.txt)")
WHO = re.compile(r"^Name:\s*(?P<name>.+?)\s*\((?P<id>[^()]+)\)\s*$", re.MULTILINE)
HEAD_BYTES = 4_096
"""Of a note the lines that Blackboard writes; what the student wrote stands below them."""


class Blackboard(Plain):
    """Hand-ins as Blackboard's "download assignments" names them."""

    system: ClassVar[str] = "blackboard"

    def __init__(self, level: Level) -> None:
        self._matches = {name: match for name in level.children if (match := NAME.fullmatch(name))}
        self._fronts = sorted({match["front"] for match in self._matches.values()})
        self._own = {
            entry: OwnFile("Blackboard's note on an attempt")
            for entry in level.files
            if (match := NAME.fullmatch(entry.parts[-1])) and match["file"] is None
        }
        self._people: dict[str, tuple[str, str]] = {}
        """Full name and login by what stands in front of `_attempt_`."""

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Blackboard, set[str]] | None:
        """The system, where names have a time of an attempt."""
        del hints
        layout = cls(level)
        return (layout, set(layout._matches)) if layout._matches else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember whom a note names, as far as the file's own name says the same."""
        match, note = NAME.fullmatch(entry.parts[-1]), read_note(data)
        if match and note and match["front"].endswith(f"_{note[1]}"):
            self._people[match["front"]] = note

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login, with the name from its note, and the time as the attempt."""
        del entry
        match = NAME.fullmatch(parts[0]) if parts else None
        if match is None:
            return None
        name, login = self._people.get(match["front"]) or ("", self._login(match["front"]))
        numbers = tuple(int(number) for number in match["time"].split("-"))
        return [Claim(login, name, self.system, login, numbers, local_time(numbers))]

    def _login(self, front: str) -> str:
        """What stands behind the assignment's name, which is the same in all: as notes have it, or up to a `_`."""
        for known, (_, login) in self._people.items():
            assignment = known.removesuffix(login)
            if front.startswith(assignment) and len(front) > len(assignment):
                return front[len(assignment) :]
        words = [known.split("_") for known in self._fronts]
        if len(words) == 1:
            return words[0][-1]
        common = 0
        while all(len(word) > common + 1 and word[common] == words[0][common] for word in words):
            common += 1
        return "_".join(front.split("_")[common:])


def read_note(data: bytes) -> tuple[str, str] | None:
    """The full name and the login in the text file that Blackboard puts beside each attempt."""
    match = WHO.search(data[:HEAD_BYTES].decode("utf-8", "replace"))
    return (match["name"], match["id"]) if match else None
