"""Functions of math in the hand-in, given an object of a test cell's class that knows what to do with them."""

from __future__ import annotations

import pytest
from support.notebooks import cell

GIVEN = "import math\nimport numpy as np\nfrom math import exp as e_to_the, pow"
TEST = """
class Written:
    def __init__(self, text):
        self.text = text

    def __math__(self, name, *parts):
        return Written(f"{name}({', '.join(part.text if isinstance(part, Written) else str(part) for part in parts)})")

    def __array_ufunc__(self, ufunc, method, *parts):
        return self.__math__(ufunc.__name__, *parts)

    def __float__(self):
        return 7.0

assert f(Written("x")).text == "WANT"
assert abs(f(0.5) - VALUE) < 1e-12
"""


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("expression", "written", "value"),
    [
        ("math.sin(x)", "sin(x)", "math.sin(0.5)"),
        ("e_to_the(x)", "exp(x)", "math.exp(0.5)"),
        ("pow(2.0, x)", "pow(2.0, x)", "2.0 ** 0.5"),
        ("math.log(math.cosh(x), 10)", "log(cosh(x), 10)", "math.log(math.cosh(0.5), 10)"),
        ("np.cos(x)", "cos(x)", "math.cos(0.5)"),
        ("np.float64(3.0) * x", "multiply(3.0, x)", "1.5"),
    ],
)
def test_math_asks_an_object_of_the_tests(course, expression, written, value):
    """Functions of math, by whatever name the hand-in has them, ask the object, as numpy's do; numbers go as ever."""
    model = f"def f(x):\n    return {expression}"
    test = TEST.replace("WANT", written).replace("VALUE", value)
    assert course.one(model, test, model, given=GIVEN).points == 2
    assert course.one(model, test, "def f(x):\n    return math.tanh(x)", given=GIVEN).points == 0


@pytest.mark.sandbox
def test_math_is_math_itself_for_a_test_that_hands_over_no_such_object(course):
    """What one test hands over has no effect in the next: there the hand-in calls the functions of math themselves."""
    name = course.notebook(
        cell(GIVEN),
        cell("sine = math.sin\ndef f(x):\n    return math.sin(x)", "answer", "f-answer"),
        cell(TEST.replace("WANT", "sin(x)").replace("VALUE", "math.sin(0.5)"), "test", "f", 2),
        cell("def same():\n    return math.sin is sine", "answer", "same-answer"),
        cell("assert same() is True", "test", "same", 3),
    )
    assert [item.points for item in course.grade(name).items] == [2, 3]


@pytest.mark.sandbox
def test_math_is_as_it_was_afterwards(course):
    """What the hand-in's later cells find in math is what its cells found before the test, under every name."""
    name = course.notebook(
        cell(GIVEN),
        cell("before = math.sin, e_to_the\ndef f(x):\n    return math.sin(x)", "answer", "f-answer"),
        cell(TEST.replace("WANT", "sin(x)").replace("VALUE", "math.sin(0.5)"), "test", "f", 2),
        cell("same = before == (math.sin, e_to_the)", "answer", "same-answer"),
        cell("assert same is True", "test", "same", 3),
    )
    assert [item.points for item in course.grade(name).items] == [2, 3]
    other = course.grade(name, {"f-answer": "before = ()\ndef f(x):\n    return math.sin(x)"})
    assert [item.points for item in other.items] == [2, 0]
