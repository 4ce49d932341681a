"""Marking: one question across the class, equal answers together, one decision for many, each undoable."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tornado.web

from autograder.ledger import Need
from autograder.marking.final import FinalMark, ManualGrade, final_mark
from autograder.marking.journal import Decision, Given
from autograder.model.results import ItemResult, Status
from autograder.review.grouping import Group, Piece, differences
from autograder.review.handlers import ReviewHandler
from autograder.text import counted, for_page, one_line

if TYPE_CHECKING:
    from autograder.marking.by_person import GradeRow, Outcome
    from autograder.review.questions import Answers, Question
    from autograder.review.rubric import RubricLine

MOST_COMMENT = 5_000
MOST_LINE = 500


@dataclass(frozen=True)
class Answerer:
    """One student in a group: whose answer it is, and what stands in the gradebook.

    `chosen` says that the next decision is for them as well, unless the marker says otherwise.
    """

    student: str
    name: str
    row: GradeRow
    chosen: bool

    @property
    def mark(self) -> FinalMark:
        """The mark that counts now."""
        row = self.row
        status = Status.MANUAL if row.given.waits else Status.SCORED
        grade = ManualGrade(row.given.score, row.extra_credit, look_again=row.given.waits)
        return final_mark(ItemResult("", row.auto_score, 0.0, status), grade)

    @property
    def again(self) -> bool:
        """Whether the answer has changed since a person marked it."""
        return self.row.given.waits and self.row.given.score is not None


@dataclass(frozen=True)
class ShownGroup:
    """A group of equal answers with everybody in it, and for a near one what it has otherwise."""

    group: Group
    people: tuple[Answerer, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def waiting(self) -> int:
        """How many of them wait for a person."""
        return sum(one.row.given.waits for one in self.people)

    @property
    def text(self) -> str:
        """The answer as a page may hold it."""
        return for_page(self.group.text, 20_000)


@dataclass(frozen=True)
class Count:
    """How far the marking of a question is."""

    question: Question
    waiting: int
    marked: int
    blank: int
    groups: int


class Board:
    """A question with everybody's answers and marks, as they are now."""

    def __init__(self, handler: ReviewHandler, question: Question) -> None:
        self.review = handler.review
        self.question = question
        self.known = self.review.students
        self.answers: Answers = self.review.shelf.answers(question, self.known)
        self.rows = self.review.marks_of(question).rows()
        self._hidden = handler.names_hidden

    def shown(self, key: str, beside: str = "") -> ShownGroup:
        """A group with its people. Raises KeyError when nobody gives that answer any more."""
        group = self.answers.groups[key]
        rows = [(student, self.rows[student]) for student in group.students if student in self.rows]
        open_ones = any(row.given.waits for _, row in rows)
        people = [
            Answerer(student, self._name(student), row, chosen=not beside and (row.given.waits or not open_ones))
            for student, row in rows
        ]
        pieces = differences(for_page(group.text, 20_000), beside) if beside else ()
        return ShownGroup(group, tuple(people), pieces)

    def _name(self, student: str) -> str:
        if self._hidden:
            return ""
        return self.known[student].name or student

    def waits(self, group: Group) -> bool:
        """Whether anybody in a group waits for a person."""
        return any(self.rows[student].given.waits for student in group.students if student in self.rows)

    def beside(self, key: str, step: int, *, waiting: bool) -> str:
        """The next group in one direction, round the end; of those that wait when that is asked. Empty for none."""
        keys = list(self.answers.groups)
        if not keys:
            return ""
        place = keys.index(key) if key in keys else -1
        round_the_end = [keys[(place + step * far) % len(keys)] for far in range(1, len(keys) + 1)]
        others = (other for other in round_the_end if other != key)
        return next((other for other in others if not waiting or self.waits(self.answers.groups[other])), "")

    def count(self) -> Count:
        """How far it is."""
        rows = self.rows.values()
        return Count(
            self.question,
            sum(row.given.waits for row in rows),
            sum(row.given.score is not None and not row.given.waits for row in rows),
            len(self.answers.blank),
            len(self.answers.groups),
        )


class QuestionsHandler(ReviewHandler):
    """The questions, and how far each is."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show them."""
        counts = [self._count(question) for question in self.review.questions.values()]
        self.show("questions.html.j2", title="Marking", counts=counts)

    def _count(self, question: Question) -> Count:
        answers = self.review.shelf.answers(question, self.review.students)
        entries = self.review.entries(question)
        return Count(
            question,
            sum(entry.need in (Need.MARK, Need.LOOK_AGAIN) for entry in entries),
            sum(entry.mark.by_person and entry.need is None for entry in entries),
            len(answers.blank),
            len(answers.groups),
        )


