"""Sakai: `Lab 2/Smith, Ann(asmith)/Submission attachment(s)/file`, with timestamp.txt beside the attachments.

The rule stands in assignment's AssignmentServiceImpl (zipSubmissions): the sortable name, to which a comma is put where
it has none, and the login in brackets; several with `; ` between them where a group hands in. A text that was typed in
is `…_submissionText.html`; grades.csv stands beside the students.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, Form, local_time
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain, stands_beside, time_said

NAME = re.compile(r"(?P<name>[^()]*(?:\([^()]*\)[^()]*)*?)\((?P<login>[^()]+)\)", re.DOTALL)
STAMP = "timestamp.txt"
TYPED = "_submissionText.html"
ATTACHMENTS = "attachment(s)"
FEEDBACK = re.compile(r"feedback attachment\(s\)", re.IGNORECASE)
REMARKS = ("comments.txt", "feedbackText.html", "review.txt")
GRADES = re.compile(r"grades\.(?:csv|xls|xlsx)")
WRITTEN = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\d{3})?")


class Sakai(Plain):
    """Hand-ins as Sakai's "download all" names them."""

    system: ClassVar[str] = "sakai"

    def __init__(self, level: Level) -> None:
        self._own: dict[Entry, OwnFile] = {}
        self._times: dict[str, float] = {}
        for entry, parts in level.walk():
            if len(parts) == 1 and GRADES.fullmatch(parts[0]):
                self._own[entry] = OwnFile("Sakai's list of grades", read=False)
            elif len(parts) == 2 and parts[1] == STAMP:  # noqa: PLR2004 - student, file
                self._own[entry] = OwnFile("Sakai's time of handing in", limit=1_000)
            elif len(parts) > 1 and (parts[1] in REMARKS or FEEDBACK.fullmatch(parts[1])):
                self._own[entry] = OwnFile("what Sakai gives back to the student", read=False)

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Sakai, set[str]] | None:
        """The system, where folders end in a login in brackets and something in them is Sakai's."""
        del hints
        listed = any(GRADES.fullmatch(entry.parts[-1]) for entry in level.files)
        found = [
            folder
            for folder in level.people
            if NAME.fullmatch(folder.name)
            and (
                listed
                or "," in folder.name
                or any(name.endswith(ATTACHMENTS) for name in folder.folders)
                or any(entry.parts[-1] == STAMP for entry in folder.files)
            )
        ]
        return (cls(level), {folder.name for folder in found}) if found else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember when somebody handed in. Raises ValueError when the file says no time."""
        self._times[entry.parts[-2]] = time_said(data, time_of)

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login, or the logins of a group."""
        if stands_beside(entry, parts):
            return None
        match = NAME.fullmatch(parts[0])
        if match is None:
            return None
        typed = len(parts) == 2 and parts[1].endswith(TYPED)  # noqa: PLR2004 - student, file
        form, time = (Form.TEXT if typed else Form.FILE), self._times.get(parts[0])
        logins = [login for part in match["login"].split(";") if (login := part.strip())]
        names = [name.strip().rstrip(",") for name in match["name"].split(";")]
        note = f"handed in as a group: {', '.join(logins)}" if len(logins) > 1 else ""
        return [
            Claim(
                login,
                _first_last(names[place]) if len(names) == len(logins) else "",
                self.system,
                login,
                time=time,
                form=form,
                note=note,
            )
            for place, login in enumerate(logins)
        ]


def time_of(text: str) -> float | None:
    """A time as Sakai writes it, `20261120151340000`, in this machine's zone; None when it is none."""
    match = WRITTEN.fullmatch(text)
    return local_time(tuple(map(int, match.groups()))) if match else None


def _first_last(sortable: str) -> str:
    last, _, first = sortable.partition(",")
    return f"{first.strip()} {last.strip()}".strip()
