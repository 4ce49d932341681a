"""Blackboard: `Assignment_login_attempt_2026-11-20-15-13-40_file.ipynb`, with a note on each attempt beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.system import OwnFile, System

NAME = re.compile(r"(?P<front>.+)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|\.txt)")
WHO = re.compile(r"^Name:\s*(?P<name>.+?)\s*\((?P<id>[^()]+)\)\s*$", re.MULTILINE)
NOTE_BYTES = 65_536
HEAD_BYTES = 4_096
"""Of a note the lines that Blackboard writes; what the student wrote stands below them."""


class Blackboard(System):
    """Hand-ins as Blackboard's "download assignments" names them."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[str, str]] = {}
        """Full name and login by what stands in front of `_attempt_`."""
        self._logins: dict[str, str] = {}

    def own_file(self, entry: Entry) -> OwnFile | None:
        """The text file beside an attempt."""
        match = NAME.fullmatch(entry.parts[-1])
        is_note = match is not None and match["file"] is None
        return OwnFile("Blackboard's note on an attempt", NOTE_BYTES, needed=False) if is_note else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember whom a note names."""
        match, note = NAME.fullmatch(entry.parts[-1]), read_note(data)
        if match and note:
            self.notes[match["front"]] = note

    def look_over(self, entries: Iterable[Entry]) -> None:
        """Find where the assignment's name ends and the login begins: at the first word that is not the same in all."""
        fronts = {match["front"] for entry in entries for part in entry.parts if (match := NAME.fullmatch(part))}
        words = [front.split("_") for front in sorted(fronts)]
        common = 0
        while len(words) > 1 and all(len(word) > common + 1 and word[common] == words[0][common] for word in words):
            common += 1
        self._logins = {"_".join(word): "_".join(word[common:] if len(words) > 1 else word[-1:]) for word in words}

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The login, with the name from its note, and the time as the attempt."""
        match = NAME.fullmatch(entry.parts[depth])
        if match is None:
            return None
        front = match["front"]
        name, login = self.notes.get(front, ("", self._logins.get(front, front)))
        time = tuple(int(number) for number in match["time"].split("-"))
        return [Claim(login, name, "blackboard", login, time)]


def read_note(data: bytes) -> tuple[str, str] | None:
    """The full name and the login in the text file that Blackboard puts beside each attempt."""
    match = WHO.search(data[:HEAD_BYTES].decode("utf-8", "replace"))
    return (match["name"], match["id"]) if match else None
