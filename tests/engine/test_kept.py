"""Functions of given cells that have to stand beside the answers: kept there, as they stand in the source."""

from __future__ import annotations

import pytest
from support.notebooks import cell

from autograder.engine.exceptions import ExaminerGone
from autograder.engine.grader import WATCHDOG_STATUS, Grader
from autograder.sandbox.confined_process import Usage

GIVEN = "def total(f):\n    return sum(f(n) for n in range(1100))"
DOUBLE = "def double(n):\n    return 2 * n"


@pytest.fixture(scope="module")
def summed(course):
    """A notebook whose given helper asks an answer a thousand times and more, and a test that does without it."""
    return course.notebook(
        cell(GIVEN, "locked", "given"),
        cell(DOUBLE, "answer", "t-answer"),
        cell("assert total(double) == 1208900", "test", "t", 2),
        cell("assert double(4) == 8", "test", "u", 3),
    )


def points(result):
    return [item.points for item in result.items]


def test_a_kept_helper_means_what_was_given(course, summed):
    """What a hand-in makes of its name is not looked at, and its answers are."""
    lie = "def total(f):\n    return 1208900"
    assert points(course.grade(summed)) == [2, 3]
    assert points(course.grade(summed, {"t-answer": f"{DOUBLE}\n{lie}"})) == [2, 3]
    assert points(course.grade(summed, {"t-answer": f"def double(n):\n    return n\n{lie}"})) == [0, 0]


def test_keeping_draws_no_numbers(course):
    """What a given cell draws for a kept helper is drawn once: answers go on with the numbers that follow."""
    given = "import torch\ntorch.manual_seed(5)\nshift = float(torch.rand(1))\nother = torch.rand(3)\n"
    name = course.notebook(
        cell(given + "def total(f):\n    return sum(f(shift) for _ in range(1100))", "locked", "given"),
        cell("drawn = float(torch.rand(1))\ndef double(n):\n    return 2 * n", "answer", "t-answer"),
        cell("torch.manual_seed(5)\nassert drawn == float(torch.rand(5)[4])\nassert total(double) > 0", "test", "t", 2),
    )
    assert points(course.grade(name)) == [2]


def test_a_helper_at_which_an_examiner_is_ended_is_left_out(course, summed, monkeypatch):
    """When the watchdog ends an examiner that has a helper kept, the tests that use it are lost, and nothing else."""
    course.grade(summed)
    examine, ended = Grader._examine, []

    def once(self, order, items):
        if not ended:
            ended.append(order)
            raise ExaminerGone("kept given", Usage(exit_status=WATCHDOG_STATUS), "")
        return examine(self, order, items)

    monkeypatch.setattr(Grader, "_examine", once)
    assert points(course.grade(summed)) == [0, 3]


def test_the_visible_part_of_a_test_at_which_an_examiner_is_ended_is_left_out(course, monkeypatch):
    """Later cells do without the names of a test whose released part holds an examiner up."""
    name = course.notebook(
        cell(DOUBLE, "answer", "t-answer"),
        cell("eight = 8\nassert double(4) == eight", "test", "t", 2),
        cell("nine = eight + 1", "locked", "given"),
        cell("assert double(4) + 1 == nine", "test", "u", 3),
    )
    assert points(course.grade(name)) == [2, 3]
    examine, ended = Grader._examine, []

    def once(self, order, items):
        if not ended:
            ended.append(order)
            raise ExaminerGone("cell 1", Usage(exit_status=WATCHDOG_STATUS), "")
        return examine(self, order, items)

    monkeypatch.setattr(Grader, "_examine", once)
    result = course.grade(name)
    assert result.items[0].points == 2
    assert "NameError" in result.cells[-1].error
