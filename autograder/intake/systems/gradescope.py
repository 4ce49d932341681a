"""Gradescope: folders `submission_11`, and submission_metadata.yml beside them, which says whose they are."""

from __future__ import annotations

import re
from datetime import datetime

import yaml

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.system import OwnFile, System
from autograder.text import escaped

LIST = "submission_metadata.yml"
LIST_DEPTH = 3
SUBMITTERS = ":submitters"
CREATED = ":created_at"
# how deep the fields of a submission and those of its submitters lie: submission -> key; list -> submitter -> key
SUBMISSION_LEVEL, SUBMITTER_LEVEL = 2, 4


class Gradescope(System):
    """Hand-ins as Gradescope's "export submissions" names them."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.lists: dict[tuple[int, tuple[str, ...]], dict[str, list[Claim]]] = {}
        """What a list says of each folder beside it, by the place of the list."""
        self._limits = limits

    def own_file(self, entry: Entry) -> OwnFile | None:
        """The list of submissions, at the top of an export."""
        if entry.parts[-1] != LIST or len(entry.parts) > LIST_DEPTH:
            return None
        return OwnFile("Gradescope's list of submissions", self._limits.metadata_bytes, needed=True)

    def learn(self, entry: Entry, data: bytes) -> None:
        """Read a list. Raises ValueError when it is none."""
        self.lists[entry.root, entry.parts[:-1]] = read_list(data)

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The members of the group that handed in a folder."""
        known = self.lists.get((entry.root, entry.parts[:depth]), {})
        part = entry.parts[depth]
        return (known.get(part) or known.get(archive_stem(part))) if known else None


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
    claims = []
    for person in people:
        raw = person.get(":sid") or person.get(":email") or person.get(":name") or ""
        if raw:
            claims.append(Claim(raw, person.get(":name", ""), "gradescope", raw, attempt_of(created), note=note))
    return claims


def attempt_of(created: str) -> tuple[int, ...]:
    """A time as numbers that sort."""
    try:
        plain = created.strip().replace(" UTC", "+00:00").replace("Z", "+00:00")
        return (int(datetime.fromisoformat(plain).timestamp()),)
    except (ValueError, OverflowError, OSError):
        return tuple(int(number) for number in re.findall(r"\d{1,9}", created)[:6])
