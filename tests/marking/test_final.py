"""The mark that counts, for every combination of what was found, what a person gave and whether it was answered."""

from __future__ import annotations

import itertools

import pytest

from autograder.marking.final import FinalMark, ManualGrade, absent_items, final_mark
from autograder.model.course import Item, Notebook
from autograder.model.results import ItemResult, Status

FOUND = {
    Status.SCORED: ItemResult("a", 1.5, 2.0, Status.SCORED, "partly"),
    Status.MANUAL: ItemResult("a", None, 2.0, Status.MANUAL),
    Status.FAULT: ItemResult("a", 0.5, 2.0, Status.FAULT, "it hung"),
    Status.MISSING: ItemResult("a", 0.0, 2.0, Status.MISSING, "this notebook was not handed in"),
    Status.GRADER_ERROR: ItemResult("a", None, 2.0, Status.GRADER_ERROR, "broke"),
}
"""What the grader may find."""

BLANK = {
    **{status: (item.points, status, item.message) for status, item in FOUND.items()},
    Status.MANUAL: (0.0, Status.SCORED, "no answer was written"),
}
"""What each is worth when the answer is as released: only a written one changes."""


def told(mark: FinalMark):
    return mark.points, mark.status, mark.message


@pytest.mark.parametrize("status", Status)
def test_what_the_grader_found(status):
    """Without a person the mark is what the grader found."""
    item = FOUND[status]
    assert told(final_mark(item)) == (item.points, status, item.message)
    assert told(final_mark(item, unanswered=True)) == BLANK[status]


@pytest.mark.parametrize(("status", "unanswered"), itertools.product(Status, [False, True]))
def test_a_persons_score_counts(status, unanswered):
    """What a person gave counts and is final, whatever the grader found."""
    mark = final_mark(FOUND[status], ManualGrade(1.0), unanswered=unanswered)
    assert told(mark) == (1.0, Status.SCORED, "marked by a person")
    assert mark.by_person
    assert mark.final


@pytest.mark.parametrize(("status", "unanswered"), itertools.product(Status, [False, True]))
def test_a_score_of_an_earlier_attempt(status, unanswered):
    """What a person gave to an earlier attempt counts, and waits for the person to look again."""
    mark = final_mark(FOUND[status], ManualGrade(1.0, look_again=True), unanswered=unanswered)
    assert (mark.points, mark.status) == (1.0, Status.MANUAL)
    assert mark.message == "marked by a person, for an earlier attempt: to be looked at again"
    assert mark.waiting
    assert not mark.final


@pytest.mark.parametrize(("status", "unanswered"), itertools.product(Status, [False, True]))
def test_extra_credit(status, unanswered):
    """Extra credit is added to a mark and said; where there is no mark it makes none."""
    points, expected, message = BLANK[status] if unanswered else told(final_mark(FOUND[status]))
    mark = final_mark(FOUND[status], ManualGrade(extra_credit=0.5), unanswered=unanswered)
    if points is None:
        assert told(mark) == (None, expected, message)
    else:
        assert told(mark) == (points + 0.5, expected, "; ".join([*[message] * bool(message), "with 0.5 extra"]))


@pytest.mark.parametrize("look_again", [False, True])
def test_score_and_extra_credit(look_again):
    """Extra credit comes on top of a person's score."""
    mark = final_mark(FOUND[Status.MANUAL], ManualGrade(1.0, 0.5, look_again=look_again))
    assert mark.points == 1.5
    assert mark.message.endswith("; with 0.5 extra")
    assert mark.final is not look_again


@pytest.mark.parametrize(("status", "final"), [(s, s not in (Status.MANUAL, Status.GRADER_ERROR)) for s in Status])
def test_what_is_final(status, final):
    """A mark can be given out unless a person has to look or the grader has failed."""
    assert final_mark(FOUND[status]).final is final
    assert final_mark(FOUND[status]).waiting is (status is Status.MANUAL)


def test_a_score_of_none_is_a_score():
    """Nought points from a person are a mark, not the lack of one."""
    assert told(final_mark(FOUND[Status.MANUAL], ManualGrade(0.0))) == (0.0, Status.SCORED, "marked by a person")


def test_a_notebook_that_is_not_there():
    """The items of a notebook that was not handed in are missing; of one that could not be used, at fault, and why."""
    notebook = Notebook("n", (Item("a", 2.0), Item("why", 1.0, manual=True)), None)
    assert [told(final_mark(item)) for item in absent_items(notebook)] == [
        (0.0, Status.MISSING, "this notebook was not handed in")
    ] * 2
    assert [told(final_mark(item)) for item in absent_items(notebook, "cut off")] == [
        (None, Status.FAULT, "cut off")
    ] * 2
