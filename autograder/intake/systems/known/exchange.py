"""nbgrader: `login+assignment+2026-11-20 15:13:40 UTC+...` in the exchange, `login/assignment/` once it is collected.

The rules stand in nbgrader/exchange/default/submit.py (init_dest, copy_files) and collect.py (_path_to_record). A login
may hold a plus, an assignment may not. Both keep timestamp.txt and submission_secret.txt in the folder of a hand-in,
which submit writes over whatever a student had put there.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.names import canonical
from autograder.intake.systems.system import Hints, OwnFile, Plain, stands_beside, time_said

NAME = re.compile(
    r"(?P<id>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d[:_]\d\d[:_]\d\d(?:\.\d+)?)"
    r"(?: (?P<zone>[^+]+|[+-]\d{4}))?(?:\+.*)?"
)
STAMP = "timestamp.txt"
KEY = "submission_secret.txt"
STAMPED = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d)[:_](\d\d)[:_](\d\d)(?:\.\d+)?\s*(.*)")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


class Inbound(Plain):
    """Hand-ins as they lie in the exchange's inbound folder."""

    system: ClassVar[str] = "nbgrader"

    def __init__(self, level: Level) -> None:
        self._own = stamps(level, 1)

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Inbound, set[str]] | None:
        """The system, where folders carry a login, an assignment and a time."""
        del hints
        found = {name for name in level.children if NAME.fullmatch(name)}
        return (cls(level), found) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login, and the time of handing in as the attempt."""
        del entry
        match = NAME.fullmatch(parts[0]) if parts else None
        if match is None:
            return None
        numbers = tuple(int(number) for number in re.findall(r"\d+", match["time"])[:6])
        time = time_of(f"{match['time']} {match['zone'] or 'UTC'}")
        return [Claim(match["id"], "", self.system, match["id"], numbers, time)]


class Collected(Plain):
    """Hand-ins as `nbgrader collect` leaves them: `submitted/login/assignment/`."""

    system: ClassVar[str] = "nbgrader"

    def __init__(self, level: Level, assignment: str) -> None:
        self._assignment = assignment
        self._own = {
            entry: OwnFile("nbgrader's time of handing in", limit=1_000) if entry.parts[-1] == STAMP else own
            for entry, own in stamps(level, 2).items()
            if canonical(entry.parts[-2]) == assignment
        }
        self._times: dict[str, float] = {}

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Collected, set[str]] | None:
        """The system, where each folder holds one of the assignment's name and no notebook beside it."""
        assignment = canonical(hints.names.assignment)
        found = [
            folder
            for folder in level.people
            if not folder.notebooks and any(canonical(below.name) == assignment for below in folder.people)
        ]
        stamped = any(parts[-1] == STAMP for folder in found for _, parts in folder.walk() if len(parts) == 2)  # noqa: PLR2004
        return (cls(level, assignment), {folder.name for folder in found}) if stamped or len(found) > 1 else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember when somebody handed in. Raises ValueError when the file says no time."""
        self._times[entry.parts[-3]] = time_said(data, time_of)

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login."""
        if stands_beside(entry, parts):
            return None
        time = self._times.get(parts[0])
        return [Claim(parts[0], "", self.system, parts[0], time=time)]


def stamps(level: Level, depth: int) -> dict[Entry, OwnFile]:
    """The files of nbgrader's own that stand so many folders below a level."""
    whats = {STAMP: "nbgrader's time of handing in", KEY: "nbgrader's key to the feedback"}
    return {
        entry: OwnFile(whats[parts[-1]], read=False)
        for entry, parts in level.walk()
        if len(parts) == depth + 1 and parts[-1] in whats
    }


def time_of(text: str) -> float | None:
    """A time as nbgrader writes it, `2026-11-20 15:13:40.000000 UTC`, None when it is none."""
    match = STAMPED.fullmatch(text)
    if match is None:
        return None
    try:
        offset = OFFSET.fullmatch(match[7])
        minutes = int(f"{offset[1]}1") * (60 * int(offset[2]) + int(offset[3])) if offset else 0
        moment = datetime(*(int(match[place]) for place in range(1, 7)), tzinfo=UTC)  # type: ignore[misc, arg-type]
        return (moment - timedelta(minutes=minutes)).timestamp()
    except (ValueError, OverflowError):
        return None
