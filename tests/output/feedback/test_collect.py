"""What a feedback page says of an item, for every way in which it can have ended."""

from __future__ import annotations

import pytest

from autograder.marking.final import ManualGrade, absent_items
from autograder.model.results import CheckResult, ItemResult, NotebookResult, Status
from autograder.output.feedback.collect import page_of
from autograder.output.feedback.page import render
from autograder.output.outcomes import NotebookOutcome


@pytest.fixture
def shown(toy):
    """The page's item for one result of `square` or `why`, with what a person gave and which answers are blank."""

    def go(result, manual=None, *, blank=(), **more):
        given = {result.item: manual} if manual else {}
        outcome = NotebookOutcome(
            "ann",
            NotebookResult("ann", "squares", (result,)),
            {"cells": []},
            unanswered=frozenset(blank),
            manual=given,
            **more,
        )
        (item,) = page_of(outcome, toy.notebooks["squares"], "toy").items
        return item

    return go


def scored(points, **more):
    return ItemResult("square", points, 2.0, Status.SCORED, **more)


WRITTEN = ItemResult("why", None, 1.0, Status.MANUAL)


@pytest.mark.parametrize(
    ("result", "manual", "said"),
    [
        (scored(2.0), None, ("right", "good")),
        (scored(0.5), None, ("partly right", "bad")),
        (scored(0.0, message="wrong"), None, ("not right yet", "bad")),
        (WRITTEN, None, ("waits for a person", "wait")),
        (WRITTEN, ManualGrade(1.0), ("right, marked by a person", "good")),
        (WRITTEN, ManualGrade(0.0), ("not right yet, marked by a person", "bad")),
        (
            WRITTEN,
            ManualGrade(1.0, look_again=True),
            ("marked by a person, for an earlier attempt: to be looked at again", "wait"),
        ),
        (scored(0.5), ManualGrade(2.0), ("right, marked by a person", "good")),
        (scored(1.5), ManualGrade(extra_credit=0.5), ("right", "good")),
        (
            ItemResult("square", 0.0, 2.0, Status.FAULT, "it hung"),
            None,
            ("stopped by a fault in the notebook", "bad"),
        ),
        (
            ItemResult("square", None, 2.0, Status.GRADER_ERROR, "broke"),
            None,
            ("could not be marked by a fault of ours; it will be", "wait"),
        ),
    ],
)
def test_verdicts(shown, result, manual, said):
    """Each way to end has its words and its tone."""
    item = shown(result, manual)
    assert (item.verdict, item.tone) == said


def test_a_blank_answer(shown):
    """A written answer that is still as released waits for nobody."""
    item = shown(WRITTEN, blank=["why"])
    assert (item.points, item.verdict, item.waiting) == (0.0, "no answer was written", False)


@pytest.mark.parametrize(
    ("refused", "said"), [("", "not handed in"), ("cut off", "could not be used: a person decides")]
)
def test_a_notebook_that_is_not_there(toy, refused, said):
    """What was not handed in is told from what could not be used, for which the page has the reason."""
    notebook = toy.notebooks["squares"]
    result = NotebookResult("ann", "squares", absent_items(notebook, refused))
    page = page_of(NotebookOutcome("ann", result, {}, refused=refused), notebook, "toy")
    assert {item.verdict for item in page.items} == {said}
    assert ("cut off" in render(page)) is bool(refused)
    assert ("not among what you handed in" in render(page)) is not bool(refused)


@pytest.mark.parametrize(
    ("checks", "message", "verdict"),
    [
        ([True, True], "", "right"),
        ([True, False], "", "partly right"),
        ([False, False], "", "not right yet"),
        ([], "", "right"),
        ([], "AssertionError", "not right yet"),
    ],
)
def test_further_exercises(toy, checks, message, verdict):
    """An exercise that counts nothing is judged by its checks, and said not to count: never "0 of 0"."""
    found = tuple(CheckResult(f"c{number}", 0.0, 0.0, passed=passed) for number, passed in enumerate(checks))
    (item, *_) = toy.notebooks["squares"].items
    further = type(item)(item.grade_id, 0.0, further=2.0)
    notebook = type(toy.notebooks["squares"])("squares", (further,), toy.notebooks["squares"].source)
    result = NotebookResult("ann", "squares", (ItemResult("square", 0.0, 0.0, Status.SCORED, message, found),))
    page = page_of(NotebookOutcome("ann", result, {"cells": []}), notebook, "toy")
    assert page.items[0].verdict == verdict
    html = render(page)
    assert html.count("further, not counted") == 2
    assert "0 of 0" not in html
    assert "Nothing in this notebook counts" in html