class QuestionHandler(ReviewHandler):
    """One question, one group of answers at a time."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show a group: the one that is asked for, or the first that waits."""
        question = self.found(self.review.questions, self.get_query_argument("q", ""), "question")
        board = Board(self, question)
        keys = list(board.answers.groups)
        key = self.get_query_argument("group", "")
        if key not in board.answers.groups:
            key = next((key for key in keys if board.waits(board.answers.groups[key])), keys[0] if keys else "")
        shown = board.shown(key) if key else None
        near = [board.shown(other.key, shown.text) for other in board.answers.near(shown.group)] if shown else []
        aids = self.review.aids
        decisions = self.review.decisions
        values: dict[str, Any] = {
            "question": question,
            "count": board.count(),
            "shown": shown,
            "near": near,
            "place": keys.index(key) + 1 if key else 0,
            "next": board.beside(key, 1, waiting=True),
            "after": board.beside(key, 1, waiting=False),
            "before": board.beside(key, -1, waiting=False),
            "lines": aids.rubric(question.key, question.lines),
            "comments": list(aids.comments.get(question.key, {})),
            "given": _common(shown),
            "chosen": _lines_of(decisions, question, shown),
            "done": _done(decisions, self.get_query_argument("done", "")),
            "overtaken": self.get_query_argument("overtaken", ""),
            "seen": json.dumps(
                {one.row.grade_id: version(one.row.given) for group in (shown, *near) if group for one in group.people}
            ),
        }
        self.show("marking.html.j2", title=question.title or question.item.grade_id, **values)


class GiveHandler(ReviewHandler):
    """A decision."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Give a mark to everybody who was chosen and for whom the page still says what is there."""
        question = self.found(self.review.questions, self.get_body_argument("q", ""), "question")
        board = Board(self, question)
        key = self.get_body_argument("group", "")
        chosen, seen = set(self.get_body_arguments("to")), _seen(self.get_body_argument("seen", "{}"))
        lines = board.review.aids.rubric(question.key, question.lines)
        picked = tuple(line for line in lines if line.id in set(self.get_body_arguments("line")))
        score = _score(self.get_body_argument("score", ""), picked, question)
        comment = self.get_body_argument("comment", "", strip=False).replace("\r\n", "\n").strip()[:MOST_COMMENT]
        wanted, gone = _wanted(board, chosen, seen)
        outcome = self.review.marks_of(question).give(
            score, comment, wanted, marker=self.marker, lines=[line.id for line in picked]
        )
        if outcome.decision is not None:
            self.review.take_down(outcome.decision)
        for student in gone:
            outcome.overtaken[student] = board.rows[student].given
        fresh = Board(self, question)
        following = fresh.beside(key, 1, waiting=True) or key
        self._answer(question, outcome, following if not outcome.overtaken else key)

    def _answer(self, question: Question, outcome: Outcome, following: str) -> None:
        done = {"done": outcome.decision.id} if outcome.decision else {}
        over = {"overtaken": len(outcome.overtaken)} if outcome.overtaken else {}
        where = self.address("marking/question", q=question.key, group=following, **done, **over)
        said = _said(outcome, self.review.decisions)
        self.answer(where, **said)


class UndoHandler(ReviewHandler):
    """A decision taken back."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Put back what stood there before, where nobody has changed it since."""
        decisions = {decision.id: decision for decision in self.review.decisions}
        decision: Decision = self.found(decisions, self.get_body_argument("decision", ""), "decision")
        key = f"{decision.notebook}/{decision.item}"
        question: Question = self.found(self.review.questions, key, "question")
        outcome = self.review.marks_of(question).undo(decision, marker=self.marker)
        if outcome.decision is not None:
            self.review.take_down(outcome.decision, undone=True)
        board = Board(self, question)
        students = [one.student for one in decision.served]
        group = next((board.answers.of[student] for student in students if student in board.answers.of), "")
        over = {"overtaken": len(outcome.overtaken)} if outcome.overtaken else {}
        where = self.address("marking/question", q=key, group=group, **over)
        self.answer(where, text=f"Taken back for {counted(len(outcome.served), 'answer')}.")


