"""Ids of students over all piles and runs: the same person has the same, two persons never share one.

An id that is known keeps its student. One that only looks like another's (case, Unicode form, a space for an
underscore) is another student's, gets a mark, and both are to be looked at. The roster joins what belongs together.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from autograder.intake.people.roster import Person, Roster
from autograder.intake.records import Student
from autograder.intake.systems.claim import Claim, folded, marked, safe_id
from autograder.intake.systems.names import canonical
from autograder.model.submission import KnownStudent
from autograder.text import escaped


@dataclass(frozen=True)
class Identity:
    """What a claim says of who somebody is, before it has an id."""

    raw: str
    group: str = ""

    @property
    def key(self) -> str:
        """As it is remembered from run to run."""
        return f"{self.group}/{self.raw}" if self.group else self.raw


class Register:
    """Gives each claim of a pile its student."""

    def __init__(self, known: Mapping[str, KnownStudent], roster: Roster | None) -> None:
        self._roster = roster
        self._known = known
        self._ids: dict[str, str] = {}
        """The id of each key that was ever met."""
        self._taken: dict[str, str] = {}
        """The id that looks like this."""
        self.students: dict[str, Student] = {}
        self.keys: dict[str, set[str]] = defaultdict(set)
        self.remarks: dict[str, list[str]] = defaultdict(list)
        """What a person should look at, by student."""
        self._identities: dict[tuple[str, str, str], Identity] = {}
        self._people: dict[str, Person] = {}
        self.joined: dict[str, str] = {}
        """Ids of before that are one person's, says the roster: the id that goes, and the one that stays."""
        self._legacy = {student for student, one in known.items() if not one.keys}
        """Ids of which it was not remembered what they were made from."""
        for student, one in known.items():
            self._taken[folded(student)] = student
            for key in one.keys or (student,):
                self._ids.setdefault(key, student)
        if roster is not None:
            self._join(known, roster)

    def settle(self, claims: Iterable[Claim]) -> None:
        """See the claims of a whole pile, and give ids to all that have none."""
        found = sorted(set(claims), key=lambda claim: (claim.raw, claim.group, claim.origin))
        self._tell_apart(found)
        for claim in found:
            self.student(claim)
        self._one_number(found)
        self._alike()

    def expand(self, claim: Claim) -> list[Claim]:
        """A claim, or one for each member where a team handed in and the roster knows them."""
        if not claim.team:
            return [claim]
        members = self._roster.members(claim.team) if self._roster is not None else []
        if not members:
            note = f"handed in by the team {escaped(claim.team, 60)}; --roster with a column `group` says who is in it"
            return [replace(claim, note=note, doubtful=True)]
        names = ", ".join(escaped(person.name or person.id, 60) for person in members)
        note = f"handed in by the team {escaped(claim.team, 60)}: {names}"
        return [
            replace(claim, raw=person.id, name=person.name, system_id="", also=person.keys, team="", note=note)
            for person in members
        ]

    def student(self, claim: Claim) -> Student:
        """Whom a claim means."""
        identity = self._identity(claim)
        person = self._roster.find(claim) if self._roster is not None else None
        student = self._id(identity, claim, person)
        self.keys[student].add(identity.key)
        if person is not None:
            self._people[student] = person
            self.keys[student].update(person.ids)
        seen = Student(student, (person.name if person else "") or claim.name, claim.system, claim.system_id)
        self.students[student] = max(
            (seen, self.students.get(student, seen)), key=lambda one: (bool(one.system_id), bool(one.name))
        )
        return self.students[student]

    def absent(self) -> list[Student]:
        """Everybody on the roster of whom nothing was handed in, now with an id."""
        missing = []
        here = {seen.id for seen in self._people.values()}
        for person in self._roster.people if self._roster is not None else ():
            if person.id in here:
                continue
            student = self._of_person(person) or self._new(person.id, person.id, unique=True)
            self._people[student] = person
            self.keys[student].update(person.ids)
            for key in person.ids:
                self._ids.setdefault(key, student)
            self.students[student] = Student(student, person.name)
            missing.append(self.students[student])
        return missing

    def withdraw(self, student: str) -> None:
        """Take back a student of this pile who turned out to be several others."""
        if student not in self._known:
            self.students.pop(student, None)

    def person(self, student: str) -> Person | None:
        """Who a student is on the roster."""
        return self._people.get(student)

    def on_roster(self, student: str) -> bool | None:
        """Whether a student is on the roster; None where there is none."""
        return None if self._roster is None else student in self._people

    def _join(self, known: Mapping[str, KnownStudent], roster: Roster) -> None:
        """Find who of before is whom on the roster, and make one of several ids of one person."""
        ids: dict[str, list[str]] = defaultdict(list)
        people: dict[str, Person] = {}
        for student, one in known.items():
            also = one.keys or (student,)
            person = roster.find(Claim(student, one.name, one.system, one.system_id, also=also))
            if person is not None:
                ids[person.id].append(student)
                people[person.id] = person
        for person_id, students in ids.items():
            stays = person_id if person_id in students else students[0]
            self._people[stays] = people[person_id]
            for key in people[person_id].ids:
                self._ids[key] = stays
            for goes in students:
                if goes != stays:
                    self.joined[goes] = stays
                    self.keys[stays].update(known[goes].keys or (goes,))
                    for key in known[goes].keys or (goes,):
                        self._ids[key] = stays

    def _identity(self, claim: Claim) -> Identity:
        given = self._identities.get((claim.raw, claim.group, claim.origin))
        return given or Identity(unicodedata.normalize("NFC", claim.raw))

    def _tell_apart(self, claims: Iterable[Claim]) -> None:
        """Keep apart who has one name in two groups, or in two Unicode forms side by side."""
        groups: dict[str, set[str]] = defaultdict(set)
        forms: dict[tuple[str, str], set[str]] = defaultdict(set)
        for claim in claims:
            plain = unicodedata.normalize("NFC", claim.raw)
            groups[plain].add(claim.group)
            forms[plain, claim.origin].add(claim.raw)
        for claim in claims:
            plain = unicodedata.normalize("NFC", claim.raw)
            several = len(forms[plain, claim.origin]) > 1
            group = claim.group if len(groups[plain]) > 1 else ""
            if claim.group and f"{claim.group}/{plain}" in self._ids:
                group = claim.group
            self._identities[claim.raw, claim.group, claim.origin] = Identity(claim.raw if several else plain, group)

    def _id(self, identity: Identity, claim: Claim, person: Person | None) -> str:
        known = self._ids.get(identity.key)
        if person is not None:
            student = self._of_person(person) or known or self._new(person.id, person.id, unique=True)
            for key in (identity.key, *person.ids):
                self._ids[key] = student
            return student
        if known is None:
            raw = f"{identity.raw} {identity.group}" if identity.group else identity.raw
            known = self._ids[identity.key] = self._new(raw, identity.key, unique=bool(claim.system_id))
        if identity.group:
            self._remark(known, f"{escaped(identity.raw, 60)} stands in more than one group; kept apart")
        return known

    def _of_person(self, person: Person) -> str | None:
        return next((self._ids[key] for key in person.ids if key in self._ids), None)

    def _new(self, raw: str, key: str, *, unique: bool) -> str:
        """An id that nobody has, and that does not look like anybody's."""
        student = safe_id(raw, unique=unique)
        other = self._taken.get(folded(student))
        if other == student and student in self._legacy:
            return student
        mine = student if other is None else marked(student, key)
        self._taken[folded(mine)] = mine
        return mine

    def _alike(self) -> None:
        """Students of this pile who are called almost the same as another, of this pile or of before."""
        looks: dict[str, set[str]] = defaultdict(set)
        for key, student in self._ids.items():
            looks[folded(safe_id(key, unique=True))].add(student)
            looks[folded(key)].add(student)
        for students in looks.values():
            if len(students) > 1:
                shown = " and ".join(sorted(students))
                for student in students & self.students.keys():
                    self._remark(student, f"{shown} are called almost the same: two students, or one? kept apart")

    def _one_number(self, claims: Iterable[Claim]) -> None:
        """One number of a system that two names have is one of theirs at most."""
        names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for claim in claims:
            if claim.system_id and claim.name:
                names[claim.system, claim.system_id][canonical(claim.name)] = self.student(claim).id
        for (system, number), students in names.items():
            if len(set(students.values())) > 1:
                shown = " and ".join(sorted(set(students.values())))
                for student in students.values():
                    self._remark(student, f"{shown} have one number in {system}, {escaped(number, 40)}; kept apart")

    def _remark(self, student: str, text: str) -> None:
        if text not in self.remarks[student]:
            self.remarks[student].append(text)
