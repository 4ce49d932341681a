"""Sakai: `Lab 2/Smith, Ann(asmith)/Submission attachment(s)/file`, with timestamp.txt beside the attachments.

The rules stand in assignment's AssignmentServiceImpl. zipSubmissions: the sortable name, to which a comma is put where
it has none, and the login in brackets, several with `; ` between them; without folders, all of it in one name,
`Smith, Ann(asmith)_Submission attachment(s)_file`; where marking is anonymous, the submission's number and a word.
zipGroupSubmissions: `Group 1 (9f3b…)/`, and members.txt in it with names and logins of all. A text that was typed in
is `…_submissionText.html`; grades.csv stands beside the students.
"""

from __future__ import annotations

import re
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, Form, local_time
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain, stands_beside, time_said
from autograder.model.times import TimeError, read_time

PERSON = r"(?P<name>[^()]*(?:\([^()]*\)[^()]*)*?)\((?P<login>[^()]+)\)"
NAME = re.compile(PERSON, re.DOTALL)
FLAT = re.compile(
    rf"{PERSON}_(?:(?P<typed>submissionText\.html)|(?P<own>feedbackText\.html|comments\.txt)|[^_]*\(s\)_(?P<file>.+))",
    re.DOTALL,
)
GROUP = re.compile(r"(?P<name>.+) \((?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)", re.DOTALL)
ANONYMOUS = re.compile(r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) \S.*", re.DOTALL)
STAMP = "timestamp.txt"
MEMBERS = "members.txt"
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
        self._members: dict[str, list[tuple[str, str]]] = {}
        """Names and logins of a group's members, by its folder."""
        for entry, parts in level.walk():
            if len(parts) == 1 and GRADES.fullmatch(parts[0]):
                self._own[entry] = OwnFile("Sakai's list of grades", read=False)
            elif len(parts) == 1 and (match := FLAT.fullmatch(parts[0])) and match["own"]:
                self._own[entry] = OwnFile("what Sakai gives back to the student", read=False)
            elif len(parts) == 2 and parts[1] == STAMP:  # noqa: PLR2004 - student, file
                self._own[entry] = OwnFile("Sakai's time of handing in", limit=1_000)
            elif len(parts) == 2 and parts[1] == MEMBERS and GROUP.fullmatch(parts[0]):  # noqa: PLR2004
                self._own[entry] = OwnFile("Sakai's list of a group's members")
            elif len(parts) > 1 and (parts[1] in REMARKS or FEEDBACK.fullmatch(parts[1])):
                self._own[entry] = OwnFile("what Sakai gives back to the student", read=False)

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Sakai, set[str]] | None:
        """The system, where folders end in a login in brackets and something in them is Sakai's; or files do so."""
        del hints
        listed = any(GRADES.fullmatch(entry.parts[-1]) for entry in level.files)
        found = {
            folder.name
            for folder in level.people
            if (GROUP.fullmatch(folder.name) or NAME.fullmatch(folder.name) or ANONYMOUS.fullmatch(folder.name))
            and (
                listed
                or ("," in folder.name and NAME.fullmatch(folder.name))
                or any(name.endswith(ATTACHMENTS) for name in folder.folders)
                or any(entry.parts[-1] == STAMP for entry in folder.files)
            )
        }
        found |= {
            entry.parts[-1]
            for entry in level.files
            if (match := FLAT.fullmatch(entry.parts[-1])) and (listed or "," in match["name"])
        }
        return (cls(level), found) if found else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Remember when somebody handed in, or who is in a group. Raises ValueError when the file does not say it."""
        if entry.parts[-1] == STAMP:
            self._times[entry.parts[-2]] = time_said(data, time_of)
            return
        people = people_of(data.decode("utf-8", "replace").strip())
        if not people:
            raise ValueError(f"{MEMBERS} names nobody")
        self._members[entry.parts[-2]] = people

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The login, or the logins of a group."""
        flat = FLAT.fullmatch(parts[0]) if len(parts) == 1 and not entry.folder else None
        if flat is not None:
            form = Form.TEXT if flat["typed"] else Form.FILE
            return [self._person(flat["name"], flat["login"], form=form)]
        if stands_beside(entry, parts):
            return None
        typed = len(parts) == 2 and parts[1].endswith(TYPED)  # noqa: PLR2004 - student, file
        form, time = (Form.TEXT if typed else Form.FILE), self._times.get(parts[0])
        if group := GROUP.fullmatch(parts[0]):
            return self._group(group, parts[0], form, time)
        if people := people_of(parts[0]):
            return self._all(people, form, time)
        if match := ANONYMOUS.fullmatch(parts[0]):
            return [Claim(match["id"], system="sakai anonymous", system_id=match["id"], time=time, form=form)]
        return None

    def _person(self, name: str, login: str, *, form: Form, time: float | None = None, note: str = "") -> Claim:
        login = login.strip()
        return Claim(login, _first_last(name), self.system, login, time=time, form=form, note=note)

    def _group(self, group: re.Match[str], folder: str, form: Form, time: float | None) -> list[Claim]:
        """What a group handed in is each member's, by Sakai's own list."""
        team, number = group["name"], group["id"]
        members = self._members.get(folder)
        if not members:
            raw = f"{team} team {number[:8]}"
            return [Claim(raw, team, "sakai team", number, time=time, team=team, form=form)]
        return self._all(members, form, time)

    def _all(self, people: list[tuple[str, str]], form: Form, time: float | None) -> list[Claim]:
        note = f"handed in as a group: {', '.join(login for _, login in people)}" if len(people) > 1 else ""
        return [self._person(name, login, form=form, time=time, note=note) for name, login in people]


def people_of(text: str) -> list[tuple[str, str]]:
    """The names and logins in `Smith, Ann(asmith); Roe, Bo(broe)`; none where it is not written so."""
    for parts in (text.split("; "), [text]):
        found = [NAME.fullmatch(part) for part in parts]
        if all(found):
            return [(match["name"], match["login"].strip()) for match in found if match]
    return []


def time_of(text: str) -> float | None:
    """A time as Sakai writes it, `2026-11-20T15:13:40.000Z`; None when it is none.

    Before version 12 it was `20261120151340000`, in the zone of the site; it is read in this machine's.
    """
    match = WRITTEN.fullmatch(text)
    if match:
        return local_time(tuple(map(int, match.groups())))
    try:
        return read_time(text).timestamp()
    except TimeError:
        return None


def _first_last(sortable: str) -> str:
    last, _, first = sortable.strip().partition(",")
    return f"{first.strip()} {last.strip()}".strip()
