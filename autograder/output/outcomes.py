"""What a grading run left in OUT, read back: results, repairs, and what persons have added since.

Feedback and report are made from this alone. A result counts only when it belongs to what is in submitted/ now, to the
source notebooks and to the grader as they are: its key is computed again, as the batch computes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from autograder.batch import JobMaker, ResultStore
from autograder.exceptions import OutcomeError, UnreadableSubmissionError
from autograder.marking.final import NOTHING_GIVEN, FinalMark, ManualGrade, absent_items, final_mark
from autograder.marking.formgrader_notebook import released_answers, unanswered
from autograder.marking.gradebook_cells import prepared_sources
from autograder.marking.late import IN_TIME, Deadline, Late
from autograder.marking.manual_grades import read_manual_grades
from autograder.model.course import Assignment, Item
from autograder.model.results import ItemResult, NotebookResult
from autograder.model.submission import Submission
from autograder.model.times import read_time
from autograder.notebook.cells import with_new_names
from autograder.outdir import OutDir

NONE_GIVEN: Mapping[str, ManualGrade] = MappingProxyType({})


@dataclass(frozen=True)
class NotebookOutcome:
    """All that is known of one student's notebook; `content` is empty when it was not handed in or is of no use.

    `refused` says why it is of no use. `unanswered` are the grade ids of the answers that are still as released,
    `manual` what persons gave, by cell.
    """

    student: str
    result: NotebookResult
    content: dict[str, Any]
    repairs: tuple[str, ...] = ()
    refused: str = ""
    unanswered: frozenset[str] = frozenset()
    manual: Mapping[str, ManualGrade] = field(default_factory=lambda: NONE_GIVEN)
    late: Late = IN_TIME

    def mark(self, item: ItemResult) -> FinalMark:
        """The mark that counts for an item."""
        given = self.manual.get(item.item, NOTHING_GIVEN)
        return final_mark(item, given, unanswered=item.item in self.unanswered)

    def comment(self, item: Item) -> str:
        """What persons have said of an item and of its answers in formgrader."""
        cells = dict.fromkeys((item.grade_id, *item.answers))
        return "\n".join(
            self.manual[cell].comment for cell in cells if cell in self.manual and self.manual[cell].comment
        )


class Outcomes:
    """The outcomes of one assignment in OUT, a notebook at a time.

    Raises OutcomeError when nothing was graded there, and while iterating when a result is missing or out of date;
    OutDirError and GradebookError when what is there cannot be read.
    """

    def __init__(self, assignment: Assignment, out: OutDir) -> None:
        self._assignment = assignment
        self._out = out
        settings = out.last_run().settings
        if settings is None:
            raise OutcomeError(
                f"{out.root} has no finished grading run for {assignment.name}", remedy="run `autograder grade` first"
            )
        self._jobs = JobMaker(assignment, settings)
        self._store = ResultStore(out.results)
        due = out.last_run().due
        self._deadline = Deadline(assignment.course, read_time(due) if due else None)
        self._manual = read_manual_grades(out)
        self._known = out.known_students()
        self._released = {name: released_answers(one) for name, one in prepared_sources(assignment).items()}
        self.students = tuple(self._known)

    def __iter__(self) -> Iterator[NotebookOutcome]:
        for student in self.students:
            yield from self.of(student)

    def of(self, student: str) -> Iterator[NotebookOutcome]:
        """One student's outcomes, one for each notebook of the assignment, in order."""
        for name, notebook in self._assignment.notebooks.items():
            manual = self._manual.get((student, name), NONE_GIVEN)
            try:
                content = self._out.handed_in(student, name)
                refused = self._known[student].refused.get(name, "")
            except UnreadableSubmissionError as error:
                content, refused = None, str(error)
            if content is None:
                absent = NotebookResult(student, name, absent_items(notebook, refused))
                yield NotebookOutcome(student, absent, {}, refused=refused, manual=manual)
                continue
            content = with_new_names(content, notebook.renamed)
            submission = Submission(student, name, content)
            result = self._store.get(self._jobs.job(submission).key)
            if result is None:
                raise OutcomeError(
                    f"{student}, {name}: no result for what is in {self._out.submitted_notebook(student, name)}",
                    remedy="run `autograder grade` again",
                )
            blank = unanswered(submission, self._released[name])
            repairs = self._out.repairs(student, name)
            outcome = NotebookOutcome(student, result, content, repairs, "", blank, manual)
            points = sum(outcome.mark(item).points or 0.0 for item in result.items)
            yield replace(outcome, late=self._deadline.late(student, self._known[student], name, points))
