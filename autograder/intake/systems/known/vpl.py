"""VPL for Moodle: `Smith Ann 123 asmith/2026-11-20-15-13-40/file`, a folder for each attempt.

The rule stands in mod_vpl's views/downloadallsubmissions.php (vpl_user_zip_dirname): last name, first name, Moodle's
number, the login, with underscores for the signs in `REPLACED`, and below the time of each attempt in the
server's zone; `….ceg` beside it holds what was said of it. A group has `Group` for a first name and no login, and what
is blank at the end is cut off.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, local_time
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain

NAME = re.compile(r"(?P<name>.+?) (?P<id>\d+)(?: (?P<login>\S+))?", re.DOTALL)
ATTEMPT = re.compile(r"\d{4}(?:-\d{2}){5}")
REMARKS = ".ceg"
REPLACED = "?.,:*\\<>|/"


class Vpl(Plain):
    """Hand-ins as VPL's "download submissions" names them."""

    system: ClassVar[str] = "vpl"

    def __init__(self, level: Level) -> None:
        self._own = {
            entry: OwnFile("what VPL says of an attempt", read=False)
            for entry, parts in level.walk()
            if (len(parts) == 1 and parts[0] in ("Report.txt", "Errors.txt"))
            or (len(parts) == 3 and parts[1].endswith(REMARKS))  # noqa: PLR2004 - student, attempt, remark
        }

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Vpl, set[str]] | None:
        """The system, where the folders of students hold nothing but attempts."""
        del hints
        found = {
            name
            for name, folder in level.folders.items()
            if NAME.fullmatch(name)
            and folder.folders
            and all(ATTEMPT.fullmatch(attempt.removesuffix(REMARKS)) for attempt in folder.folders)
        }
        return (cls(level), found) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login; the folder below is the attempt."""
        del entry
        match = NAME.fullmatch(parts[0]) if parts else None
        if match is None:
            return None
        name, login = match["name"], match["login"]
        attempt = parts[1].removesuffix(REMARKS) if len(parts) > 1 else ""
        numbers = tuple(int(part) for part in attempt.split("-")) if ATTEMPT.fullmatch(attempt) else ()
        time = local_time(numbers)
        if not login:
            team = name.removesuffix(" Group")
            return [Claim(f"{team} team {match['id']}", team, "vpl team", match["id"], numbers, time, team=team)]
        if "_" in login:  # it may have been another sign, and two logins may be written so
            raw = f"{login}_{match['id']}"
            return [Claim(raw, name, self.system, "", numbers, time, also=(login,), replaced=REPLACED)]
        return [Claim(login, name, self.system, login, numbers, time)]
