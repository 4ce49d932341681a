"""A claim: which student a file belongs to, and which attempt of theirs it is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.intake.records import Student
from autograder.intake.systems.names import canonical
from autograder.text import escaped

MAX_ID_BYTES = 120
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """Whose a file is, by its name: `raw` identifies the student, before it is made safe for a folder.

    `attempt` orders the attempts of one student, the greatest is the newest; `origin` is where in the pile the
    student was found, for telling two students of one id apart; `note` is one sentence for the record, or empty.
    """

    raw: str
    name: str = ""
    system: str = "folder"
    system_id: str = ""
    attempt: tuple[int, ...] = ()
    origin: str = ""
    note: str = ""

    @property
    def student(self) -> Student:
        """The student, with an id that is safe as a file name."""
        return Student(safe_id(self.raw, unique=bool(self.system_id)), self.name, self.system, self.system_id)


def safe_id(raw: str, *, unique: bool = False) -> str:
    """A folder name for a student: letters of every script, digits, `.`, `_`, `-`, `@` and `'`.

    Two different ids get different names: where more than spaces had to be replaced, a short hash of the original is
    put behind, unless the id is known to be `unique` anyway.
    """
    text = "_".join(unicodedata.normalize("NFC", raw).split())
    kept = "".join(c if c in "._-@'" or unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    safe = kept.lstrip(".-").rstrip(".")
    encoded = safe.encode("utf-8")
    if len(encoded) > MAX_ID_BYTES:
        safe = encoded[:MAX_ID_BYTES].decode("utf-8", "ignore")
    if (safe != text and not unique) or len(encoded) > MAX_ID_BYTES or RESERVED.fullmatch(safe) or not safe:
        safe = f"{safe or 'student'}-{hashlib.sha256(raw.encode('utf-8', 'replace')).hexdigest()[:6]}"
    return safe


def conflicts(claims: Iterable[Claim]) -> dict[str, str]:
    """For each safe id that two different students would share, why neither can be taken."""
    names: dict[str, dict[str, str]] = defaultdict(dict)  # folder -> what the student is called -> safe id
    origins: dict[str, dict[str, str]] = defaultdict(dict)  # folder -> group -> safe id
    numbers: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)  # number in a system -> name -> safe id
    for claim in claims:
        student = claim.student
        # file systems that ignore case would mix them up
        folder = student.id.casefold()
        names[folder][unicodedata.normalize("NFC", claim.raw)] = student.id
        group = claim.origin.partition("/")[2]
        if group:
            origins[folder][group] = student.id
        if claim.system_id and claim.name:
            numbers[claim.system, claim.system_id][canonical(claim.name)] = student.id
    found: dict[str, str] = {}
    for known in (*names.values(), *origins.values(), *numbers.values()):
        if len(known) > 1:
            shown = " and ".join(sorted(escaped(name, 60) for name in known))
            reason = f"two students with one id: {shown}; rename one, or give --mapping"
            found.update(dict.fromkeys(known.values(), reason))
    return found
