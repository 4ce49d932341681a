"""What the pages know of OUT, read as little as may be and again whenever it has changed."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from autograder.ledger import read_ledger
from autograder.ledger.changes import read_changes
from autograder.ledger.journal import GivenMark, Journal, PersonGave
from autograder.marking import journal
from autograder.marking.by_person import ItemMarks
from autograder.progress import at_work
from autograder.review.mistakes import Tests
from autograder.review.questions import Question, Shelf, questions_of
from autograder.review.rubric import Aids, Noted
from autograder.review.stamps import stamp

if TYPE_CHECKING:
    from autograder.ledger import ItemEntry, Ledger
    from autograder.marking.journal import Decision
    from autograder.model.course import Assignment
    from autograder.model.submission import KnownStudent
    from autograder.outdir import OutDir

T = TypeVar("T")

AIDS = "aids"
"""The journal of rubric lines and comments."""


class Review:
    """One assignment of OUT, as the pages show it."""

    def __init__(self, assignment: Assignment, out: OutDir) -> None:
        self.assignment = assignment
        self.out = out
        self._known: dict[str, tuple[Any, Any]] = {}
        self._run: subprocess.Popen[bytes] | None = None

    @functools.cached_property
    def questions(self) -> dict[str, Question]:
        """The questions by key, in their order."""
        return questions_of(self.assignment)

    @functools.cached_property
    def shelf(self) -> Shelf:
        """Everybody's answers."""
        return Shelf(self.assignment, self.out)

    @functools.cached_property
    def tests(self) -> Tests:
        """What the checks found, in short."""
        return Tests(self.out)

    @property
    def students(self) -> dict[str, KnownStudent]:
        """Everybody whom a run has seen, by id."""
        return self._fresh("students", self.out.state_files(marks=False), self.out.known_students)

    @property
    def ledger(self) -> Ledger:
        """The state of the class."""
        return self._fresh("ledger", self.out.state_files(), lambda: read_ledger(self.out))

    @property
    def changes(self) -> list[dict[str, str]]:
        """What the last run changed, and what waits."""
        return self._fresh("changes", [self.out.changes], lambda: read_changes(self.out))

    @property
    def aids(self) -> Aids:
        """What markers have noted."""
        return self._fresh("aids", [self.out.review_journal(AIDS)], self._aids)

    @property
    def decisions(self) -> list[Decision]:
        """What markers decided, in order."""
        file = self.out.review_journal(journal.DECISIONS)
        return self._fresh("decisions", [file], lambda: journal.read(self.out, journal.DECISIONS, journal.Decision))

    def entries(self, question: Question) -> list[ItemEntry]:
        """Everybody's item of a question."""
        table: dict[tuple[str, str], list[ItemEntry]] = self._fresh("entries", self.out.state_files(), self._entries)
        return table.get((question.notebook, question.item.grade_id), [])

    def _entries(self) -> dict[tuple[str, str], list[ItemEntry]]:
        table: dict[tuple[str, str], list[ItemEntry]] = {}
        for student in self.ledger.students.values():
            for notebook in student.notebooks.values():
                for item in notebook.items:
                    table.setdefault((notebook.notebook, item.item), []).append(item)
        return table

    def take_down(self, decision: Decision, *, undone: bool = False) -> None:
        """Have the ledger know who gave what."""
        ledger = Journal(self.out)
        last, by = ledger.runs, "" if undone else decision.marker
        ledger.append(
            PersonGave(
                decision.time,
                last,
                one.student,
                decision.notebook,
                decision.item,
                GivenMark(one.after.score, one.extra, by),
            )
            for one in decision.served
        )

    def marks_of(self, question: Question) -> ItemMarks:
        """What persons gave for a question."""
        return ItemMarks(self.out, question.notebook, question.item.grade_id, question.comment_cell)

    def note(self, what: str, about: str, text: str, *, marker: str, points: float = 0.0) -> None:
        """Write down what a marker notes."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        journal.add(self.out, AIDS, Noted(what, about, text, points, marker, now))

    def _aids(self) -> Aids:
        aids = Aids()
        for noted in journal.read(self.out, AIDS, Noted):
            aids.add(noted)
        return aids

    def _fresh(self, name: str, files: Iterable[Path], read: Callable[[], T]) -> T:
        """What was read, or read anew when one of the files it is made of is another by now."""
        stamps = tuple(map(stamp, files))
        known = self._known.get(name)
        if known is None or known[0] != stamps or not self.out.gradebook_is_a_file:
            known = self._known[name] = (stamps, read())
        return cast("T", known[1])

    # runs

    @property
    def running(self) -> bool:
        """Whether a run is at work in OUT, from here or from a terminal."""
        return at_work(self.out) or (self._run is not None and self._run.poll() is None)

    def start_run(self, *arguments: str, start: Path | None = None) -> None:
        """Start `autograder grade` with these arguments from the folder `start`; its log is in OUT."""
        if self.running:
            return
        self.out.logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "autograder", "grade", self.out.assignment, *arguments]
        places = ["--out", str(self.out.root), "--course", str(self.assignment.course.root)]
        with (self.out.logs / "review-grade.log").open("wb") as log:
            self._run = subprocess.Popen(
                [*command, *places], cwd=start, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def run_failed(self) -> str:
        """The last words of a run that was started here and failed, empty for any other."""
        if self._run is None or self._run.poll() in (None, 0):
            return ""
        log = self.out.logs / "review-grade.log"
        text = log.read_text(encoding="utf-8", errors="replace").strip() if log.exists() else ""
        return text.rpartition("\n")[2] or "it was ended"

    def warm_up(self) -> None:
        """Read in the background what the first page would have to wait for."""
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        students = list(self.students)
        for question in self.questions.values():
            self.shelf.answers(question, students)
        self.tests.read(self.ledger)
