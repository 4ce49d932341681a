"""Whose a row of somebody else's table is: by a number or a login first, by the name only where nothing else says it.

A mark on the wrong student is worse than none. So a row is matched when exactly one student answers to it and no other
row to that student; a number that fits while the names have nothing in common is no match.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.output.marks import Mark


@dataclass(frozen=True)
class Person:
    """What a row says of whose it is.

    `numbers` are numbers that one system gave, by the system's name; `logins` are whatever else identifies somebody:
    a login, an address, a student's number. `name` may be empty.
    """

    row: int
    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    logins: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The row as a person would look for it."""
        return self.name or next((key for key in (*self.logins, *(number for _, number in self.numbers)) if key), "")


@dataclass
class Matching:
    """Which row is whose: rows by student, who was found by name alone, and what is undecided, a sentence each."""

    rows: dict[str, int]
    by_name: set[str]
    undecided: list[str]
    undecided_students: set[str]


def match(people: Sequence[Person], marks: Iterable[Mark]) -> Matching:
    """Find the row of each student."""
    students = {mark.student: mark for mark in marks}
    answers = _index(students.values())
    claims: dict[str, list[Person]] = defaultdict(list)
    found = Matching({}, set(), [], set())
    left = []
    for person in people:
        known = {student for key in _keys(person) for student in answers.get(key, ())}
        agreed = {student for student in known if names_agree(person.name, students[student].known_name)}
        if len(agreed) == 1:
            claims[agreed.pop()].append(person)
            continue
        for student in sorted(known):
            found.undecided.append(f"{person.shown!r} has the number or login of {student}, and {_why(agreed, known)}")
            found.undecided_students.add(student)
        left.append(person)
    for student, several in sorted(claims.items()):
        if len(several) == 1:
            found.rows[student] = several[0].row
        else:
            rows = " and ".join(str(person.row + 2) for person in several)
            found.undecided.append(f"{student} answers to several rows: {rows}")
            found.undecided_students.add(student)
    _by_name(left, students, found)
    return found


def _why(agreed: set[str], known: set[str]) -> str:
    return "so have others" if len(agreed) > 1 or len(known) > 1 else "another name"


def _by_name(left: Iterable[Person], students: dict[str, Mark], found: Matching) -> None:
    """Match by name what is left, where a name is there once on either side."""
    rows: dict[frozenset[str], list[Person]] = defaultdict(list)
    for person in left:
        rows[words(person.name)].append(person)
    named: dict[frozenset[str], list[str]] = defaultdict(list)
    for student, mark in students.items():
        named[words(mark.known_name)].append(student)
    for name, people in rows.items():
        ours = named.get(name, [])
        # one word is a login or a first name, which several may share
        if len(name) < 2 or not ours or any(student in found.rows for student in ours):  # noqa: PLR2004
            continue
        if len(ours) == len(people) == 1:
            found.rows[ours[0]] = people[0].row
            found.by_name.add(ours[0])
            found.undecided_students.discard(ours[0])
        else:
            found.undecided.append(f"{people[0].name!r} is the name of several: {', '.join(sorted(ours))}")
            found.undecided_students.update(ours)


def _index(marks: Iterable[Mark]) -> dict[tuple[str, str], set[str]]:
    """The students by what they answer to."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mark in marks:
        for key in (mark.student, *([] if mark.system in PRIVATE else [mark.system_id])):
            found["login", _login(key)].add(mark.student)
        found[mark.system, mark.system_id].add(mark.student)
    found.pop(("login", ""), None)
    return found


PRIVATE = ("moodle", "canvas")
"""Systems whose numbers mean nothing elsewhere."""


def _keys(person: Person) -> list[tuple[str, str]]:
    logins = [_login(login) for login in person.logins]
    local = [login.partition("@")[0] for login in logins if "@" in login]
    return [*(number for number in person.numbers if number[1]), *(("login", key) for key in (*logins, *local) if key)]


def _login(text: str) -> str:
    return "_".join(unicodedata.normalize("NFC", text).casefold().split())


def words(name: str) -> frozenset[str]:
    """The words of a name, whatever their order, their case, their accents and the signs between them."""
    parts = unicodedata.normalize("NFKD", name).casefold()
    return frozenset(re.findall(r"[^\W\d_]+", "".join(c for c in parts if not unicodedata.combining(c))))


def names_agree(one: str, other: str) -> bool:
    """Whether two names may be one person's: they share a word, or one is the other's words written as one.

    Canvas writes `lovelaceada` for `Lovelace, Ada`. An empty name contradicts nothing.
    """
    left, right = words(one), words(other)
    if not left or not right or left & right:
        return True
    for single, several in ((left, right), (right, left)):
        if len(single) == 1 and len(several) > 1:
            (joined,) = single
            return any(len(word) > 1 and word in joined for word in several)
    return False
