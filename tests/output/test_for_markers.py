"""What only markers may read of a hidden check is in marks.csv and in the report, and in nothing that students get."""

from __future__ import annotations

import pytest

from autograder.gradescope.results import gradescope_results
from autograder.marking.final import ManualGrade, final_mark
from autograder.marking.formgrader_notebook import mark_outputs
from autograder.model.results import CheckResult, ItemResult, NotebookResult, Status
from autograder.output.feedback.collect import page_of
from autograder.output.feedback.page import render
from autograder.output.marks import Mark
from autograder.output.outcomes import NotebookOutcome
from autograder.output.report.aggregate import summarise
from autograder.output.report.page import render as render_report
from autograder.output.report.tables import tables
from autograder.output.student_results import student_result
from autograder.output.tables import MarksTable

SECRET = "f at x = 17 is 3, expected 289"
FAILED = CheckResult(
    "the square", 0.0, 2.0, passed=False, message="It failed.", mistake="you added", for_markers=SECRET
)
WITH_CHECKS = ItemResult("square", 0.0, 2.0, Status.SCORED, "It failed.", (FAILED,), for_markers=SECRET)
PLAIN = ItemResult("square", 0.0, 2.0, Status.SCORED, "It failed.", for_markers=SECRET)


def outcome(item, **manual):
    return NotebookOutcome("ann", NotebookResult("ann", "squares", (item,)), {"cells": []}, manual=manual)


@pytest.mark.parametrize("item", [WITH_CHECKS, PLAIN], ids=["a check", "a plain test"])
@pytest.mark.parametrize("given", [{}, {"square": ManualGrade(extra_credit=0.5)}], ids=["tests alone", "extra credit"])
def test_no_student_reads_it(toy, item, given):
    """Neither on the page nor in the notebook of which nbgrader's own feedback is made."""
    page = render(page_of(outcome(item, **given), toy.notebooks["squares"], "toy"))
    assert "It failed." in page
    assert "289" not in page
    assert "289" not in str(mark_outputs(item))


class OnlyAnn:
    """The outcomes of a class of one."""

    def __init__(self, *found):
        self._found = found

    def of(self, student):
        """Ann's."""
        return iter(self._found)


@pytest.mark.parametrize("item", [WITH_CHECKS, PLAIN], ids=["a check", "a plain test"])
@pytest.mark.parametrize("given", [{}, {"square": ManualGrade(extra_credit=0.5)}], ids=["tests alone", "extra credit"])
def test_nor_does_a_system_that_shows_results(toy, item, given):
    """Neither results.json nor what Gradescope shows of it, whatever is shown there."""
    result = student_result("ann", toy, OnlyAnn(outcome(item, **given)), Mark("ann", "ann"))
    assert "It failed." in str(result)
    assert "289" not in str(result)
    assert "289" not in str(gradescope_results(result, "visible"))


@pytest.mark.parametrize("item", [WITH_CHECKS, PLAIN], ids=["a check", "a plain test"])
def test_markers_do(toy, tmp_path, item):
    """In the message of marks.csv, and in the report in a table that says so."""
    with MarksTable(tmp_path / "marks.csv", ["ann"]) as table:
        table.add("ann", [("squares", final_mark(item))])
    assert SECRET in (tmp_path / "marks.csv").read_text(encoding="utf-8")
    summary = summarise(toy, [outcome(item)])
    made = tables(summary, [], [], str)
    check = "the square" if item is WITH_CHECKS else ""
    assert made["hidden"].rows == (("squares", "square", check, "ann", SECRET),)
    assert "For markers only" in render_report(summary, made)


def test_it_comes_back_from_the_store():
    """A result is the same after it was written and read."""
    result = NotebookResult("ann", "squares", (WITH_CHECKS,))
    assert NotebookResult.from_json(result.to_json()) == result
