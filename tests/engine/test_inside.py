"""Where an item is decided: outside where the model has full marks there, inside where it has them only there."""

from __future__ import annotations

import dataclasses

import pytest
from support.graded_course import SETTINGS, GradedCourse
from support.notebooks import cell

from autograder.engine.grader import Grader
from autograder.model.decision import said_at_the_start
from autograder.model.results import Decided, Status
from autograder.model.settings import DecidePolicy

GIVEN = "LOG = []\nclass V:\n    def __init__(self, x): self.x = x"
MODEL = "def make(x):\n    return V(x)\nV.__eq__ = lambda a, b: isinstance(b, V) and a.x == b.x"
WRONG = "def make(x):\n    return V(x)"
HIDDEN = "### BEGIN HIDDEN TESTS\nsecret = 4711\nassert make(secret) == make(4711)\n### END HIDDEN TESTS"


@pytest.fixture(scope="module")
def name(course):
    """A notebook with tests of each kind."""
    return course.notebook(
        cell(GIVEN),
        cell(MODEL, "answer", "make-answer"),
        cell("bound = 7\nassert make(bound) == make(7)", "test", "equal", 2),
        cell("assert make(2).x == 2", "test", "plain", 1),
        cell("\n\nassert make(1)\nassert make(1) == make(2)", "test", "never", 1),
        cell(f"assert make(bound) == make(7), 'equal V'\n{HIDDEN}", "test", "hidden", 1),
        cell("earned = 2 if make(1) == make(1) else 0.5\nearned", "test", "partial", 2),
        cell(
            "assert make(1) == make(1)\nLOG.append(1)\nopen('left.txt', 'w').write('x')\nprint('in')",
            "test", "changes", 1,
        ),
        cell(
            "import os\nassert make(1) == make(1)\nassert LOG == []\nassert not os.path.exists('left.txt')",
            "test", "unchanged", 1,
        ),
    )  # fmt: skip


def graded(course, name, answer=MODEL, extra=()):
    result = course.grade(name, {"make-answer": answer}, extra)
    return {item.item: item for item in result.items}, "".join(str(one.outputs) for one in result.cells)


@pytest.fixture(scope="module")
def model(course, name):
    """What the model's answer gets."""
    return graded(course, name, extra=["print(LOG)"])


def test_where_each_is_decided(model):
    """Known from the model's run: outside, inside, or not at all; and the model has full marks wherever it can be."""
    items, _ = model
    assert {name: (item.decided.value, item.points) for name, item in items.items()} == {
        "equal": ("inside", 2.0),
        "plain": ("outside", 1.0),
        "never": ("undecidable", None),
        "hidden": ("inside", 1.0),
        "partial": ("inside", 2.0),
        "changes": ("inside", 1.0),
        "unchanged": ("inside", 1.0),
    }


def test_what_cannot_be_decided_is_nobodys_zero(course, name):
    """A test that the model fails either way gives nobody a mark, and markers read the model's own error."""
    item = graded(course, name, WRONG)[0]["never"]
    assert (item.points, item.status, item.settled) == (None, Status.GRADER_ERROR, True)
    assert "model solution" in item.message
    assert "AssertionError" in item.for_markers


def test_a_wrong_answer_inside(course, name):
    """A wrong answer fails inside, partial credit is the number that the cell shows, and other items stand apart."""
    items, _ = graded(course, name, WRONG)
    assert {one: item.points for one, item in items.items()} == {
        "equal": 0.0, "plain": 1.0, "never": None, "hidden": 0.0, "partial": 0.5, "changes": 0.0, "unchanged": 0.0,
    }  # fmt: skip
    assert items["equal"].status is Status.SCORED


def test_what_a_test_changed_and_printed_is_gone(model):
    """What a test changes in the notebook or writes is not there for a later one, and what it prints is not shown."""
    items, shown = model
    assert items["unchanged"].points == 1.0
    assert "[]" in shown
    assert "in\n" not in shown


def test_a_hidden_test_inside_reaches_no_page(course, name):
    """A hand-in that reads a hidden test where it runs cannot have it shown: in no output, and in no message."""
    spy = (
        "import os, sys, linecache\nPLACE = os.path.abspath('spied.txt')\n"
        "def make(x):\n"
        "    frame, text = sys._getframe(), ''\n"
        "    while frame is not None:\n"
        "        text += ''.join(linecache.getlines(frame.f_code.co_filename)) + repr(frame.f_locals.get('secret'))\n"
        "        frame = frame.f_back\n"
        "    open(PLACE, 'a').write(text)\n"
        "    print(text)\n"
        "    raise AssertionError(text)\n"
    )
    look = "print(os.listdir(os.path.dirname(PLACE)), open(PLACE).read() if os.path.exists(PLACE) else '')"
    items, shown = graded(course, name, spy, extra=[look])
    assert "HIDDEN TESTS" in items["hidden"].for_markers  # markers may
    told = shown + "".join(item.message + str(item.checks) for item in items.values())
    assert "4711" not in told
    assert "HIDDEN TESTS" not in told


