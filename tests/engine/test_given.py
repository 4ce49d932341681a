"""What is given is trusted: a hand-in's own version of a given name changes its own world only."""

from __future__ import annotations

import pytest
from support.notebooks import cell

GIVEN = """
import math
TOL = 1e-6
how_many = 3
cases = [(1.0, "one"), (2.0, "two")]
table = {"exp": math.exp, "half": lambda x: x / 2}
def close(a, b):
    return abs(a - b) < TOL
def value_and_slope(f, x):
    h = 1e-5
    return f(x), (f(x + h) - f(x - h)) / (2 * h)
square = lambda x: x * x
"""
MODEL = "def cube(x):\n    return x ** 3"


@pytest.mark.parametrize(
    ("test", "lie"),
    [
        ("assert close(cube(2.0), 8.0)", "def close(a, b):\n    return True"),
        ("assert abs(cube(2.0) - 8.0) < TOL", "TOL = 1e9"),
        ("assert close(cube(2.0), 8.0)", "TOL = 1e9"),
        ("for n in range(how_many):\n    assert cube(n) == n ** 3", "how_many = 0"),
        ("for x, _ in cases:\n    assert cube(x) == x ** 3", "cases = []\ncases.clear()"),
        ("assert cube(table['half'](4.0)) == 8", "table['half'] = lambda x: 0.0"),
        ("assert close(value_and_slope(cube, 2.0)[1], 12.0)", "def value_and_slope(f, x):\n    return 8.0, 12.0"),
        ("assert square(cube(2.0)) == 64", "square = lambda x: 64"),
    ],
)
@pytest.mark.parametrize("locked", [True, False])
def test_a_given_name_means_what_was_given(course, test, lie, locked) -> None:
    """A hand-in that makes something else of a given name earns nothing by it, and an honest one loses nothing."""
    name = course.known.get((test, locked)) or course.notebook(
        cell(GIVEN, "locked" if locked else "free", "given"),
        cell(MODEL, "answer", "task-answer"),
        cell(test, "test", "task", 2),
    )
    course.known[test, locked] = name
    assert course.grade(name).items[0].points == 2
    wrong = "def cube(x):\n    return 0.0\n"
    assert course.grade(name, {"task-answer": wrong}).items[0].points == 0
    assert course.grade(name, {"task-answer": wrong + lie}).items[0].points == 0
    assert course.grade(name, {"task-answer": MODEL + "\n" + lie}).items[0].points == 2


def test_what_depends_on_an_answer_is_the_hand_ins(course) -> None:
    """A value that a given cell computes with an answer comes from the hand-in, as do random ones without a seed."""
    notebook = course.notebook(
        cell("import random\ndraw = random.random()", "locked", "drawn"),
        cell("def double(x):\n    return 2 * x", "answer", "t-answer"),
        cell("eight = double(4)\nsame = draw", "locked", "given"),
        cell("assert eight == 8\nassert draw == same", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert course.grade(notebook, {"t-answer": "def double(x):\n    return x"}).items[0].points == 0


def test_a_value_that_was_drawn_is_the_one_that_the_hand_in_has(course) -> None:
    """A given value that is another one with each run is looked at where the answer looks at it too."""
    notebook = course.notebook(
        cell("import random\ndraw = random.random()", "locked", "drawn"),
        cell("def twice():\n    return 2 * draw", "answer", "t-answer"),
        cell("assert twice() == 2 * draw", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert course.grade(notebook, {"t-answer": "def twice():\n    return draw"}).items[0].points == 0


def test_seeded_data_is_the_examiners(course) -> None:
    """Data drawn with a seed of the cell's own is the same on both sides, and a hand-in cannot change the test's."""
    notebook = course.notebook(
        cell("import numpy as np\nnp.random.seed(3)\ndata = np.random.rand(5)\ndata.sort()", "locked", "given"),
        cell("def largest(a):\n    return float(a.max())", "answer", "t-answer"),
        cell("assert largest(data) == data[-1]", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert (
        course.grade(notebook, {"t-answer": "data = np.zeros(5)\ndef largest(a):\n    return 0.0"}).items[0].points == 0
    )


def test_state_that_answers_change_is_the_hand_ins(course) -> None:
    """A given counter that the answer counts on is looked at where it is counted."""
    notebook = course.notebook(
        cell("calls = 0", "locked", "given"),
        cell("def f():\n    global calls\n    calls += 1", "answer", "t-answer"),
        cell("f()\nf()\nassert calls == 2", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert course.grade(notebook, {"t-answer": "def f():\n    pass"}).items[0].points == 0


def test_partial_credit_that_starts_in_a_given_cell(course) -> None:
    """Points may be added up from a number that a given cell writes down; a hand-in's own start counts for nothing."""
    notebook = course.notebook(
        cell("earned = 0", "locked", "given"),
        cell(MODEL, "answer", "t-answer"),
        cell("if cube(2) == 8:\n    earned += 1\nif cube(3) == 27:\n    earned += 1\nearned", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert course.grade(notebook, {"t-answer": "def cube(x):\n    return 8"}).items[0].points == 1
    assert course.grade(notebook, {"t-answer": "earned = 2\ndef cube(x):\n    return 0"}).items[0].points == 0


def test_an_answer_with_the_name_of_a_checkers_helper(course) -> None:
    """An answer that has the name of one of the checker's own functions is the one that is tested."""
    checker = "def slope(f, x):\n    return 3.0\ndef helped(x):\n    return slope(None, x)"
    notebook = course.notebook(
        cell(checker, "locked", "checker", checker=True),
        cell("def slope(x):\n    return 2 * x", "answer", "t-answer"),
        cell("assert slope(4) == 8\nassert helped(1) == 3.0", "test", "t", 2),
    )
    assert course.grade(notebook).items[0].points == 2
    assert course.grade(notebook, {"t-answer": "def other(x):\n    return 2 * x"}).items[0].points == 0
