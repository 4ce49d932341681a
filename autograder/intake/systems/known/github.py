"""GitHub Classroom and Classroom 50: a repository for each student, `lab2-asmith`, `cs50-lab2-asmith`.

The rules: `gh classroom clone student-repos` puts `ASSIGNMENT-LOGIN` into `ASSIGNMENT-submissions/`; Classroom 50 makes
`{classroom}-{assignment}-{username}` (its README, "Accept an assignment"). A login holds letters, digits and single
hyphens. Where teams work, the team's name stands in the login's place.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim, folded
from autograder.intake.systems.level import Level
from autograder.intake.systems.names import canonical
from autograder.intake.systems.system import Hints, Plain

LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
SUBMISSIONS = re.compile(r"(?P<prefix>.+)-submissions(?:-\d.*)?", re.IGNORECASE)
LEAST = 2


class GitHub(Plain):
    """Repositories of a class, cloned into one folder."""

    system: ClassVar[str] = "github"

    def __init__(self, prefix: str, hints: Hints) -> None:
        """`prefix` is what all repositories are called, up to the login."""
        self._prefix = prefix
        self._groups = {folded(group): group for group in hints.groups}

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[GitHub, set[str]] | None:
        """The system, where all folders lead with the assignment's name, or with that of the folder they stand in."""
        folders = [folder.stem for folder in level.people]
        above = SUBMISSIONS.fullmatch(level.stem)
        prefixes = [f"{above['prefix']}-"] if above else []
        if folders:
            words = folders[0].split("-")
            for length in range(1, len(words)):
                prefix = "-".join(words[:length])
                if canonical(prefix).endswith(canonical(hints.names.assignment)):
                    prefixes.append(f"{prefix}-")
        for prefix in prefixes:
            found = {
                folder.name
                for folder in level.people
                if folder.stem.startswith(prefix) and LOGIN.fullmatch(folder.stem[len(prefix) :])
            }
            if len(found) >= LEAST or (found and above):
                return cls(prefix, hints), found
        return None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login."""
        if not parts or (len(parts) == 1 and not entry.folder and archive_stem(parts[0]) == parts[0]):
            return None
        name = archive_stem(parts[0])
        login = name.removeprefix(self._prefix)
        if login == name or not LOGIN.fullmatch(login):
            return None
        if folded(login) in self._groups:
            return [Claim(f"{login} team", login, "github team", team=self._groups[folded(login)])]
        return [Claim(login, system=self.system, system_id=login)]
