"""Partial credit: which numbers are the test's own, by where they come from."""

from __future__ import annotations

import ast
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.notebooks import cell

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.protocol.channel import Channel
from autograder.engine.source import own_numbers
from autograder.model.results import Decided, Status

MODEL = "def f(x):\n    return x + 1\ndef many():\n    return [1, 2]\ndef grow(items):\n    items.append(0)"


def value_of(source: str, **names: object) -> object:
    """The final value of a test cell whose numbers are followed."""
    tree = own_numbers.followed(ast.parse(source))
    last = ast.Expression(tree.body.pop().value)
    namespace = {own_numbers.HELPERS: own_numbers.Helpers(), **names}
    exec(compile(tree, "<test>", "exec"), namespace)  # noqa: S102 - the test is about what runs
    return eval(compile(last, "<test>", "eval"), namespace)  # noqa: S307


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("score = 0\nscore += 1\nscore", 1),
        ("0.5 * (1 == 1) + 1.5 * (1 == 2)", 0.5),
        ("sum([theirs == 3, theirs == 4, theirs > 2])", 2),
        ("marks = []\nmarks.append(0.5)\nmarks += [1]\nsum(marks)", 1.5),
        ("passed = [theirs == n for n in [1, 2, 3]]\n3 * sum(passed) / len(passed)", 1.0),
        ("2 if theirs == 3 else 0", 2),
        ("min(5, 2) + max(0, 1)", 3),
        ("round(2 / 3, 1)", 0.7),
        ("int(2.9) + float(1)", 3.0),
        ("def mark(w=0.5):\n    return -w + abs(-2)\nmark()", 1.5),
        ("good = not theirs == 4\n2 * good", 2),
        ("score = 0\nfor want in (3, 4):\n    score += theirs == want\nscore", 1),
        ("points = {'a': 1, 'b': 2}\npoints['b']", 2),
    ],
)
def test_what_the_test_makes_is_its_own(source, value):
    """Numbers of the test's text, comparisons, and arithmetic of these."""
    found = value_of(source, theirs=3)
    assert (True, value) == (own_numbers.is_own(found), found)


@pytest.mark.parametrize(
    "source",
    [
        "theirs",
        "marks = []\nmarks.append(theirs)\nsum(marks)",
        "marks = []\nadd = marks.append\nadd(theirs)\nsum(marks)",
        "def passed_on(x):\n    return x\npassed_on(theirs)",
        "score = 0\nscore += theirs\nscore",
        "1 * theirs",
        "theirs + 0",
        "max(0, theirs)",
        "round(theirs)",
        "int(theirs)",
        "float(str(theirs))",
        "len(their_list)",
        "marks = []\nmarks += their_list\nlen(marks)",
        "marks = [0]\ntheir_append(marks)\nlen(marks)",
        "x, *rest = their_list\nlen(rest)",
        "sum(their_list, 0)",
        "{'a': theirs}['a']",
        "(lambda: theirs)()",
        "2 * theirs_is_true",
        "sum([theirs_is_true])",
        "2 ** theirs",
        "theirs if 1 == 1 else 0",
        "1 and theirs",
        "(y := theirs) + 1",
    ],
)
def test_what_comes_from_elsewhere_is_not(source):
    """Whatever names, containers, functions and arithmetic a foreign number passes through."""

    def their_append(items):
        items.append(7)

    found = value_of(source, theirs=3, their_list=[1, 2, 3], theirs_is_true=True, their_append=their_append)
    assert not own_numbers.is_own(found)


LEAVES = st.sampled_from(["2", "0.5", "(1 == 1)", "theirs", "their_float", "their_truth"])
OPERATORS = st.sampled_from(["+", "-", "*", "/"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, OPERATORS, inner).map(lambda parts: "({} {} {})".format(*parts))
        | inner.map("abs({})".format)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"sum([{', '.join(parts)}])")
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_arithmetic_is_own_just_when_all_of_it_is(expression):
    """An expression is own when nothing of it comes from the hand-in, and has the value that it has anyway."""
    names = {"theirs": 3, "their_float": 0.25, "their_truth": True}
    try:
        wanted = eval(expression, dict(names))  # noqa: S307 - made above
    except ZeroDivisionError:
        return
    found = value_of(expression, **names)
    assert found == wanted
    # one foreign number anywhere in the arithmetic and the result is foreign; a bare True is no number at all
    assert own_numbers.is_own(found) == ("their" not in expression)


