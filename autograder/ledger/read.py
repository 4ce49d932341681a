"""Reading the ledger of OUT: each truth from its owner, put together without a second copy.

Students and files come from OutDir's state, what the tests gave from the journal, what persons gave from the gradebook
as it is at this moment, lateness from the run's deadline. The mark that counts is decided by `marking.final` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.batch.store import ResultStore
from autograder.exceptions import OutcomeError
from autograder.ledger.entries import (
    BY_A_PERSON,
    FileEntry,
    ItemEntry,
    Need,
    NotebookEntry,
    Run,
    StudentEntry,
    Waiting,
)
from autograder.ledger.journal import Asked, GivenMark, Journal, TestMark
from autograder.ledger.state import NotebookState, State, giver, mark_of, replay
from autograder.marking.final import NOTHING_GIVEN, FinalMark, ManualGrade
from autograder.marking.late import Deadline
from autograder.marking.manual_grades import read_manual_grades
from autograder.model.results import NotebookResult, Status
from autograder.model.submission import Action, KnownStudent
from autograder.model.times import read_time
from autograder.outdir import OutDir

if TYPE_CHECKING:
    from autograder.marking.manual_grades import ManualGrades

NOT_GRADED = TestMark(None, 0.0, Status.GRADER_ERROR, message="not graded yet: the run did not come to its end")

_WHY = {
    Need.MARK: "a person marks this answer",
    Need.LOOK_AGAIN: "the hand-in has changed since {by} marked it",
    Need.UNUSABLE: "what was handed in cannot be used: {message}",
    Need.GRADER: "the grader itself failed: {message}",
}


@dataclass(frozen=True)
class Ledger:
    """The state of one assignment's class. Everything is in the order in which tables have it."""

    out: OutDir
    students: dict[str, StudentEntry]
    files: tuple[FileEntry, ...]
    runs: tuple[Run, ...]
    asked: dict[str, tuple[Asked, ...]]
    _store: ResultStore = field(repr=False)

    @property
    def max_points(self) -> dict[str, float]:
        """The points that each notebook can bring."""
        return {name: sum(one.max_points for one in asked) for name, asked in self.asked.items()}

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """All that waits for a person: one entry for an item, for a notebook that cannot be used, for a file."""
        return (*(each for student in self.students.values() for each in waiting_of(student)), *self._files_waiting())

    def result(self, student: str, notebook: str) -> NotebookResult | None:
        """All that grading a notebook gave, with checks and outputs; None where it was not graded."""
        key = self.students[student].notebooks[notebook].key
        return self._store.get(key) if key else None

    def _files_waiting(self) -> Iterator[Waiting]:
        for entry in self.files:
            record = entry.record
            refused = {
                name for one in self._owner(record.student) for name in one.known.refused if not one.known.handed_in
            }
            lost = record.action is Action.REFUSED and not record.student
            if (record.flag or lost) and not refused:
                why = "; ".join((record.path, *record.details))
                yield Waiting(record.student, record.notebook, "", Need.FILE, why)

    def _owner(self, student: str) -> tuple[StudentEntry, ...]:
        return (self.students[student],) if student in self.students else ()


def read_ledger(out: OutDir) -> Ledger:
    """The ledger of the assignment as it is at this moment.

    Raises OutcomeError where no run has come to its end, OutDirError and GradebookError when what is there cannot be
    read.
    """
    state = replay(Journal(out))
    if not state.runs:
        raise OutcomeError(
            f"{out.root} has no finished grading run for {out.assignment}", remedy="run `autograder grade` first"
        )
    due = out.last_run().due
    deadline = Deadline(out.course, read_time(due) if due else None)
    manual = read_manual_grades(out)
    files = tuple(FileEntry(record, record.at) for record in out.file_records())
    by_student = defaultdict(list)
    for file in files:
        by_student[file.record.student].append(file)
    reader = _Reader(out, state, manual, deadline)
    students = {
        student: StudentEntry(
            student,
            known,
            {name: reader.notebook(student, known, name) for name in state.asked},
            tuple(by_student[student]),
            tuple(state.notes.get(student, ())),
        )
        for student, known in out.known_students().items()
    }
    return Ledger(out, students, files, tuple(state.runs), dict(state.asked), ResultStore(out.results))


