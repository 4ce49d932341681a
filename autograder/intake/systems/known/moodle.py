"""Moodle: `Full Name_12345_assignsubmission_file_`, as a folder or in front of the file's name.

The rule stands in mod/assign/classes/downloader.php (get_student_prefix, load_submissionplugin_filelist): underscores
of a name are made spaces, a number follows, then the kind of submission. The number is that of a participant of this
assignment, or of the team where teams hand in, whoever they are called; "Participant" and "Default group" are
translated.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import ClassVar

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim, Form, folded
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, Plain

NAME = re.compile(r"(?P<name>[^_]+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
MARK = "_assignsubmission_"
TEAM = re.compile(
    r"(?:group|team|gruppe|groupe|équipe|equipe|grupo|equipo|gruppo|squadra|groep|grupa|skupina|csoport|ryhmä|grupp"
    r"|группа|команда|група|ομάδα|グループ|组|組|그룹|مجموعة|קבוצה)(?:$|[\W\d].*|\s.*)",
    re.IGNORECASE,
)
LEAST = 2


class Moodle(Plain):
    """Hand-ins as Moodle's "download all submissions" names them."""

    system: ClassVar[str] = "moodle"

    def __init__(self, hints: Hints, *, teams: bool, anonymous: bool) -> None:
        """`teams` says that teams hand in, `anonymous` that every name is the word for a participant."""
        self._hints = hints
        self._teams = teams
        self._anonymous = anonymous

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Moodle, set[str]] | None:
        """The system, with what the names together say: teams hand in, or marking is anonymous."""
        found = {
            name: match for name in level.children if MARK in name and (match := NAME.fullmatch(archive_stem(name)))
        }
        if not found:
            return None
        places = {(match["name"], match["id"]) for match in found.values()}
        names = Counter(name for name, _ in places)
        groups = {folded(group) for group in hints.groups}
        teams = [name for name, number in places if number is None or folded(name) in groups or TEAM.fullmatch(name)]
        alone = len(names) == 1 and len(places) >= LEAST
        by_team = any(number is None for _, number in places) or len(teams) * 2 > len(places)
        return cls(hints, teams=by_team, anonymous=alone and not by_team), set(found)

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The participant; the number is Moodle's."""
        del entry
        match = NAME.fullmatch(archive_stem(parts[0])) if parts else None
        if match is None:
            return None
        name, number = match["name"].strip(), match["id"] or ""
        form = Form.TEXT if match["kind"] == "onlinetext" else Form.FILE
        if self._teams or not number:
            return [Claim(f"{name} team {number}".strip(), name, "moodle team", number, team=name, form=form)]
        shown = "" if self._anonymous else name
        return [Claim(f"{name}_{number}", shown, self.system, number, form=form)]
