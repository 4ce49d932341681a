"""Items: how the class did in each, which mistakes were made, with an answer that shows each, and the check's text."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tornado.web

from autograder.model.results import Status
from autograder.review.handlers import ReviewHandler
from autograder.text import for_page

if TYPE_CHECKING:
    from autograder.ledger import Ledger
    from autograder.review.mistakes import Mistake
    from autograder.review.questions import Question

MOST_EXAMPLE = 4_000


@dataclass(frozen=True)
class Standing:
    """How a class did in one item. What was not handed in, or has no mark yet, is in no number but its own.

    `share` is the mean share of the points; `full`, `part` and `none` count who has all, some and none of them.
    """

    question: Question
    share: float | None
    full: int
    part: int
    none: int
    waiting: int
    missing: int


@dataclass(frozen=True)
class Shown:
    """A mistake with the answer of one who made it."""

    mistake: Mistake
    student: str
    answer: str


class ItemsHandler(ReviewHandler):
    """All items."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show them in the order of the notebooks."""
        ledger = self.review.ledger
        standings = [standing(ledger, question) for question in self.review.questions.values()]
        common = {one.question.key: self._most_common(one.question) for one in standings}
        self.show("items.html.j2", title="Items", standings=standings, common=common)

    def _most_common(self, question: Question) -> Mistake | None:
        found = self.review.tests.mistakes(self.review.ledger, question.notebook, question.item.grade_id)
        return found[0] if found else None


class ItemHandler(ReviewHandler):
    """One item."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show how it went, the mistakes, and what the check asks."""
        question: Question = self.found(self.review.questions, self.get_query_argument("q", ""), "question")
        ledger = self.review.ledger
        answers = self.review.shelf.answers(question, self.review.students)
        mistakes = self.review.tests.mistakes(ledger, question.notebook, question.item.grade_id)
        shown = []
        for mistake in mistakes:
            student = next((one for one in mistake.students if answers.texts.get(one)), "")
            shown.append(Shown(mistake, student, for_page(answers.texts.get(student, ""), MOST_EXAMPLE)))
        self.show(
            "item.html.j2",
            title=question.title or question.item.grade_id,
            standing=standing(ledger, question),
            question=question,
            shown=shown,
        )


def standing(ledger: Ledger, question: Question) -> Standing:
    """How the class did in a question."""
    points, waiting, missing = [], 0, 0
    for student in ledger.students.values():
        notebook = student.notebooks.get(question.notebook)
        entry = next((one for one in notebook.items if one.item == question.item.grade_id), None) if notebook else None
        if notebook is None or entry is None or not notebook.handed_in or entry.mark.status is Status.MISSING:
            missing += 1
        elif entry.need is not None or entry.mark.points is None:
            waiting += 1
        else:
            points.append(entry.mark.points)
    most = question.item.points
    return Standing(
        question,
        statistics.fmean(points) / most if points and most else None,
        sum(one >= most for one in points),
        sum(0 < one < most for one in points),
        sum(one <= 0 < most for one in points),
        waiting,
        missing,
    )


ROUTES = [(r"/review/items", ItemsHandler), (r"/review/items/item", ItemHandler)]
