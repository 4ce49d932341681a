"""The mark that counts: what the grader found and what a person gave, put together. Decided here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.model.course import Notebook
from autograder.model.results import Decided, ItemResult, Status

NO_ANSWER = "no answer was written"
BY_PERSON = "marked by a person"
LOOK_AGAIN = "for an earlier attempt: to be looked at again"
NOT_HANDED_IN = "this notebook was not handed in"


@dataclass(frozen=True)
class ManualGrade:
    """What a person gave for an item in formgrader, as the gradebook has it.

    `score` is None while nobody has marked it; `extra_credit` comes on top. `look_again` says that the hand-in has
    changed since somebody marked it.
    """

    score: float | None = None
    extra_credit: float = 0.0
    look_again: bool = False
    comment: str = ""


NOTHING_GIVEN = ManualGrade()


@dataclass(frozen=True)
class FinalMark:
    """The mark of an item as everybody is told it. `points` is None while there is none.

    `message` is what the student may read, `for_markers` the whole of it where that is more.
    `decided` is where its tests were run, None where none were. The status is MANUAL while a person has to mark it, or
    to look again at what was marked for an earlier attempt.
    """

    item: str
    points: float | None
    max_points: float
    status: Status
    message: str = ""
    by_person: bool = False
    for_markers: str = ""
    decided: Decided | None = None

    @property
    def waiting(self) -> bool:
        """Whether a person has to look at it: for the first time, again, or because what was handed in is of no use."""
        return self.status is Status.MANUAL or self.unusable

    @property
    def unusable(self) -> bool:
        """Whether what was handed in could not be used: it holds its mark open until a person has decided."""
        return self.status is Status.FAULT and self.points is None

    @property
    def final(self) -> bool:
        """Whether it can be given out: nobody has to look, and the grader has not failed."""
        return self.points is not None and not self.waiting


def final_mark(result: ItemResult, grade: ManualGrade = NOTHING_GIVEN, *, unanswered: bool = False) -> FinalMark:
    """The mark that counts for an item.

    A person's score counts before what the grader found; one that was given to an earlier attempt counts too, and
    waits for the person to look again. A written answer that is still as released is worth nothing and waits for
    nobody. Extra credit is added to a mark and makes none.
    """
    points, status, texts = result.points, result.status, (result.message, result.for_markers)
    if status is Status.MANUAL and unanswered:
        points, status, texts = 0.0, Status.SCORED, (NO_ANSWER, "")
    if grade.score is not None:
        points = grade.score
        status = Status.MANUAL if grade.look_again else Status.SCORED
        texts = (f"{BY_PERSON}, {LOOK_AGAIN}" if grade.look_again else BY_PERSON, "")
    message, for_markers = texts
    if grade.extra_credit and points is not None:
        points += grade.extra_credit
        extra = f"with {grade.extra_credit:g} extra"
        message = f"{message}; {extra}" if message else extra
        for_markers = for_markers and f"{for_markers}; {extra}"
    by_person = grade.score is not None
    return FinalMark(
        result.item, points, result.max_points, status, message, by_person, for_markers, decided=result.decided
    )


def absent_items(notebook: Notebook, refused: str = "") -> tuple[ItemResult, ...]:
    """The items of a notebook that cannot be graded: not handed in, or `refused` for a reason and without a mark."""
    status, points = (Status.FAULT, None) if refused else (Status.MISSING, 0.0)
    message = refused or NOT_HANDED_IN
    return tuple(ItemResult(item.grade_id, points, item.points, status, message) for item in notebook.items)
