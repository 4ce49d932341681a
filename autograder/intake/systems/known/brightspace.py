"""Brightspace: `12345-67890 - Ann Smith - Nov 20, 2026 313 PM/`, a folder or a file for each attempt.

The rule, as D2L's help on downloading from a submission folder has it: a number of the user and one of the folder, the
name, the time without its colon. An index.html beside them lists what was handed in.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain

NAME = re.compile(
    r"(?P<one>\d+)-(?P<two>\d+) - (?P<name>.+?) - (?P<time>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<file>.+))?", re.DOTALL
)
TIMES = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %B, %Y %I%M %p", "%d %B, %Y %H%M", "%d %b, %Y %H%M")
SHORT_HOUR = re.compile(r"(?<=\s)(\d{3})(?=\s?[AP]M|$)")


class Brightspace(Plain):
    """Hand-ins as Brightspace's "download" of a submission folder names them."""

    system: ClassVar[str] = "brightspace"

    def __init__(self, level: Level, matches: list[re.Match[str]]) -> None:
        people = {match["name"] for match in matches}
        # the number that all have in common is the folder's
        self._number = "two" if len(people) > 1 and len({match["one"] for match in matches}) == 1 else "one"
        self._own = {
            entry: OwnFile("Brightspace's list of what was handed in", read=False)
            for entry in level.files
            if entry.parts[-1] == "index.html"
        }

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Brightspace, set[str]] | None:
        """The system, where names have two numbers, a name and a time."""
        del hints
        found = {name: match for name in level.children if (match := NAME.fullmatch(name))}
        return (cls(level, list(found.values())), set(found)) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The user, and the time as the attempt."""
        del entry
        match = NAME.fullmatch(parts[0]) if parts else None
        if match is None:
            return None
        name, number, time = match["name"], match[self._number], time_of(match["time"])
        attempt = (int(time),) if time is not None else ()
        return [Claim(f"{name}_{number}", name, self.system, number, attempt, time)]


def time_of(text: str) -> float | None:
    """A time as Brightspace writes it, `Nov 20, 2026 313 PM`, in this machine's zone; None when it is none."""
    plain = SHORT_HOUR.sub(r"0\1", " ".join(text.split()))
    for form in TIMES:
        try:
            return datetime.strptime(plain, form).astimezone().timestamp()
        except (ValueError, OverflowError):
            continue
    return None
