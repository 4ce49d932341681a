"""The class in numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.marking.final import ManualGrade
from autograder.model.course import Assignment, Course, Item, Notebook
from autograder.model.results import CheckResult, ItemResult, NotebookResult, Status
from autograder.output.outcomes import NotebookOutcome
from autograder.output.report.aggregate import Distribution, summarise


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """One notebook with two items of two points, and a written one."""
    items = (Item("sum", 2.0), Item("product", 2.0), Item("why", 1.0, manual=True))
    return Assignment("lab", Course(tmp_path), {"n": Notebook("n", items, None)})


def result(
    student: str, total: float, product: float, mistake: str = "", status: Status = Status.SCORED, **manual: ManualGrade
) -> NotebookOutcome:
    """A student's notebook; the written answer waits."""
    check = CheckResult("c", product, 2.0, passed=product == 2.0, mistake=mistake)
    items = (
        ItemResult("sum", total, 2.0, status),
        ItemResult("product", product, 2.0, status, checks=(check,)),
        ItemResult("why", None, 1.0, Status.MANUAL),
    )
    return NotebookOutcome(student, NotebookResult(student, "n", items), {"cells": []}, manual=manual)


def test_difficulty_is_the_mean_share_of_the_points(assignment: Assignment) -> None:
    """An item of which half the points are earned has difficulty a half."""
    summary = summarise(assignment, [result("a", 2, 2), result("b", 2, 0)])
    assert 0.5 == {item.item: item.difficulty for item in summary.items}["product"]


def test_discrimination_is_one_where_an_item_follows_the_rest(assignment: Assignment) -> None:
    """An item that goes with the rest of the notebook discriminates fully."""
    summary = summarise(assignment, [result("a", 2, 2), result("b", 0, 0), result("c", 1, 1)])
    assert pytest.approx(1.0) == {item.item: item.discrimination for item in summary.items}["sum"]


def test_mistakes_are_counted_by_hand_in(assignment: Assignment) -> None:
    """The same mistake of two students is counted twice."""
    summary = summarise(assignment, [result("a", 2, 0, "no square"), result("b", 2, 0, "no square"), result("c", 2, 2)])
    assert (("no square", 2),) == {item.item: item.mistakes for item in summary.items}["product"]


def test_an_item_that_waits_counts_in_no_average(assignment: Assignment) -> None:
    """A written answer without a mark is not a zero."""
    summary = summarise(assignment, [result("a", 2, 2)])
    assert summary.items[2].difficulty is None
    assert summary.waiting == 1


def test_a_persons_points_count(assignment: Assignment) -> None:
    """What a person gave counts in the item, in the total, and the notebook no longer waits."""
    summary = summarise(assignment, [result("a", 2, 2, why=ManualGrade(1.0))])
    assert (1.0, 0, (5.0,)) == (summary.items[2].difficulty, summary.waiting, summary.total.marks)


def test_items_that_nearly_everyone_has_are_flagged(assignment: Assignment) -> None:
    """With enough marks an item that no one loses is put before a person, and one that no one gets as well."""
    summary = summarise(assignment, [result(f"s{n}", 2, 0) for n in range(12)])
    assert ["nearly everyone has it", "hardly anyone has it", ""] == [item.flag for item in summary.items]


def test_full_marks_stand_in_the_last_bin() -> None:
    """A hundred per cent belongs to the last tenth, not to an eleventh."""
    assert (1, 0, 0, 0, 0, 1, 0, 0, 0, 1) == Distribution("d", 10.0, (0.0, 5.0, 10.0)).bins


def test_a_mark_of_an_earlier_attempt_waits(assignment: Assignment) -> None:
    """What a person gave to an earlier attempt counts in the sums, and the notebook waits."""
    summary = summarise(assignment, [result("a", 2, 2, why=ManualGrade(1.0, look_again=True))])
    assert ((5.0,), 1) == (summary.total.marks, summary.waiting)


def test_further_exercises_count_in_no_sum(tmp_path: Path) -> None:
    """An exercise beyond those that count is listed with how it ended, and is in no difficulty and no total."""
    items = (Item("sum", 2.0), Item("more", 0.0, further=3.0))
    assignment = Assignment("lab", Course(tmp_path), {"n": Notebook("n", items, None)})

    def one(student: str, right: int) -> NotebookOutcome:
        checks = tuple(CheckResult(f"c{number}", 0.0, 1.0, passed=number < right) for number in range(2))
        found = (
            ItemResult("sum", 2.0, 2.0, Status.SCORED),
            ItemResult("more", 0.0, 0.0, Status.SCORED, checks=checks),
        )
        return NotebookOutcome(student, NotebookResult(student, "n", found), {"cells": []})

    summary = summarise(assignment, [one("a", 2), one("b", 1), one("c", 0)])
    (more,) = (item for item in summary.items if item.item == "more")
    assert (more.difficulty, more.discrimination, more.flag) == (None, None, "")
    assert dict(more.statuses) == {
        "further, not counted: right": 1,
        "further, not counted: partly right": 1,
        "further, not counted: not right yet": 1,
    }
    assert ((2.0, 2.0, 2.0), 2.0) == (summary.total.marks, summary.total.max_points)
