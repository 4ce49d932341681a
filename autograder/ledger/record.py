"""Recording a run in the ledger: what is another than it was goes into the journal, and is told as a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.ledger.changes import Change, Changes, Kind, kind_of, write_changes
from autograder.ledger.journal import (
    Asked,
    AttemptTaken,
    Event,
    GivenMark,
    ItemsAsked,
    Journal,
    PersonGave,
    RunEnded,
    StudentJoined,
    TestMark,
    TestsGave,
    now,
)
from autograder.ledger.read import read_ledger
from autograder.ledger.state import NotebookState, State, giver, replay
from autograder.marking.final import NOTHING_GIVEN, FinalMark, ManualGrade
from autograder.text import one_line

if TYPE_CHECKING:
    from autograder.model.course import Assignment
    from autograder.model.results import ItemResult
    from autograder.model.submission import KnownStudent
    from autograder.outdir import OutDir

MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Found:
    """What a run found of a notebook: the key of its result, its items, which answers are blank, what persons gave."""

    key: str
    items: tuple[ItemResult, ...]
    unanswered: frozenset[str] = frozenset()
    given: Mapping[str, ManualGrade] = field(default_factory=dict)


class RunRecord:
    """One run as the ledger takes it down. Nothing is written before `finish`: a killed run has changed nothing."""

    def __init__(self, assignment: Assignment, out: OutDir) -> None:
        self._out = out
        self._journal = Journal(out)
        self._state: State = replay(self._journal)
        self._number = self._state.next_run
        self._at = now()
        self._events: list[Event] = []
        self._changes: list[Change] = []
        self._first = not self._state.runs
        self._rescaled: dict[tuple[str, str], tuple[float, float]] = {}
        self._ask(assignment)

    @property
    def rescaled(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        """The items that have other points than after the run before, by notebook and item, with both."""
        return self._rescaled

    def join(self, goes: str, stays: str) -> None:
        """An id has turned out to be another one of the same student."""
        self._put(StudentJoined(self._at, self._number, goes, stays))

    def student(self, student: str, known: KnownStudent, notebooks: Mapping[str, Found]) -> None:
        """Record what was found of one student."""
        for name, found in notebooks.items():
            state = self._state.of(student, name)
            before = {item: state.mark(item) for item in state.tests}
            why = self._handed_in(student, name, known, state)
            tests = {item.item: _test_mark(item, found) for item in found.items}
            other = {item: mark for item, mark in tests.items() if state.tests.get(item) != mark}
            if other or state.key != found.key:
                self._put(TestsGave(self._at, self._number, student, name, found.key, other))
            by_person = self._given(student, name, found, state)
            for item in tests:
                after = state.mark(item)
                if after is not None:
                    self._note(student, name, before.get(item), after, why, state, new_given=item in by_person)

    def finish(self) -> Changes:
        """Write the journal and OUT/changes.csv; gives what changed."""
        self._events.append(RunEnded(self._at, self._number))
        self._journal.append(self._events)
        order = sorted(self._changes, key=lambda change: (change.student, change.notebook))
        changes = Changes(tuple(order), read_ledger(self._out).waiting, self._first)
        write_changes(self._out, changes)
        return changes

    def _ask(self, assignment: Assignment) -> None:
        for name, notebook in assignment.notebooks.items():
            asked = tuple(
                Asked(item.grade_id, item.points, item.manual, item.further > 0, item.was, item.answers)
                for item in notebook.items
            )
            before = {one.item: one.max_points for one in self._state.asked.get(name, ())}
            for one in asked:
                old = before.get(one.item, before.get(one.was) if one.was else None)
                if old is not None and old != one.max_points:
                    self._rescaled[name, one.item] = (old, one.max_points)
            self._note_gone(name, {one.item for one in asked} | {one.was for one in asked})
            if self._state.asked.get(name) != asked:
                self._put(ItemsAsked(self._at, self._number, name, asked))

    def _note_gone(self, notebook: str, asked: set[str]) -> None:
        """Say of which items that are not asked any more somebody had a mark."""
        for (student, name), state in self._state.notebooks.items():
            for item in state.tests.keys() - asked if name == notebook else ():
                old = state.mark(item)
                if old is not None and old.points is not None:
                    why = "it is not asked any more"
                    self._changes.append(Change(student, name, item, Kind.WENT, old.points, None, "", why))

    def _handed_in(self, student: str, name: str, known: KnownStudent, state: NotebookState) -> str:
        """Record which file counts; gives why marks may be others, empty where the hand-in is the same."""
        handed_in = known.handed_in.get(name)
        if handed_in is None or (state.attempts and state.attempts[-1].handed_in == handed_in):
            return ""
        same = bool(state.attempts) and state.attempts[-1].handed_in.digest == handed_in.digest
        why = "" if same else "another hand-in counts" if state.attempts else "handed in"
        self._put(AttemptTaken(self._at, self._number, student, name, handed_in))
        return why

    def _given(self, student: str, name: str, found: Found, state: NotebookState) -> set[str]:
        """Record what persons gave since; gives for which items that is another mark."""
        changed = set()
        for item in (each.item for each in found.items):
            grade = found.given.get(item, NOTHING_GIVEN)
            before = state.given.get(item, GivenMark(None))
            same = (before.score, before.extra_credit) == (grade.score, grade.extra_credit)
            given = GivenMark(grade.score, grade.extra_credit, before.by if same else "", grade.look_again)
            if given != before:
                self._put(PersonGave(self._at, self._number, student, name, item, given))
                if not same:
                    changed.add(item)
        return changed

    def _note(
        self,
        student: str,
        notebook: str,
        before: FinalMark | None,
        after: FinalMark,
        handed_in: str,
        state: NotebookState,
        *,
        new_given: bool,
    ) -> None:
        rescaled = self._rescaled.get((notebook, after.item))
        kind = kind_of(before.points if before else None, after.points, rescaled=rescaled is not None)
        if kind is None:
            return
        by = giver(after, state.given.get(after.item))
        if new_given:
            why = f"given by {by}" if after.by_person else "what a person had given was taken back"
        elif rescaled is not None:
            why = f"its points changed from {rescaled[0]:g} to {rescaled[1]:g}"
        else:
            why = handed_in or (
                "graded anew: the tests or the settings have changed" if before else "asked for the first time"
            )
        points = before.points if before else None
        self._changes.append(Change(student, notebook, after.item, kind, points, after.points, by, why))

    def _put(self, event: Event) -> None:
        self._state.apply(event)
        self._events.append(event)


def _test_mark(item: ItemResult, found: Found) -> TestMark:
    message = one_line(item.message, MESSAGE_LIMIT).encode("utf-8", "replace").decode()
    return TestMark(item.points, item.max_points, item.status, item.item in found.unanswered, message)


def record_given(out: OutDir, marks: Iterable[tuple[str, str, str, ManualGrade]], by: str) -> None:
    """Put down who gave marks that stand in the gradebook now: student, notebook, item, and what was given."""
    journal = Journal(out)
    number, at = journal.runs, now()
    journal.append(
        PersonGave(
            at, number, student, notebook, item, GivenMark(given.score, given.extra_credit, by, given.look_again)
        )
        for student, notebook, item, given in marks
    )
