"""What students read of hidden tests that failed, and what only markers do."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import pytest
from support.graded_course import SETTINGS, GradedCourse
from support.notebooks import cell

from autograder.engine.grader import Grader

CHECKER = (Path(__file__).parents[2] / "notebooks" / "checker.py").read_text(encoding="utf-8")
MODEL = "def f(x):\n    return x * x"
WRONG = "def f(x):\n    return -x"
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def hidden(*lines, before="", after=""):
    return "\n".join([*([before] if before else []), BEGIN, *lines, END, *([after] if after else [])])


def everything_shown(item):
    """All that goes to a student: of an item and of its checks everything but what is for markers."""
    parts = [dataclasses.replace(item, for_markers="", checks=())]
    parts += [dataclasses.replace(check, for_markers="") for check in item.checks]
    return repr(parts)


def checked(course, *lines, answer=WRONG):
    """The result of an item whose test is one check of the lab's checker, in a hidden region."""
    test = "\n".join(['with task("task") as check:', f"    {BEGIN}", *(f"    {line}" for line in lines), f"    {END}"])
    name = course.notebook(
        cell(CHECKER, "locked", "checker", checker=True),
        cell(MODEL, "answer", "task-answer"),
        cell(test, "test", "task", 2),
    )
    return course.grade(name, {"task-answer": answer}).items[0]


PLAIN = {
    "a message with values": hidden("assert f(17) == 289, f'f(17) is {f(17)} and should be {17 * 17}'"),
    "numpy.testing": hidden("np.testing.assert_allclose(f(17), 289)"),
    "unittest": hidden("import unittest", "unittest.TestCase().assertEqual(f(17), 289)"),
    "pytest's approx": hidden("import pytest", "assert f(17) == pytest.approx(289), pytest.approx(289)"),
    "a key that is not there": hidden("found = {f(x): x for x in range(20)}[17 * 17]"),
    "a visible helper": hidden("same(17, 289)", before="def same(x, y):\n    assert f(x) == y, f'at {x}: not {y}'"),
    "a hidden helper": hidden(
        "def same(x, y):\n    assert f(x) == y, f'at {x}: not {y}'", after="same(17, 289)  # a visible line"
    ),
    "an error of the hand-in's": hidden("assert f(17) == 289"),
    "an error with a cause": hidden(
        "try:", "    assert f(17) == 289", "except AssertionError as e:", "    raise ValueError(str(289)) from e"
    ),
    "an empty line at the beginning": "\n\n" + hidden("assert f(17) == 289, f'f(17) is not {17 * 17}'"),
}


@pytest.mark.parametrize("test", PLAIN.values(), ids=PLAIN)
def test_of_a_hidden_line_nothing_computed_is_shown(course, test):
    """Whatever library raises it, and whoever's function it is raised in."""
    answer = "def f(x):\n    raise ValueError(f'no {x}')" if test == PLAIN["an error of the hand-in's"] else WRONG
    item = course.one(MODEL, f"import numpy as np\n{test}", answer)
    assert item.points == 0
    assert "289" not in everything_shown(item)
    assert "17" not in everything_shown(item)


def test_what_is_withheld_is_there_for_markers(course):
    """The whole message is kept, apart from that for students."""
    item = course.one(MODEL, PLAIN["a message with values"], WRONG)
    assert item.message == "It does not hold at the inputs of a hidden check."
    assert item.for_markers == "f(17) is -17 and should be 289"


@pytest.mark.parametrize(
    "line",
    [
        "assert f(17) == 289, 'is it a square?'",
        "if f(17) != 289:\n    raise AssertionError('is it a square?')",
        "import unittest\nunittest.TestCase().assertEqual(f(17), 289, msg='is it a square?')",
        "import numpy as np\nnp.testing.assert_allclose(f(17), 289, err_msg='is it a square?')",
    ],
)
def test_what_the_author_wrote_down_is_shown(course, line):
    """A constant text is the same for everybody."""
    item = course.one(MODEL, hidden(line), WRONG)
    assert item.message == "is it a square?"
    assert "289" not in everything_shown(item)


def test_visible_lines_show_what_they_say(course):
    """Also those of a test cell that has hidden lines."""
    visible = "assert f(17) == 289, f'f(17) is {f(17)} and should be {17 * 17}'"
    item = course.one(MODEL, hidden("assert f(3) == 9", before=visible), WRONG)
    assert (item.message, item.for_markers) == ("f(17) is -17 and should be 289", "")