def test_what_is_said_of_a_hidden_test(course, name):
    """Of a test that fails inside students read what its author wrote down, markers all of it."""
    raises = WRONG + "\nV.__eq__ = lambda a, b: 1 / 0"
    items, _ = graded(course, name, raises)
    assert "ZeroDivisionError" not in items["hidden"].message
    assert "ZeroDivisionError: division by zero" in items["hidden"].for_markers
    assert graded(course, name, WRONG)[0]["hidden"].message == "equal V"


def test_a_test_that_ends_its_process(course, name):
    """Code that ends the process of a test costs the item that it was asked for, and no other."""
    items, _ = graded(course, name, MODEL + "\nimport os\ndef make(x):\n    return os._exit(0) if x == 7 else V(x)")
    assert {one: item.points for one, item in items.items()} == {
        "equal": 0.0, "plain": 1.0, "never": None, "hidden": 0.0, "partial": 2.0, "changes": 1.0, "unchanged": 1.0,
    }  # fmt: skip
    assert items["equal"].status is Status.FAULT


def test_the_reason_is_said(course, name):
    """The decisions say of each item why it is not decided outside: what the model met, in which line of the cell."""
    found = {one.item: one for one in course.grader.decisions(name)}
    assert found["plain"].reason == ""
    assert (found["equal"].line, found["equal"].text) == (2, "assert make(bound) == make(7)")
    assert "V came where a plain value was needed" in found["equal"].reason
    assert found["equal"].instead
    assert (found["never"].line, found["never"].text) == (4, "assert make(1) == make(2)")
    said = said_at_the_start(found.values())
    assert said[0] == "1 of 7 items cannot be graded: the model solution fails it"
    assert "never" in said[1]
    assert said[2].startswith("5 of 7 items are decided inside")


@pytest.fixture(scope="module")
def strict(course):
    """The same course, graded by a run that refuses to decide inside."""
    settings = dataclasses.replace(SETTINGS, decide=DecidePolicy.OUTSIDE)
    with Grader(course.grader.assignment, settings) as grader:
        yield GradedCourse(grader, course.numbers)


def test_inside_can_be_refused(strict, name):
    """A run that decides outside alone gives no mark for what can only be decided inside, and says why."""
    items, _ = graded(strict, name)
    assert (items["plain"].points, items["plain"].decided) == (1.0, Decided.OUTSIDE)
    assert (items["equal"].points, items["equal"].status) == (None, Status.GRADER_ERROR)
    assert "inside the hand-in's own process" in items["equal"].message
    assert "came where a plain value was needed" in items["equal"].for_markers


def test_what_a_later_cell_needs(course):
    """What a cell of the source needs of a test that is decided inside is there, as in one process."""
    name = course.notebook(
        cell(GIVEN),
        cell(MODEL, "answer", "make-answer"),
        cell("found = make(3)\nassert found == make(3)", "test", "finds", 1),
        cell("later = found.x + 1", "locked", "given"),
        cell("assert later == 4", "test", "later", 1),
    )
    items, _ = graded(course, name)
    assert [(item.points, item.decided.value) for item in items.values()] == [(1.0, "inside"), (1.0, "outside")]


def test_all_earlier_tests_run_where_the_model_needs_them(course):
    """A test that needs what an earlier one has done, not what it has bound, is decided inside after all of these."""
    name = course.notebook(
        cell(GIVEN),
        cell(MODEL, "answer", "make-answer"),
        cell("assert make(1) == make(1)\nV.seen = 1", "test", "first", 1),
        cell("assert make(1) == make(1)\nassert V.seen == 1", "test", "second", 1),
    )
    items, _ = graded(course, name)
    assert [(item.points, item.decided.value) for item in items.values()] == [(1.0, "inside"), (1.0, "inside")]


def test_follow_through_inside(course):
    """An item that is decided inside and builds on one that failed is marked again with the model's answer there."""
    name = course.notebook(
        cell(GIVEN),
        cell(MODEL, "answer", "make-answer"),
        cell("assert make(1) == make(1)", "test", "make", 1),
        cell("def pair(x):\n    return make(x), make(x)", "answer", "pair-answer"),
        cell("a, b = pair(2)\nassert a == b and a.x == 2", "test", "pair", 1, builds_on=["make"]),
    )
    items, _ = graded(course, name, WRONG)
    assert (items["make"].points, items["pair"].points) == (0.0, 1.0)
    assert (items["pair"].follow_through, items["pair"].decided) == (("make",), Decided.INSIDE)
