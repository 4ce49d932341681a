"""What a grading run left in OUT, read back: results, repairs, and what persons have added since.

Feedback and report are made from this alone. A result counts only when it belongs to what is in submitted/ now, to the
source notebooks and to the grader as they are: its key is computed again, as the batch computes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.batch import JobMaker, ResultStore
from autograder.grading import STATE, known_students, recorded_run, submitted_notebooks
from autograder.marking.gradebook import database_url
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.model.course import Assignment, Notebook


class OutcomeError(Exception):
    """There is nothing to show, or what is there is out of date; the message says what to do."""


@dataclass(frozen=True)
class PersonsWord:
    """What a person has said of an item in formgrader: points and extra points, if any, and a comment."""

    manual_score: float | None = None
    extra_credit: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class NotebookOutcome:
    """All that is known of one student's notebook; `content` is empty when it was not handed in or is of no use."""

    student: str
    result: NotebookResult
    content: dict[str, Any]
    repairs: tuple[str, ...] = ()
    words: dict[str, PersonsWord] = field(default_factory=dict)

    def points(self, item: ItemResult) -> float | None:
        """The points that count: what a person gave, otherwise what the grader found; None while it waits."""
        word = self.words.get(item.item, PersonsWord())
        points = item.points if word.manual_score is None else word.manual_score
        return points if not word.extra_credit else (points or 0.0) + word.extra_credit


class Outcomes:
    """The outcomes of one assignment in `out`, a notebook at a time.

    Raises OutcomeError when nothing was graded there, and while iterating when a result is missing or out of date.
    """

    def __init__(self, assignment: Assignment, out: Path) -> None:
        self._assignment = assignment
        self._out = out
        recorded = recorded_run(out, assignment.name)
        if "settings" not in recorded:
            raise OutcomeError(f"{out} has no finished grading run for {assignment.name}: run `autograder grade` first")
        settings = {**recorded["settings"], "sandbox": SandboxPolicy(recorded["settings"]["sandbox"])}
        self._jobs = JobMaker(assignment, GradingSettings(**settings))
        self._store = ResultStore(out / STATE / "results")
        self._words = persons_words(assignment, out)
        self.students = tuple(sorted(known_students(out, assignment.name)))

    def __iter__(self) -> Iterator[NotebookOutcome]:
        for student in self.students:
            yield from self.of(student)

    def of(self, student: str) -> Iterator[NotebookOutcome]:
        """One student's outcomes, one for each notebook of the assignment, in order."""
        files = submitted_notebooks(self._out, self._assignment, student)
        for name, notebook in self._assignment.notebooks.items():
            words = self._words.get((student, name), {})
            if name not in files:
                yield NotebookOutcome(student, _missing(student, notebook), {}, (), words)
                continue
            content = json.loads(files[name].read_bytes())
            result = self._store.get(self._jobs.job(Submission(student, name, content)).key)
            if result is None:
                raise OutcomeError(
                    f"{student}, {name}: no result for what is in {files[name]}; run `autograder grade` again"
                )
            yield NotebookOutcome(student, result, content, self._repairs(student, name), words)

    def _repairs(self, student: str, notebook: str) -> tuple[str, ...]:
        path = self._out / STATE / "intake" / self._assignment.name / student / f"{notebook}.json"
        try:
            return tuple(repair["text"] for repair in json.loads(path.read_bytes())["repairs"])
        except FileNotFoundError:
            return ()


def persons_words(assignment: Assignment, out: Path) -> dict[tuple[str, str], dict[str, PersonsWord]]:
    """What persons have said, by (student, notebook) and item; read in two queries, whatever the size of the class."""
    from nbgrader.api import Assignment as AssignmentRow
    from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
    from nbgrader.api import Notebook as NotebookRow

    words: dict[tuple[str, str], dict[str, PersonsWord]] = {}
    url = database_url(assignment.course, out)
    if url.startswith("sqlite:///") and not (out / "gradebook.db").exists() and url.endswith("gradebook.db"):
        return words
    with Gradebook(url, assignment.course.nbgrader.coursedir.course_id) as gradebook:

        def rows(table: Any, *columns: Any) -> Any:
            return (
                gradebook.db.query(SubmittedAssignment.student_id, NotebookRow.name, BaseCell.name, *columns)
                .select_from(table)
                .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
                .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(NotebookRow, SubmittedNotebook.notebook_id == NotebookRow.id)
                .join(BaseCell, table.cell_id == BaseCell.id)
                .join(AssignmentRow, SubmittedAssignment.assignment_id == AssignmentRow.id)
                .filter(AssignmentRow.name == assignment.name)
            )

        given = Grade.manual_score.isnot(None) | (Grade.extra_credit.isnot(None))
        for student, notebook, item, score, extra in rows(Grade, Grade.manual_score, Grade.extra_credit).filter(given):
            words.setdefault((student, notebook), {})[item] = PersonsWord(score, extra or 0.0)
        for student, notebook, item, comment in rows(Comment, Comment.manual_comment).filter(
            Comment.manual_comment.isnot(None)
        ):
            said = words.setdefault((student, notebook), {})
            before = said.get(item, PersonsWord())
            said[item] = PersonsWord(before.manual_score, before.extra_credit, comment)
    return words


def _missing(student: str, notebook: Notebook) -> NotebookResult:
    items = tuple(
        ItemResult(item.grade_id, 0.0, item.points, Status.MISSING, "this notebook was not handed in")
        for item in notebook.items
    )
    return NotebookResult(student, notebook.name, items)
