"""Canvas: `smithann_LATE_4001_90001_file.ipynb`, or `LATE_anon_AbCd3_90001_file.ipynb` where marking is anonymous.

The rule stands in lib/content_zipper.rb (get_filename, sanitize_user_name, sanitize_file_name, add_text_or_url): the
sortable name in small letters with everything but word characters left out, LATE, the user's number, the attachment's
number, the file. Of a name without any word character nothing is left. Where groups hand in, the group's name stands
there with the number of one of them (representatives in app/models/abstract_assignment.rb). A text that was typed in is
`…_text.html`, an address `…_link.html`, both without an attachment.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import ClassVar

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim, Form
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, Plain

# two digits at least: `ann_2_1_ForwardAD.ipynb` is not from Canvas
NAME = re.compile(
    r"(?P<name>.*?)_(?P<late>LATE_)?(?P<id>[0-9]{2,})_"
    r"(?:(?P<attempt>[0-9]{2,})_(?P<file>.+)|(?P<page>text|link)\.html)",
    re.DOTALL,
)
ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]{5})_(?:(?P<attempt>\d+)_(?P<file>.+)|(?P<page>text|link)\.html)"
)
FORMS = {"text": Form.TEXT, "link": Form.LINK}
YEARS, MONTHS, DAY = range(1900, 2100), range(1, 13), re.compile(r"(0[1-9]|[12]\d|3[01])(?!\d)")


class Canvas(Plain):
    """Hand-ins as Canvas's "download submissions" names them."""

    system: ClassVar[str] = "canvas"

    def __init__(self, groups: Mapping[str, str]) -> None:
        """`groups` are the groups of the class by what Canvas makes of their names."""
        self._groups = groups

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Canvas, set[str]] | None:
        """The system, unless the numbers are none of users: a user has one name, and a file has one number."""
        found = {name: match for name in level.children if (match := match_of(name))}
        names: dict[str, set[str]] = defaultdict(set)
        for match in found.values():
            names[match["id"]].add(match.groupdict().get("name") or "")
        if len(names) < len({name for known in names.values() for name in known}) / 2:
            return None  # one number for everybody: the year of a date, the number of a lab
        return (cls({written(group): group for group in hints.groups}), set(found)) if found else None

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The user; the numbers are Canvas's, of the user and of the file."""
        del entry
        match = match_of(parts[0]) if parts else None
        if match is None:
            return None
        name = match["name"] if "name" in match.re.groupindex else "anonymous"
        shown = "" if name == "anonymous" else name
        note = "handed in late, says Canvas" if match["late"] else ""
        attempt = (int(match["attempt"]),) if match["attempt"] else ()
        form = FORMS.get(match["page"] or "", Form.FILE)
        team = self._groups.get(unicodedata.normalize("NFC", name), "")
        number = "" if team else match["id"]
        return [Claim(f"{name}_{match['id']}", shown, self.system, number, attempt, team=team, form=form, note=note)]


def match_of(name: str) -> re.Match[str] | None:
    """How Canvas would have made a name, None when it would not: a date is no user and no file."""
    match = ANONYMOUS.fullmatch(name) or NAME.fullmatch(name)
    if match is None or "name" not in match.re.groupindex:
        return match
    if not all(map(_of_a_word, match["name"])):
        return None
    if not match["attempt"]:
        return match
    year, month = int(match["id"]), int(match["attempt"])
    return None if year in YEARS and month in MONTHS and DAY.match(match["file"]) else match


def written(name: str) -> str:
    """A name as Canvas writes it into a file's."""
    return "".join(filter(_of_a_word, unicodedata.normalize("NFC", re.sub(r"_(\d+)_", r"\1", name).lower())))


def _of_a_word(character: str) -> bool:
    """Whether Ruby's `[[:word:]]` takes a character; unlike Python's, it takes the marks of which vowels are made."""
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind in ("Nd", "Nl", "Pc")
