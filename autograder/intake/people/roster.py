"""The roster: who is in the class, by which ids in which system, in which groups, with which extension.

A CSV file of one's own or one that a system gives out: Canvas's gradebook, Moodle's grading worksheet or participants,
Blackboard's, Brightspace's, Gradescope's roster, GitHub Classroom's and Classroom 50's.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.intake.exceptions import IntakeError
from autograder.intake.people.columns import Columns
from autograder.intake.systems.claim import Claim, folded, safe_id
from autograder.intake.systems.names import canonical
from autograder.model.times import TimeError, read_time
from autograder.text import escaped

MOST_BYTES = 32 * 1024 * 1024
SEPARATORS = ",;\t|"
LENGTH = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|min|m)", re.IGNORECASE
)
MINUTES = {"w": 7 * 24 * 60, "d": 24 * 60, "h": 60, "m": 1}
MOST_MINUTES = 10 * 365 * 24 * 60
"""Of an extension: what is longer is something else that stands in its column."""
NUMBERS_OF_A_SYSTEM = ("moodle", "canvas", "brightspace", "ilias")
"""Systems whose numbers are theirs alone: a number that a university gives to a student means somebody else."""


class RosterError(IntakeError):
    """The roster cannot be used."""


@dataclass(frozen=True)
class Person:
    """Somebody in the class.

    `keys` are the ids by which systems know them, those of one system alone led by its name. `extension` is how much
    later than others they may hand in, in minutes; `due` a time of their own instead, `submitted` when they handed in,
    both in seconds since the epoch.
    """

    id: str
    name: str = ""
    keys: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    extension: float = 0.0
    due: float | None = None
    submitted: float | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """All by which they are known, the best first."""
        return (self.id, *self.keys)


class Roster:
    """Everybody in the class."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = tuple(people)
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_group: dict[str, list[Person]] = defaultdict(list)
        self._by_written: dict[str, dict[str, list[Person]]] = {}
        """People by their ids as a system wrote them, by the signs that it replaced."""
        for person in people:
            for key in dict.fromkeys(map(folded, person.ids)):
                self._by_key[key].append(person)
            for group in dict.fromkeys(map(folded, person.groups)):
                self._by_group[group].append(person)
            for name in dict.fromkeys(name_keys(person.name)):
                self._by_name[name].append(person)

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a roster. Raises RosterError with the line."""
        rows = read_rows(path)
        if not rows:
            raise RosterError("is empty", path=path, remedy="the first line has titles, each other line a student")
        (first, titles), *others = rows
        columns = Columns(titles, [row for _, row in others])
        if not columns.usable:
            remedy = "call one column `student` (an id) or `name`; docs/how-to/handing-in.md has an example"
            raise RosterError("has no column that says who somebody is", path=path, line=first, remedy=remedy)
        people: dict[str, Person] = {}
        for number, row in others:
            try:
                person = _person(row, columns)
            except (TimeError, ValueError) as error:
                raise RosterError(str(error), path=path, line=number) from error
            if person is None:
                continue
            if person.id in people:
                raise RosterError(f"lists {person.id} a second time", path=path, line=number, remedy="leave one line")
            people[person.id] = person
        return cls(list(people.values()))

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The ids of the members of each group."""
        found: dict[str, list[str]] = defaultdict(list)
        for person in self.people:
            for group in person.groups:
                found[group].append(person.id)
        return {group: tuple(members) for group, members in found.items()}

    def members(self, team: str) -> list[Person]:
        """The people in a group."""
        return self._by_group.get(folded(team), [])

    def find(self, claim: Claim) -> Person | None:
        """Whom a claim means: by an id of its system, by any other id, by the name where only one has it."""
        typed = [f"{claim.system}:{claim.system_id}"] if claim.system_id else []
        plain = [claim.raw, *claim.also]
        if claim.system_id and claim.system not in NUMBERS_OF_A_SYSTEM:
            plain.append(claim.system_id)
        by_key = self._written(claim.replaced) if claim.replaced else self._by_key
        for key in (*typed, *plain):
            found = by_key.get(folded(key), ())
            if len(found) == 1:
                return found[0]
        name = claim.name or (claim.raw if claim.system in ("file", "folder") else "")
        for key in name_keys(name):
            found = self._by_name.get(key, ())
            if len(found) == 1:
                return found[0]
        return None

    def _written(self, replaced: str) -> dict[str, list[Person]]:
        """The people by their ids with underscores for some signs: two who are written alike are both there."""
        if replaced not in self._by_written:
            table = str.maketrans(dict.fromkeys(replaced, "_"))
            index: dict[str, list[Person]] = defaultdict(list)
            for person in self.people:
                for key in dict.fromkeys(folded(one.translate(table)) for one in person.ids):
                    index[key].append(person)
            self._by_written[replaced] = index
        return self._by_written[replaced]


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file, each with its line, whatever program wrote it: its encoding and separator are found.

    Empty ones are left out. Raises RosterError.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise RosterError(f"cannot be read: {error.strerror or error}", path=path) from error
    if data is None:
        raise RosterError(f"is larger than {MOST_BYTES // 1024 // 1024} MB", path=path)
    text = decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    rows, line = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"cannot be read as a CSV file: {error}", path=path, line=line) from error
    return rows


