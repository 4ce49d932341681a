"""The mark of an item: one pure function of what its test came to."""

from __future__ import annotations

import math

import pytest

from autograder.marking.decide import NOT_OWN_NUMBER, Outcome, decide
from autograder.model.course import Item
from autograder.model.results import CheckResult, Status

ITEM = Item("task", 3.0)


def check(points: float, *, passed: bool, message: str = "") -> CheckResult:
    return CheckResult("check", points if passed else 0.0, points, passed, message)


@pytest.mark.parametrize(
    ("outcome", "points", "status", "message"),
    [
        (Outcome(), 3.0, Status.SCORED, ""),
        (Outcome(error="no"), 0.0, Status.SCORED, "no"),
        (Outcome(fault="hung"), 0.0, Status.FAULT, "hung"),
        (Outcome(grader="ours"), None, Status.GRADER_ERROR, "ours"),
        (None, None, Status.GRADER_ERROR, "the test cell was not run"),
        (Outcome((check(1, passed=True), check(2, passed=True))), 3.0, Status.SCORED, ""),
        (Outcome((check(1, passed=True), check(2, passed=False, message="no"))), 1.0, Status.SCORED, "no"),
        (Outcome((check(2, passed=True), check(2, passed=True))), 3.0, Status.SCORED, ""),
        (Outcome((check(1, passed=True),), fault="hung"), 1.0, Status.FAULT, "hung"),
        (Outcome((check(1, passed=True),), error="no"), 0.0, Status.SCORED, "no"),
        (Outcome(ends_in_number=True, partial=1.5), 1.5, Status.SCORED, ""),
        (Outcome(ends_in_number=True, partial=7.0), 3.0, Status.SCORED, ""),
        (Outcome(ends_in_number=True, partial=-7.0), 0.0, Status.SCORED, ""),
        (Outcome(ends_in_number=True, partial=None), None, Status.GRADER_ERROR, NOT_OWN_NUMBER),
        (Outcome(ends_in_number=True, partial=math.nan), None, Status.GRADER_ERROR, NOT_OWN_NUMBER),
        (Outcome(ends_in_number=True, partial=math.inf), None, Status.GRADER_ERROR, NOT_OWN_NUMBER),
        (Outcome((check(1, passed=True),), ends_in_number=True, partial=3.0), 1.0, Status.SCORED, ""),
        (Outcome(error="no", grader="ours"), None, Status.GRADER_ERROR, "ours"),
        (Outcome(error="no", fault="hung"), 0.0, Status.FAULT, "hung"),
    ],
)
def test_each_outcome_has_its_mark(outcome, points, status, message):
    """Checks add up, plain tests are all or nothing, own numbers are partial, a fault of ours is never a zero."""
    found = decide(ITEM, outcome)
    assert (points, status, message) == (found.points, found.status, found.message)


def test_a_manual_item_waits_whatever_its_cell_did():
    """A person marks what a person is to mark."""
    found = decide(Item("essay", 2.0, manual=True), Outcome(error="no"))
    assert (None, Status.MANUAL, "") == (found.points, found.status, found.message)