@pytest.mark.parametrize(
    "source",
    [
        "x = 3\n(type(x), isinstance(x, int), repr(x), f'{x:03d}', {x: 1}[3], [10, 20, 30, 40][x])",
        "ok = 1 == 1\n(ok is True, str(ok), f'{ok}', not ok, ok and 5, [7, 8][ok])",
        "x = 1.5\n(x == 1.5, hash(x), str(x), x.is_integer(), divmod(x, 1), x // 1, -x, x > 1)",
        "[n * n for n in [1, 2, 3]] + [4]",
        "a = b = [1]\na += [2]\nb",
        "total = ''\ntotal += 'x'\ntotal",
        "(1, 2) < (1, 3), {1, 2} | {3}, 1 in [1], 'a' * 3",
    ],
)
def test_everything_else_is_as_it_was(source):
    """To all that a test does, an own number is the number that it is."""
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value)
    namespace: dict[str, object] = {}
    exec(compile(tree, "<test>", "exec"), namespace)  # noqa: S102
    wanted = eval(compile(last, "<test>", "eval"), namespace)  # noqa: S307
    found = value_of(source, type=lambda value: type(own_numbers.plain(value)))
    assert wanted == found


@given(
    st.recursive(
        st.integers() | st.floats(allow_nan=False) | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.integers(), inner),
        max_leaves=10,
    )
)
def test_own_numbers_cross_as_plain_ones(data):
    """What is handed over is written as if it held ordinary numbers."""
    marked = own_numbers.own(data), own_numbers.own(1), frozenset({own_numbers.own(2**70)})
    trees = []
    for value in (marked, (data, 1, frozenset({2**70}))):
        connection = Connection(Channel(socket.socket()))
        connection.shared.begin()
        trees.append(connection.write(value))
    assert trees[0] == trees[1]


@pytest.mark.parametrize(
    "ending",
    [
        "marks = []\nmarks.append(f(1))\nsum(marks)",
        "total = 0\nfor n in many(): total += n\ntotal",
        "len(many())",
        "items = [1]\ngrow(items)\nlen(items)",
        "best = max(0, f(1))\nbest",
        "import numpy as np\nnp.float64(f(1)).item()",
        "g = f\ng(1)",
        "float(sum(many()))",
    ],
)
def test_a_number_from_the_hand_in_is_no_mark(course, ending):
    """No way of a number from the hand-in to the end of a test cell gives points outside, and one is told."""
    item = course.one(MODEL, ending, MODEL)
    assert Decided.INSIDE is item.decided
    assert "may come from the hand-in" in item.decided_why


@pytest.mark.parametrize("final", ["numpy.float64(2)", "numpy.int64(2)", "2.0", "True", "float('nan')"])
def test_a_number_in_place_of_the_tests_own(course, final):
    """Where the model's test ends in a number of its own, a hand-in's of whatever kind gives no points."""
    test = "earned = [1, f(2)]\nresult = earned[f(1) != 2]\nresult"
    item = course.one(MODEL, test, f"import numpy\ndef f(x):\n    return {final} if x == 2 else 0")
    assert (None, Status.GRADER_ERROR) == (item.points, item.status)


def test_sum_is_the_examiners(course):
    """An exercise that defines a builtin anew has its own called, and what it gives is not the test's number."""
    model = "def sum(values):\n    total = 0\n    for value in values:\n        total += value\n    return total"
    item = course.one(model, "sum([1, 1])", model)
    assert Decided.INSIDE is item.decided


def test_a_value_that_is_no_number_is_no_credit(course):
    """Where the model's test ends in something else, a number of the hand-in's in its place is not partial credit."""
    test = "assert f(1) is not None\nf(1)"
    item = course.one("def f(x):\n    return [x]", test, "def f(x):\n    return 0.0")
    assert (2.0, Status.SCORED) == (item.points, item.status)


def test_partial_credit_beside_calls_with_numbers(course):
    """Own numbers reach the hand-in as ordinary ones, in arguments, containers and keys."""
    model = "def kinds(*values, **named):\n    return [type(v).__name__ for v in [*values, *named.values()]]"
    test = (
        "score = 0\nfor n in [1]:\n    table = {n: n}\n"
        "if kinds(1, 2.5, [3], n, (n == 1), w=0.5) == ['int', 'float', 'list', 'int', 'bool', 'float']:\n"
        "    score += 1\n"
        "if kinds(table) == ['dict']:\n    score += 1\nscore"
    )
    assert 2.0 == course.one(model, test, model).points


def test_the_checkers_points_count_as_ever(course):
    """A notebook with partial credit in one test keeps all other tests as they are."""
    name = course.notebook(
        cell("def f(x):\n    return x + 1", "answer", "a-answer"),
        cell("score = 0\nscore += f(1) == 2\nscore", "test", "a", 1),
        cell("assert f(2) == 3", "test", "b", 2),
    )
    assert [1.0, 2.0] == [item.points for item in course.grade(name).items]
    assert [0.0, 0.0] == [item.points for item in course.grade(name, {"a-answer": "def f(x):\n    return x"}).items]
