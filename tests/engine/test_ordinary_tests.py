"""Test cells as other people write them, on hand-ins that are right and wrong."""

from __future__ import annotations

import pytest
from support.ordinary_cases import CASES

from autograder.model.results import Status


def pairs(which):
    return [
        pytest.param(case, text, id=f"{case.name}-{number}")
        for case in CASES
        for number, text in enumerate((case.model, *case.right) if which == "right" else case.wrong)
    ]


@pytest.mark.parametrize(("case", "answer"), pairs("right"))
def test_right(course, case, answer):
    """A right answer gets full marks by a test cell that somebody else wrote."""
    item = course.one(case.model, case.test, answer, given=case.given)
    assert (2.0, Status.SCORED, "") == (item.points, item.status, item.message)


@pytest.mark.parametrize(("case", "answer"), pairs("wrong"))
def test_wrong(course, case, answer):
    """A wrong answer gets nothing, and a message that is not a line of the test."""
    item = course.one(case.model, case.test, answer, given=case.given)
    assert (0.0, Status.SCORED) == (item.points, item.status)
    assert item.message
    assert not any(line.strip() and line.strip() in item.message for line in case.test.splitlines() if len(line) > 12)
