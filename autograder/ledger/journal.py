"""What OUT would otherwise forget: which mark stood when, who gave it, which attempt counted before, what runs were.

OUT/.autograder/ledger/LAB.jsonl holds one event a line and only grows. A line that a kill has cut off is no event, and
goes with the next one that is written. What else a ledger says has its owner elsewhere: files and students in OutDir's
state, results in the store, what persons gave in nbgrader's gradebook.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.exceptions import OutDirError
from autograder.model.results import Status
from autograder.model.submission import HandedIn
from autograder.outdir import OutDir


class TestMark(msgspec.Struct, frozen=True, array_like=True):
    """What the tests gave an item, as far as the mark that counts depends on it."""

    points: float | None
    max_points: float
    status: Status
    unanswered: bool = False
    message: str = ""


class GivenMark(msgspec.Struct, frozen=True, array_like=True):
    """What a person gave an item; `by` is empty where it is not known who it was."""

    score: float | None
    extra_credit: float = 0.0
    by: str = ""
    look_again: bool = False


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """An item as its notebook asks it."""

    item: str
    max_points: float
    manual: bool = False
    further: bool = False
    was: str = ""
    answers: tuple[str, ...] = ()


class _Event(msgspec.Struct, frozen=True, tag_field="kind"):
    at: str
    run: int


class RunEnded(_Event, frozen=True, tag="run"):
    """A run came to its end; what it recorded stands above it."""


class ItemsAsked(_Event, frozen=True, tag="items"):
    """What a notebook asks from now on."""

    notebook: str
    items: tuple[Asked, ...]


class AttemptTaken(_Event, frozen=True, tag="attempt"):
    """A notebook counts from now on, in the place of the one before."""

    student: str
    notebook: str
    handed_in: HandedIn


class TestsGave(_Event, frozen=True, tag="tests"):
    """What the tests gave the items of a notebook that have another result now; `key` is the result's in the store."""

    student: str
    notebook: str
    key: str
    items: dict[str, TestMark]


class PersonGave(_Event, frozen=True, tag="person"):
    """What a person gave an item."""

    student: str
    notebook: str
    item: str
    given: GivenMark


class NoteWritten(_Event, frozen=True, tag="note"):
    """What a marker wrote down of a student."""

    student: str
    text: str
    by: str


class StudentJoined(_Event, frozen=True, tag="joined"):
    """An id turned out to be another id of somebody who is known."""

    goes: str
    stays: str


Event = RunEnded | ItemsAsked | AttemptTaken | TestsGave | PersonGave | NoteWritten | StudentJoined

_ONE = msgspec.json.Decoder(Event)


class Journal:
    """The journal of one assignment in OUT.

    Reading and writing raise OutDirError when the file is damaged or cannot be used. Several processes may write: each
    write is one line or several, whole.
    """

    def __init__(self, out: OutDir) -> None:
        self._out = out
        self.path: Path = out.journal

    def __iter__(self) -> Iterator[Event]:
        """Every event, oldest first."""
        try:
            with self._out.explained():
                content = self.path.read_bytes()
        except OutDirError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return
            raise
        lines = content.split(b"\n")
        for number, line in enumerate(lines[:-1], start=1):  # after the last line end stands nothing, or half a line
            try:
                yield _ONE.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                remedy = "put a copy back, or remove it: then the marks stay, and who gave them when is not known"
                raise OutDirError(f"is damaged in line {number} ({error})", where=self.path, remedy=remedy) from error

    @property
    def runs(self) -> int:
        """The number of the last run that came to its end, 0 before the first."""
        return max((event.run for event in self if isinstance(event, RunEnded)), default=0)

    def append(self, events: Iterable[Event]) -> None:
        """Write events, so that they survive a power cut when this returns."""
        data = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        if not data:
            return
        with self._out.explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("r+b" if self.path.exists() else "w+b") as file, _alone(file):
                file.truncate(_whole_lines(file))
                file.seek(0, os.SEEK_END)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())


def now() -> str:
    """The time, as events have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def _alone(file: Any) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        file.flush()
        fcntl.flock(file, fcntl.LOCK_UN)


def _whole_lines(file: Any) -> int:
    """How many bytes of a file are whole lines."""
    end: int = file.seek(0, os.SEEK_END)
    step = 1 << 16
    for start in range(max(0, end - step), -step, -step):
        place = max(0, start)
        file.seek(place)
        found = file.read(min(step, end - place)).rfind(b"\n")
        if found >= 0:
            return place + int(found) + 1
    return 0