class AidHandler(ReviewHandler):
    """What helps with a question: lines of the rubric, comments for use again."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Add one, or take one away."""
        question = self.found(self.review.questions, self.get_body_argument("q", ""), "question")
        what = self.get_body_argument("what", "")
        text = one_line(self.get_body_argument("text", ""), MOST_LINE)
        if what not in ("line", "no line", "comment", "no comment") or not text:
            raise tornado.web.HTTPError(400, reason="Write what it is for")
        points = _number(self.get_body_argument("points", "0")) if what == "line" else 0.0
        if points is None:
            raise tornado.web.HTTPError(400, reason="Write points as a number, such as 0.5")
        self.review.note(what, question.key, text, marker=self.marker, points=points)
        group = self.get_body_argument("group", "")
        self.answer(self.address("marking/question", q=question.key, group=group))


def version(given: Given) -> str:
    """A short text that says what a marker was shown."""
    return json.dumps([given.score, given.comment, given.waits])


def _seen(text: str) -> Mapping[str, str]:
    """What the page showed, by the ids of the rows."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise tornado.web.HTTPError(400, reason="The page is not one of ours: load it again")
    return found


def _wanted(board: Board, chosen: Iterable[str], seen: Mapping[str, str]) -> tuple[dict[str, Given], list[str]]:
    """For whom a decision is, with what was shown of them; and of whom something else is there by now.

    An answer is named by its group's key, which is made of its text, and by its row: one that was handed in since then
    is in another group, and nobody is marked for what the marker has not read.
    """
    wanted, gone = {}, []
    named = {
        board.rows[student].grade_id + "." + key: student
        for student, key in board.answers.of.items()
        if student in board.rows
    }
    for name in chosen:
        student = named.get(name)
        if student is None:
            continue
        given = board.rows[student].given
        if seen.get(name.partition(".")[0]) == version(given):
            wanted[student] = given
        else:
            gone.append(student)
    return wanted, gone


def _score(text: str, lines: Iterable[RubricLine], question: Question) -> float | None:
    """The points that were given: as they were written, otherwise those of the lines; None takes a mark back."""
    if text.strip():
        points = _number(text)
        if points is None or points < 0:
            raise tornado.web.HTTPError(400, reason="Write points as a number, such as 1.5")
        return points
    picked = list(lines)
    if not picked:
        return None
    start = 0.0 if any(line.points > 0 for line in picked) else question.item.points
    return min(max(start + sum(line.points for line in picked), 0.0), question.item.points)


def _number(text: str) -> float | None:
    try:
        points = float(text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return points if math.isfinite(points) else None


def _common(shown: ShownGroup | None) -> Given:
    """What the form begins with: what all of a group have."""
    found = {one.row.given for one in shown.people if one.row.given.score is not None} if shown else set()
    return found.pop() if len(found) == 1 else Given()


def _lines_of(decisions: Iterable[Decision], question: Question, shown: ShownGroup | None) -> tuple[str, ...]:
    """The rubric's lines that were chosen for a group last, where its marks are still those."""
    people = {one.student: one.row.given for one in shown.people} if shown else {}
    lines: tuple[str, ...] = ()
    for decision in decisions:
        if (decision.notebook, decision.item) == (question.notebook, question.item.grade_id):
            for one in decision.served:
                if people.get(one.student) == one.after:
                    lines = decision.lines
    return lines


def _done(decisions: Iterable[Decision], name: str) -> Decision | None:
    """The decision that a page says was just made."""
    return next((decision for decision in decisions if decision.id == name), None) if name else None


def _said(outcome: Outcome, decisions: Iterable[Decision]) -> dict[str, Any]:
    """What the script tells of a decision."""
    by = {one.student: decision.marker for decision in decisions for one in decision.served}
    others = sorted({by[student] for student in outcome.overtaken if student in by})
    text = f"Saved for {counted(len(outcome.served), 'answer')}."
    if outcome.overtaken:
        whom = f" by {', '.join(others)}" if others else " in formgrader or with a new hand-in"
        text = f"{counted(len(outcome.overtaken), 'answer')} changed in the meantime{whom} and stay as they are. {text}"
    return {
        "text": text,
        "decision": outcome.decision.id if outcome.decision else "",
        "overtaken": len(outcome.overtaken),
    }


ROUTES = [
    (r"/review/marking", QuestionsHandler),
    (r"/review/marking/question", QuestionHandler),
    (r"/review/marking/give", GiveHandler),
    (r"/review/marking/undo", UndoHandler),
    (r"/review/marking/aid", AidHandler),
]