def decoded(data: bytes) -> str:
    """Text in UTF-8 or UTF-16, otherwise in the encoding of Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _person(row: Sequence[str], columns: Columns) -> Person | None:
    def cell(place: int | None) -> str:
        return row[place].strip().lstrip("\ufeff") if place is not None and place < len(row) else ""

    plain = [value for place in columns.ids if (value := cell(place).removeprefix("#"))]
    typed = []
    for place, system in columns.typed.items():
        value = cell(place)
        number = re.search(r"\d+", value) if system in NUMBERS_OF_A_SYSTEM else None
        if value:
            typed.append(f"{system}:{number[0] if number else value}")
    name = columns.name(row)
    if not (plain or typed or name) or (not plain and name.casefold().startswith("points possible")):
        return None
    theirs = typed[0].partition(":")[2] if typed else ""
    raw = plain[0] if plain else "_".join(part for part in (name, theirs) if part)
    groups = [group.strip() for place in columns.groups for group in re.split(r"[;|]", cell(place)) if group.strip()]
    extension = cell(columns.extension)
    due = cell(columns.due)
    submitted = cell(columns.submitted)
    minutes, own_due = read_extension(extension) if extension else (0.0, None)
    return Person(
        id=safe_id(raw, unique=bool(plain)),
        name=first_last(name),
        keys=tuple(dict.fromkeys((*plain, *typed))),
        groups=tuple(groups),
        extension=minutes,
        due=read_time(due).timestamp() if due else own_due,
        submitted=_submitted(submitted),
    )


def _submitted(text: str) -> float | None:
    try:
        return read_time(text).timestamp() if text else None
    except TimeError:
        return None  # Moodle writes `-` and dates in many languages


def read_extension(text: str) -> tuple[float, float | None]:
    """An extension in minutes, `2 days`, `36h`, `90`; or a time of one's own. Raises ValueError."""
    parts = LENGTH.findall(text)
    minutes = None
    if parts and not LENGTH.sub("", text).strip(" ,+and"):
        minutes = sum(float(number.replace(",", ".")) * MINUTES[unit[0].lower()] for number, unit in parts)
    elif re.fullmatch(r"\d+(\.\d+)?", text):
        minutes = float(text)
    if minutes is not None:
        if minutes > MOST_MINUTES:
            raise ValueError(f"has the extension {escaped(text, 40)!r}, which is more than ten years")
        return minutes, None
    try:
        moment: datetime = read_time(text)
    except TimeError as error:
        raise ValueError(
            f"has the extension {text!r}; write `2 days`, `36 h`, minutes as a number, or a date and time"
        ) from error
    return 0.0, moment.timestamp()


def first_last(name: str) -> str:
    """A name with the first name in front, however a system sorts it."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip() if comma and "," not in first else name


def name_keys(name: str) -> Iterable[str]:
    """What a name is found by: its words in any order, and as Canvas writes it, last name first and nothing between."""
    words = sorted(word for part in re.split(r"[\s,_]+", name) if (word := canonical(part)))
    if not words:
        return []
    whole = unicodedata.normalize("NFC", name)
    parts = [canonical(part) for part in whole.replace(",", " ").split()]
    runs = {"".join(parts[place:] + parts[:place]) for place in range(len(parts))}
    return [" ".join(words), *sorted(runs)]