def waiting_of(student: StudentEntry) -> Iterator[Waiting]:
    """What of one student's waits for a person; a notebook that cannot be used waits once."""
    for notebook in student.notebooks.values():
        told = False
        for item in notebook.waiting:
            if item.need is Need.UNUSABLE:
                if not told:
                    yield Waiting(student.id, notebook.notebook, "", Need.UNUSABLE, item.why)
                told = True
            elif item.need is not None:
                yield Waiting(student.id, notebook.notebook, item.item, item.need, item.why)


def need_of(mark: FinalMark) -> Need | None:
    """Why a mark waits for a person, None for one that can be given out."""
    if mark.status is Status.MANUAL:
        return Need.LOOK_AGAIN if mark.by_person else Need.MARK
    if mark.points is None:
        return Need.UNUSABLE if mark.unusable else Need.GRADER
    return None


@dataclass(frozen=True)
class _Reader:
    out: OutDir
    state: State
    manual: ManualGrades
    deadline: Deadline

    def notebook(self, student: str, known: KnownStudent, name: str) -> NotebookEntry:
        recorded = self.state.notebooks.get((student, name), NotebookState())
        manual = self.manual.get((student, name), {})
        items = tuple(self._item(recorded, asked, name, manual) for asked in self.state.asked[name])
        points = sum(item.mark.points or 0.0 for item in items)
        unusable = next((item.mark.message for item in items if item.need is Need.UNUSABLE), "")
        return NotebookEntry(
            notebook=name,
            handed_in=bool(recorded.key) and not unusable,
            source=known.handed_in.get(name),
            refused=unusable,
            repairs=self.out.repairs(student, name),
            attempts=tuple(recorded.attempts),
            items=items,
            late=self.deadline.late(student, known, name, points),
            key=recorded.key,
        )

    def _item(
        self, recorded: NotebookState, asked: Asked, notebook: str, manual: Mapping[str, ManualGrade]
    ) -> ItemEntry:
        tests = recorded.tests.get(asked.item, NOT_GRADED)
        now = manual.get(asked.item, NOTHING_GIVEN)
        before = recorded.given.get(asked.item, GivenMark(None))
        same = (before.score, before.extra_credit) == (now.score, now.extra_credit)
        given = GivenMark(now.score, now.extra_credit, before.by if same else "", now.look_again)
        mark = mark_of(asked.item, tests, given)
        past = tuple(recorded.history.get(asked.item, ()))
        need = need_of(mark)
        comments = dict.fromkeys(manual[cell].comment for cell in (asked.item, *asked.answers) if cell in manual)
        return ItemEntry(
            item=asked.item,
            mark=mark,
            tests=tests.points,
            by=giver(mark, given),
            since=past[-1].at if past and past[-1].points == mark.points else "",
            need=need,
            why=self._why(need, mark, given, notebook, past[-1].at if past else ""),
            comment="\n".join(text for text in comments if text),
            manual=asked.manual,
            further=asked.further,
            history=past,
        )

    def _why(self, need: Need | None, mark: FinalMark, given: GivenMark, notebook: str, since: str) -> str:
        if need is None:
            return ""
        changed = self.state.rescaled.get((notebook, mark.item))
        if need is Need.LOOK_AGAIN and changed is not None and changed[0] >= since:
            return f"its points changed from {changed[1]:g} to {changed[2]:g} since {given.by or BY_A_PERSON} marked it"
        return _WHY[need].format(by=given.by or BY_A_PERSON, message=mark.message)
