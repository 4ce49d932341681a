"""Which column of a roster says what: by its title in the exports of the known systems, or by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.intake.systems.names import canonical


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


IDS = _words(
    """
    student username login user userid loginid sisloginid upi netid uid eid benutzername anmeldename nutzername
    usuario nomdutilisateur identifiant idnumber studentid studentnumber sid sisuserid sisid orgdefinedid id
    idnummer matrikelnummer matriculationnumber matriculation numerodeid numerodidentification email
    emailaddress mail emailadresse adressedecourriel correoelectronico direccionemail direcciondecorreo
    indirizzoemail rosteridentifier identifier githubusername github
    """
)
"""Titles of columns with an id, those first that make the best one."""

TYPED = {
    "moodle": "moodle",
    "moodleid": "moodle",
    "participant": "moodle",
    "canvas": "canvas",
    "canvasid": "canvas",
    "canvasuserid": "canvas",
    "blackboard": "blackboard",
    "blackboardid": "blackboard",
    "brightspace": "brightspace",
    "brightspaceid": "brightspace",
    "gradescope": "gradescope",
    "gradescopeid": "gradescope",
    "sakai": "sakai",
    "ilias": "ilias",
    "iliasid": "ilias",
    "submitty": "submitty",
    "vpl": "vpl",
    "autolab": "autolab",
    "nbgrader": "nbgrader",
    "githubusername": "github",
    "github": "github",
    "githublogin": "github",
}
"""Titles of columns with an id in one system."""

NAMES = _words(
    """
    name fullname studentname nombrecompleto nomcomplet vollstandigername vollständigername displayname
    """
)
FIRST = _words(
    """
    firstname forename givenname givennames vorname prénom prenom nombre nome firstnames
    """
)
LAST = _words(
    """
    lastname surname familyname nachname nom apellido apellidos cognome familienname lastnames
    """
)
GROUPS = _words(
    """
    group groups team teams gruppe gruppen groupe grupo gruppo
    """
)
EXTENSION = _words(
    """
    extension extensions extratime verlängerung verlangerung
    """
)
DUE = _words(
    """
    due duedate extendeddue extendedduedate deadline
    """
)
SUBMITTED = _words(
    """
    submitted submittedat submissiontime handedin lastmodifiedsubmission submittedtime
    """
)

NUMBERED = re.compile(r"[^\d_]{4,}?\s*\d+")
IDENTIFIER = "identifier"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
CANVAS = ("student", "id")


class Columns:
    """The columns of one roster, by number."""

    def __init__(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        plain = [canonical(title) for title in titles]
        self.whole = _first(plain, NAMES)
        self.given = _first(plain, FIRST)
        self.family = _first(plain, LAST)
        self.groups = [place for place, title in enumerate(plain) if title in GROUPS]
        self.extension = _first(plain, EXTENSION)
        self.due = _first(plain, DUE)
        self.submitted = _first(plain, SUBMITTED)
        self.typed = {place: TYPED[title] for place, title in enumerate(plain) if title in TYPED}
        ids = [plain.index(title) for title in IDS if title in plain]
        if tuple(plain[:2]) == CANVAS:
            # Canvas's gradebook: the name stands under Student, Canvas's number under ID
            self.whole = 0
            self.typed[1] = "canvas"
            ids = [place for place in ids if place > 1]
        for place in range(len(titles)):
            cells = [cell for row in rows if (cell := _cell(row, place))]
            if not cells or place in ids or place in self.typed:
                continue
            if all(ADDRESS.fullmatch(cell) for cell in cells):
                ids.append(place)
        first = [cell for row in rows if (cell := _cell(row, 0))]
        theirs = bool(plain) and (plain[0] == IDENTIFIER or plain[0] not in (*IDS, *NAMES, *FIRST, *LAST))
        if theirs and "github" not in self.typed.values() and first and all(map(NUMBERED.fullmatch, first)):
            # Moodle's grading worksheet: `Participant 12345`, in the language of whoever saved it
            self.typed[0] = "moodle"
            ids = [place for place in ids if place != 0]
            if self.whole is None and self.given is None and self.family is None and len(titles) > 1:
                self.whole = 1
        self.ids = [place for place in dict.fromkeys(ids) if place not in (self.whole, self.given, self.family)]

    @property
    def usable(self) -> bool:
        """Whether anybody can be told by them."""
        return bool(self.ids or self.typed or self.whole is not None or self.family is not None)

    def name(self, row: Sequence[str]) -> str:
        """The whole name of a row."""
        parts = [_cell(row, place) for place in (self.given, self.family) if place is not None]
        whole = _cell(row, self.whole) if self.whole is not None else ""
        return " ".join(part for part in parts if part) or whole


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _first(plain: Sequence[str], titles: Sequence[str]) -> int | None:
    return next((plain.index(title) for title in titles if title in plain), None)
