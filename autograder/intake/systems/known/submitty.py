"""Submitty: `submissions/asmith/3/file`, a folder for each version, and beside them which one counts.

The rule stands in site/app/controllers/MiscController.php (downloadAssignedZips): with all versions, as they lie in the
course's folder, or with the active version alone and without its number, `submissions/asmith/file`. Beside the versions
`user_assignment_settings.json` names the active one (0: none counts), and `.submit.timestamp` in a version says when it
was handed in (controllers/student/SubmissionController.php). Where teams hand in, a number of five digits and the login
of whoever made the team stand in the login's place (as downloads have it; its source was not read).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.known.exchange import time_of
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain, stands_beside, time_said

SETTINGS = "user_assignment_settings.json"
STAMP = ".submit.timestamp"
VERSION = re.compile(r"[1-9][0-9]{0,3}")
TEAM = re.compile(r"[0-9]{5}_.+")
DEEP = 3


class Submitty(Plain):
    """Hand-ins as Submitty keeps them and gives them out."""

    system: ClassVar[str] = "submitty"

    def __init__(self, level: Level, folders: Collection[str], *, versions: bool) -> None:
        """`folders` are those of students; `versions` says whether they hold versions, or the active one alone."""
        self._active: dict[str, int] = {}
        self._times: dict[tuple[str, ...], float] = {}
        self._own: dict[Entry, OwnFile] = {}
        self._deep = DEEP if versions else DEEP - 1
        self._teams = all(map(TEAM.fullmatch, folders))
        for entry, parts in level.walk():
            if versions and len(parts) == DEEP - 1 and parts[1] == SETTINGS:
                self._own[entry] = OwnFile("Submitty's word on which version counts")
            elif len(parts) == self._deep and parts[-1] == STAMP:
                self._own[entry] = OwnFile("Submitty's time of handing in", limit=1_000)

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Submitty, set[str]] | None:
        """The system, where students' folders hold numbered versions and one file of Submitty's, or its time."""
        del hints
        found = {
            folder.name
            for folder in level.people
            if folder.folders
            and all(VERSION.fullmatch(name) for name in folder.folders)
            and all(entry.parts[-1] == SETTINGS for entry in folder.files)
        }
        active = {folder.name for folder in level.people if any(entry.parts[-1] == STAMP for entry in folder.files)}
        if len(active) > len(found):
            return cls(level, active, versions=False), active
        layout = cls(level, found, versions=True)
        return (layout, found) if found and layout._own else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember what a file of Submitty's says. Raises ValueError when it says nothing."""
        if entry.parts[-1] == STAMP:
            self._times[entry.parts[-self._deep : -1]] = time_said(data, time_of)
            return
        try:
            settings = json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        active = settings.get("active_version") if isinstance(settings, dict) else None
        if not isinstance(active, int):
            raise ValueError(f"{SETTINGS} names no active version")  # noqa: TRY004 - of data, not of an argument
        self._active[entry.parts[-2]] = active

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login; the version is the attempt, and the active one counts before newer ones."""
        if stands_beside(entry, parts):
            return None
        login, version = parts[0], parts[1] if len(parts) > 1 and self._deep == DEEP else ""
        number = int(version) if VERSION.fullmatch(version) else 0
        active = self._active.get(login)
        note = ""
        if number and active is not None and active != number:
            note = f"version {number}; Submitty counts version {active}" if active else "withdrawn, says Submitty"
        return [
            Claim(
                login,
                system="submitty team" if self._teams else self.system,
                system_id=login,
                attempt=(int(active == number), number) if number else (),
                time=self._times.get(parts[: self._deep - 1]),
                team=login if self._teams else "",
                note=note,
                doubtful=active == 0,
            )
        ]
