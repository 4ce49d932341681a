"""Gradescope: folders `submission_11`, and submission_metadata.yml beside them, which says whose they are.

The rule, as exports have it: a folder for each submission, named by its number, and beside these folders one list with
name, address and number of those who handed each in, and when. A file of that name inside a submission is a student's.
"""

from __future__ import annotations

import re
from typing import ClassVar

import yaml

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.level import Level
from autograder.intake.systems.system import Hints, OwnFile, Plain
from autograder.model.times import TimeError, read_time
from autograder.text import escaped

LIST = "submission_metadata.yml"
FOLDER = re.compile(r"submission_\d+")
SUBMITTERS = ":submitters"
CREATED = ":created_at"
# how deep the fields of a submission and those of its submitters lie: submission -> key; list -> submitter -> key
SUBMISSION_LEVEL, SUBMITTER_LEVEL = 2, 4


class Gradescope(Plain):
    """Hand-ins as Gradescope's "export submissions" names them."""

    system: ClassVar[str] = "gradescope"

    def __init__(self, lists: dict[Entry, OwnFile]) -> None:
        self._own = lists
        self._submitters: dict[str, list[Claim]] = {}

    @classmethod
    def at(cls, level: Level, hints: Hints) -> tuple[Gradescope, set[str]] | None:
        """The system, where the list of submissions stands beside their folders, or beside the folder of all."""
        own = OwnFile("Gradescope's list of submissions", hints.limits.metadata_bytes, needed=True)
        beside = [level] if level.above is None or len(level.above.people) > 1 else [level, level.above]
        lists = {entry: own for place in beside for entry in place.files if entry.parts[-1] == LIST}
        found = {name for name in level.children if lists and FOLDER.fullmatch(archive_stem(name))}
        return (cls(lists), found) if found else None

    def learn(self, entry: Entry, data: bytes) -> None:
        """Read the list. Raises ValueError when it is none."""
        del entry
        self._submitters.update(read_list(data))

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The members of the group that handed in a folder; one that the list lacks stands for itself."""
        if not parts or (len(parts) == 1 and not entry.folder and not FOLDER.fullmatch(archive_stem(parts[0]))):
            return None
        folder = archive_stem(parts[0])
        known = self._submitters.get(parts[0]) or self._submitters.get(folder)
        if known or not FOLDER.fullmatch(folder):
            return known
        return [Claim(folder, system=self.system, note="Gradescope's list does not name this folder", doubtful=True)]


def read_list(data: bytes) -> dict[str, list[Claim]]:
    """The submitters of each folder in Gradescope's submission_metadata.yml. Raises ValueError when it is none."""
    reader = _ListReader()
    try:
        for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reader.see(event)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise ValueError(f"{LIST} cannot be read: {error}") from error
    return {folder: group_claims(people, reader.created.get(folder, "")) for folder, people in reader.people.items()}


class _ListReader:
    """Reads the list as YAML's events, and of these the scalars only: nothing is constructed, no alias expanded."""

    def __init__(self) -> None:
        self.people: dict[str, list[dict[str, str]]] = {}
        self.created: dict[str, str] = {}
        self._path: list[str | None] = []  # the keys of the open mappings; None for a list
        self._in_mapping: list[bool] = []
        self._key: str | None = None

    def see(self, event: yaml.Event) -> None:
        """Take in the next event."""
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(mapping=isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._path.pop()
            self._in_mapping.pop()
            self._key = None
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if self._in_mapping and self._in_mapping[-1] and self._key is None:
                self._key = value
            else:
                self._keep(value)
                self._key = None

    @property
    def _at_submitter(self) -> bool:
        return len(self._path) == SUBMITTER_LEVEL and self._path[SUBMISSION_LEVEL] == SUBMITTERS

    def _open(self, *, mapping: bool) -> None:
        self._path.append(self._key)
        self._in_mapping.append(mapping)
        self._key = None
        if mapping and self._at_submitter:
            self.people.setdefault(str(self._path[1]), []).append({})

    def _keep(self, value: str) -> None:
        if self._at_submitter and self._key and self.people.get(str(self._path[1])):
            self.people[str(self._path[1])][-1][self._key] = value
        elif len(self._path) == SUBMISSION_LEVEL and self._key == CREATED:
            self.created[str(self._path[1])] = value


def group_claims(people: list[dict[str, str]], created: str) -> list[Claim]:
    """One claim for each member of the group that handed in."""
    others = ", ".join(escaped(person.get(":name", ""), 60) for person in people)
    note = f"handed in as a group: {others}" if len(people) > 1 else ""
    time = time_of(created)
    attempt = (int(time),) if time is not None else ()
    claims = []
    for person in people:
        sid, email, name = (person.get(key, "") for key in (":sid", ":email", ":name"))
        raw = sid or email or name
        if raw:
            also = tuple(dict.fromkeys(each for each in (sid, email) if each))
            claims.append(Claim(raw, name, "gradescope", raw, attempt, time, also=also, note=note))
    return claims


def time_of(created: str) -> float | None:
    """A time of the list in seconds since the epoch, None when it is none."""
    try:
        return read_time(created).timestamp()
    except TimeError:
        return None
