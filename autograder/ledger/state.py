"""The journal replayed: how every mark stood at the end of the last run, and how it came to stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograder.ledger.entries import BY_A_PERSON, BY_TESTS, Attempt, Note, Past, Run
from autograder.ledger.journal import (
    Asked,
    AttemptTaken,
    Event,
    GivenMark,
    ItemsAsked,
    NoteWritten,
    PersonGave,
    StudentJoined,
    TestMark,
    TestsGave,
)
from autograder.marking.final import FinalMark, ManualGrade, final_mark
from autograder.model.results import ItemResult

Place = tuple[str, str]
"""A student and a notebook."""


@dataclass
class NotebookState:
    """What is recorded of one student's notebook."""

    key: str = ""
    tests: dict[str, TestMark] = field(default_factory=dict)
    given: dict[str, GivenMark] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    history: dict[str, list[Past]] = field(default_factory=lambda: defaultdict(list))

    def mark(self, item: str) -> FinalMark | None:
        """The mark that counted for an item when it was last recorded, None where none was."""
        tests = self.tests.get(item)
        return None if tests is None else mark_of(item, tests, self.given.get(item))

    def note(self, item: str, at: str) -> None:
        """Put the present mark of an item down in its history, where it is another."""
        mark = self.mark(item)
        if mark is None:
            return
        by = giver(mark, self.given.get(item))
        past = self.history[item]
        if not past or (past[-1].points, past[-1].max_points, past[-1].by) != (mark.points, mark.max_points, by):
            past.append(Past(mark.points, mark.max_points, by, at))

    def rename(self, was: str, item: str) -> None:
        """Give what is recorded of an item to its new name."""
        tables: tuple[dict[str, Any], ...] = (self.tests, self.given, self.history)
        for table in tables:
            if was in table and item not in table:
                table[item] = table.pop(was)


@dataclass
class State:
    """What the journal says at its end."""

    asked: dict[str, tuple[Asked, ...]] = field(default_factory=dict)
    notebooks: dict[Place, NotebookState] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=lambda: defaultdict(list))
    runs: list[Run] = field(default_factory=list)
    rescaled: dict[Place, tuple[str, float, float]] = field(default_factory=dict)
    """By notebook and item: when its points last changed, from what to what."""

    def of(self, student: str, notebook: str) -> NotebookState:
        """What is recorded of a notebook; made empty where nothing is."""
        return self.notebooks.setdefault((student, notebook), NotebookState())

    @property
    def next_run(self) -> int:
        """The number of the run that comes next."""
        return self.runs[-1].number + 1 if self.runs else 1

    def apply(self, event: Event) -> None:
        """Take one more event into account."""
        if isinstance(event, TestsGave):
            place = self.of(event.student, event.notebook)
            place.key = event.key
            place.tests.update(event.items)
            for item in event.items:
                place.note(item, event.at)
        elif isinstance(event, PersonGave):
            place = self.of(event.student, event.notebook)
            place.given[event.item] = event.given
            place.note(event.item, event.at)
        elif isinstance(event, AttemptTaken):
            attempt = Attempt(event.handed_in, event.run, event.at)
            self.of(event.student, event.notebook).attempts.append(attempt)
        elif isinstance(event, ItemsAsked):
            self._ask(event)
        elif isinstance(event, NoteWritten):
            self.notes[event.student].append(Note(event.text, event.by, event.at))
        elif isinstance(event, StudentJoined):
            self._join(event)
        else:
            self.runs.append(Run(event.run, event.at))

    def _ask(self, event: ItemsAsked) -> None:
        before = {asked.item: asked for asked in self.asked.get(event.notebook, ())}
        for asked in event.items:
            old = before.get(asked.item)
            if old is None and asked.was in before:
                old = before[asked.was]
                for (_, notebook), state in self.notebooks.items():
                    if notebook == event.notebook:
                        state.rename(asked.was, asked.item)
            if old is not None and old.max_points != asked.max_points:
                self.rescaled[event.notebook, asked.item] = (event.at, old.max_points, asked.max_points)
        self.asked[event.notebook] = event.items
        names = {asked.item for asked in event.items}
        for (_, notebook), state in self.notebooks.items():
            if notebook == event.notebook:
                state.tests = {item: mark for item, mark in state.tests.items() if item in names}

    def _join(self, event: StudentJoined) -> None:
        for student, notebook in [place for place in self.notebooks if place[0] == event.goes]:
            gone = self.notebooks.pop((student, notebook))
            self.notebooks.setdefault((event.stays, notebook), gone)
        self.notes[event.stays] += self.notes.pop(event.goes, [])


def replay(events: Iterable[Event]) -> State:
    """The state that a journal's events come to."""
    state = State()
    for event in events:
        state.apply(event)
    return state


def mark_of(item: str, tests: TestMark, given: GivenMark | None) -> FinalMark:
    """The mark that counts, from what is recorded."""
    manual = ManualGrade()
    if given is not None:
        manual = ManualGrade(given.score, given.extra_credit, given.look_again)
    result = ItemResult(item, tests.points, tests.max_points, tests.status, tests.message)
    return final_mark(result, manual, unanswered=tests.unanswered)


def giver(mark: FinalMark, given: GivenMark | None) -> str:
    """Who gave a mark, empty where nobody did."""
    if mark.by_person:
        return (given.by if given is not None else "") or BY_A_PERSON
    return BY_TESTS if mark.points is not None else ""
