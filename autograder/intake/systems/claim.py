"""A claim: which student a file belongs to, and which attempt of theirs it is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_ID_BYTES = 120
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Form(StrEnum):
    """What a file is that a system wrote in the place of what was handed in."""

    FILE = "a file"
    LINK = "a link"
    TEXT = "text typed into the system"


@dataclass(frozen=True)
class Claim:
    """Whose a file is, by the level that the hand-in system wrote.

    `raw` identifies the student, before it is made safe for a folder; `also` are further ids of the same person that
    the system names. `attempt` orders the attempts of one student, the greatest is the newest; `time` is when it was
    handed in, in seconds since the epoch. `origin` is the level on which the student was found, `group` the group's
    folder above it. `team` says that a team handed it in, by its name. `apart` is what else the student could be
    called when nobody is named and several people's files stand together. `replaced` are the signs for which the system
    wrote underscores, so that `raw` may be another's id as it stands. `note` is one sentence for the record;
    `doubtful` asks for a person to look.
    """

    raw: str
    name: str = ""
    system: str = "folder"
    system_id: str = ""
    attempt: tuple[int, ...] = ()
    time: float | None = None
    origin: str = ""
    group: str = ""
    also: tuple[str, ...] = ()
    team: str = ""
    apart: str = ""
    replaced: str = ""
    form: Form = Form.FILE
    note: str = ""
    doubtful: bool = False


def safe_id(raw: str, *, unique: bool = False) -> str:
    """A folder name for a student: letters of every script, digits, `.`, `_`, `-`, `@` and `'`.

    Where more than spaces had to be replaced, a short hash of the original is put behind, unless the id is known to be
    `unique` anyway.
    """
    text = "_".join(unicodedata.normalize("NFC", raw).split())
    kept = "".join(c if c in "._-@'" or unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    safe = kept.lstrip(".-").rstrip(".")
    encoded = safe.encode("utf-8")
    if len(encoded) > MAX_ID_BYTES:
        safe = encoded[:MAX_ID_BYTES].decode("utf-8", "ignore")
    if (safe != text and not unique) or len(encoded) > MAX_ID_BYTES or RESERVED.fullmatch(safe) or not safe:
        safe = marked(safe or "student", raw)
    return safe


def marked(safe: str, raw: str) -> str:
    """An id with a mark of what it was made from, so that two students do not share it."""
    return f"{safe}-{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def folded(text: str) -> str:
    """A name as it looks: two names that are equal so are easily taken for one, by people and by file systems."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = (c for c in unicodedata.normalize("NFKC", plain) if unicodedata.category(c) != "Cf")
    return "_".join("".join(seen).split())


def local_time(numbers: tuple[int, ...]) -> float | None:
    """A time of this machine's zone as seconds since the epoch, None when it is none."""
    try:
        return datetime(*numbers).astimezone().timestamp()  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError, TypeError):
        return None
