"""What Gradescope shows of a hand-in."""

from __future__ import annotations

from autograder.gradescope.results import gradescope_results
from autograder.output.student_results import Check, ItemResult, NotebookResult, StudentResult

SEEN = Check("the value", 1.0, 1.0, passed=True, hidden=False)
HIDDEN = Check("other values", 0.0, 2.0, passed=False, hidden=True, message="it is 3, expected 4", hint="think")


def shown(*items, hidden_tests="after_published", **notebook):
    one = NotebookResult("n", handed_in=True, points=0, max_points=0, items=items, **notebook)
    return gradescope_results(
        StudentResult("handin", "", "lab", 0, 0, final=True, waiting=0, notebooks=(one,)), hidden_tests
    )


def item(points, most, *checks, hidden=True, **more):
    return ItemResult("task", points, most, "scored", waiting=False, hidden=hidden, checks=checks, **more)


def test_visible_checks_at_once_and_hidden_ones_when_published():
    """The checks that students have are a test of their own; what only hidden ones say waits."""
    seen, hidden = shown(item(1.0, 3.0, SEEN, HIDDEN))["tests"]
    assert (seen["visibility"], seen["score"], seen["max_score"], seen["status"]) == ("visible", 1.0, 1.0, "passed")
    assert (hidden["visibility"], hidden["score"], hidden["max_score"]) == ("after_published", 0.0, 2.0)
    assert "expected 4" not in seen["output"]
    assert "expected 4" in hidden["output"]


def test_the_scores_add_up_to_the_mark():
    """Points that the checks do not add up to, such as for another's mistake, are in the total all the same."""
    for points in (0.0, 0.5, 2.5, 3.0):
        tests = shown(item(points, 3.0, SEEN, HIDDEN, follow_through=("other",)))["tests"]
        assert sum(test["score"] for test in tests) == points
        assert sum(test["max_score"] for test in tests) == 3.0


def test_an_item_without_checks_is_hidden_as_a_whole():
    """Where a cell's hidden tests cannot be told from the others, all that it found waits; else it is shown at once."""
    (hidden,) = shown(item(0.0, 2.0, message="wrong"))["tests"]
    assert (hidden["visibility"], hidden["output"]) == ("after_published", "wrong")
    (seen,) = shown(item(2.0, 2.0, hidden=False))["tests"]
    assert seen["visibility"] == "visible"
    (asked,) = shown(item(0.0, 2.0), hidden_tests="hidden")["tests"]
    assert asked["visibility"] == "hidden"


def test_what_waits_for_a_person_has_no_score():
    """A written answer and a fault of ours are no zero."""
    written = ItemResult("why", None, 1.0, "manual", waiting=True, hidden=False)
    fault = ItemResult("sum", None, 1.0, "grader_error", waiting=False, hidden=False)
    tests = shown(written, fault)["tests"]
    assert not [test for test in tests if "score" in test]
    assert "fault of ours" in tests[1]["output"]


def test_repairs_and_refusals_are_said():
    """What was mended and what could not be used stands above the tests."""
    assert "- a cell was doubled" in shown(repairs=("a cell was doubled",))["output"]
    assert "could not be used: cut off" in shown(refused="cut off")["output"]