def test_a_hidden_check_on_fixed_inputs(course):
    """The page has its name, its hint and a known mistake, and no word of what was asked and expected."""
    item = checked(
        course,
        'with check("the square", 2, hint="multiply"):',
        '    expect(f(17), 289.0, at="x = 17", what="f", mistakes={"you took -x": -17.0})',
    )
    (check,) = item.checks
    assert (check.name, check.hint, check.mistake) == ("the square", "multiply", "you took -x")
    assert check.message == "It does not hold at the inputs of a hidden check."
    assert (check.inputs, check.got, check.expected) == ("", "", "")
    assert "289" in check.for_markers
    assert "289" not in everything_shown(item)


def test_a_hidden_check_on_random_inputs(course):
    """What is asked of nobody else may be shown."""
    item = checked(
        course,
        'with check("the square", 2):',
        "    x = random.uniform(1, 2)",
        '    expect(f(x), x * x, at=f"x = {x:.3f}", what="f")',
    )
    (check,) = item.checks
    assert check.inputs.startswith("x = 1.")
    assert (check.for_markers, bool(check.expected)) == ("", True)


@pytest.mark.parametrize("answer", [MODEL, WRONG], ids=["right", "wrong"])
def test_a_check_is_hidden_when_students_do_not_have_it(course, answer):
    """A hidden line makes it, whatever it is called: a name that a visible line has as well says nothing."""
    lines = ['with check("seen", 1):', "    expect(f(3), 9.0)", 'with check("both", 1):', "    expect(f(4), 16.0)"]
    lines += ["for x in (5,):", '    with check(f"at {x}", 1):', "        expect(f(x), 25.0)"]
    unseen = ['with check("unseen", 1):', "    expect(f(6), 36.0)", 'with check("both", 1):', "    expect(f(7), 49.0)"]
    test = "\n".join(f"    {line}" for line in [*lines, BEGIN, *unseen, END])
    name = course.notebook(
        cell(CHECKER, "locked", "checker", checker=True),
        cell(MODEL, "answer", "task-answer"),
        cell(f'with task("task") as check:\n{test}', "test", "task", 5),
    )
    checks = course.grade(name, {"task-answer": answer}).items[0].checks
    hidden = [(check.name, check.hidden) for check in checks]
    assert hidden == [("seen", False), ("both", False), ("at 5", False), ("unseen", True), ("both", True)]


def test_a_hidden_check_that_was_not_made_is_hidden(course):
    """Of a check that the test did not come to it is known from the model's run."""
    item = checked(
        course, "for x in range(max(f(1), 0)):", '    with check("each", 2):', "        expect(f(2 + x), (2 + x) ** 2)"
    )
    assert [(check.name, check.hidden) for check in item.checks] == [("each", True)]


def test_one_fixed_part_of_an_expected_value_is_enough(course):
    """A list is not shown when one of its entries is the same with every key."""
    item = checked(
        course,
        'with check("squares", 2):',
        "    x = random.uniform(1, 2)",
        '    expect([f(x), f(17)], [x * x, 289.0], at=f"x = {x:.3f} and 17", what="f")',
    )
    assert "289" not in everything_shown(item)


def test_a_fixed_comparison_between_random_ones(course):
    """Each comparison of a check is judged by itself."""
    lines = (
        'with check("squares", 2):',
        "    for x in (random.uniform(1, 2), 17.0):",
        '        expect(f(x) + 0.0, x * x, at=f"x = {x:.3f}", what="f")',
    )
    right_for_others = "def f(x):\n    return -1.0 if x == 17 else x * x"
    assert "289" not in everything_shown(checked(course, *lines, answer=right_for_others))


def test_a_kind_of_answer_is_a_diagnosis(course):
    """That something else came than a number gives nothing away."""
    lines = 'with check("the square", 2):', '    expect(f(17), 289.0, at="x = 17", what="f(17)")'
    kinds = ("return str(x)", "return None", "raise KeyError(x)", "raise NotImplementedError(x)")
    shown = [checked(course, *lines, answer=f"def f(x):\n    {kind}").checks[0].message for kind in kinds]
    begin = "It does not hold at the inputs of a hidden check."
    assert shown == [
        f"{begin} The answer should be a plain number, but is a string.",
        f"{begin} Nothing was returned. Is a `return` missing?",
        f"{begin} Your code stopped with KeyError.",
        "not done yet.",
    ]


@pytest.fixture(scope="module")
def open_course(course):
    """A course that lets students read everything."""
    settings = dataclasses.replace(SETTINGS, show_hidden=True)
    with contextlib.ExitStack() as stack:
        yield GradedCourse(stack.enter_context(Grader(course.grader.assignment, settings)), course.numbers)


def test_a_course_may_show_everything(open_course):
    """With `--show-hidden`."""
    item = open_course.one(MODEL, PLAIN["a message with values"], WRONG)
    assert (item.message, item.for_markers) == ("f(17) is -17 and should be 289", "")
