"""Lies by the hundred: test cells of ordinary shapes, and answers that are wrong in every way that the wire allows.

The property: a wrong answer earns nothing, however it dresses, and a right answer in the same dress keeps its marks.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.notebooks import cell

GIVEN = """
import math
import random
import numpy as np
TOL = 1e-6
POINTS = [0.5, 1.25, 3.0]
def close(a, b):
    return abs(a - b) < TOL
def both(f, x):
    return f(x), f(-x)
"""

MODEL = "def f(x):\n    return 3 * x * x + 1"
ARRAYS = "import numpy as np\ndef f(x):\n    return 3 * np.asarray(x) ** 2 + 1"
LISTS = "def f(x):\n    return [3 * t * t + 1 for t in x]"

TESTS = {
    "an equality": (MODEL, "assert f(2) == 13"),
    "a loop": (MODEL, "for n in range(3, 7):\n    assert f(n) == 3 * n * n + 1"),
    "all of them": (MODEL, "assert all(f(n) == 3 * n * n + 1 for n in range(3, 7))"),
    "a given tolerance": (MODEL, "assert abs(f(0.5) - 1.75) < TOL"),
    "a given helper": (MODEL, "assert close(f(0.5), 1.75) and both(f, 2) == (13, 13)"),
    "given points": (MODEL, "for p in POINTS:\n    assert close(f(p), 3 * p * p + 1)"),
    "random inputs": (MODEL, "for _ in range(5):\n    t = random.uniform(1, 9)\n    assert close(f(t), 3 * t * t + 1)"),
    "a seeded secret": (MODEL, "random.seed(7)\nt = random.randint(2, 10**6)\nassert f(t) == 3 * t * t + 1"),
    "seeded by numpy": (MODEL, "np.random.seed(7)\nt = np.random.randint(2, 10**6)\nassert f(t) == 3 * t * t + 1"),
    "partial credit": (MODEL, "score = 0\nif f(2) == 13:\n    score += 1\nif f(3) == 28:\n    score += 1\nscore"),
    "arrays": (ARRAYS, "assert np.allclose(f(np.array([1.0, 2.0])), [4.0, 13.0])"),
    "arrays by elements": (ARRAYS, "assert (f(np.array([[1.0], [2.0]])) == np.array([[4.0], [13.0]])).all()"),
    "numpy's own assertion": (ARRAYS, "np.testing.assert_allclose(f([1.0, 2.0]), [4.0, 13.0])"),
    "a list": (LISTS, "assert f([1, 2]) == [4, 13]"),
    "pairs": (LISTS, "for got, want in zip(f([1, 2]), [4, 13]):\n    assert got == want"),
    "a list, and the argument": (LISTS, "t = [1, 2]\nassert f(t) == [4, 13] and t == [1, 2]"),
    "a function of the test's": (MODEL, "assert (lambda g: g(2) + 1)(f) == 14"),
    "unittest": (MODEL, "import unittest\nunittest.TestCase().assertEqual(f(2), 13)"),
    "an error that is to come": (
        "def f(x):\n    if x < 0:\n        raise ValueError(x)\n    return 3 * x * x + 1",
        "try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError\nassert f(2) == 13",
    ),
}

VALUES = [
    *["0", "None", "True", "float('nan')", "float('inf')", "''", "[]", "()", "{}", "x", "-x if x is not None else 0"],
    *["iter(())", "(n for n in ())", "range(0)", "object()", "Yes()", "Number()", "Text('13')", "int", "f", "print"],
    *["np.empty((0, 1, 1))", "np.empty(0)", "np.array(float('nan'))", "np.zeros(2)", "np.float64(0)", "Array(2)"],
    *["random.random()", "random.randint(2, 10**6)", "np.random.randint(2, 10**6)", "[Yes(), Yes()]", "[[]]", "[0, 0]"],
    *["NotImplemented", "...", "Exception()", "type('V', (), {'__eq__': lambda *_: True})()", "(0, 0)", "{0: Yes()}"],
]
"""What a lie gives back, as an expression. None is right for any of the tests."""

DRESSES = [
    "",
    "TOL = 1e9",
    "POINTS = []",
    "POINTS.clear()",
    "def close(a, b):\n    return True",
    "def both(f, x):\n    return (13, 13)",
    "import builtins\nbuiltins.abs = lambda value: 0",
    "import builtins\nbuiltins.all = lambda values: True",
    "np.allclose = np.array_equal = lambda *_, **__: True",
    "np.testing.assert_allclose = lambda *_, **__: None",
    "import unittest\nunittest.TestCase.assertEqual = lambda *_: None",
    "random.seed = np.random.seed = lambda *_: None",
    "random.uniform = lambda *_: 0\nrandom.randint = lambda *_: 0",
    "score = 2\nearned = 2",
    "import atexit, sys\nsys.settrace(lambda *_: None)",
    "__examiner__ = None\nclass Recorder: pass",
]
"""What a hand-in does besides, which changes its own world only."""

PRETENDERS = """
import random
import numpy as np
class Yes:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __bool__(self): return True
    def __hash__(self): return 13
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = __sub__
    def __float__(self): return 0.0
    def __len__(self): return 2
    def __iter__(self): return iter([self, self])
    def __getitem__(self, key): return self
    def __array__(self, *_, **__): return np.zeros(2)
class Number(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__
class Text(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
class Array(np.ndarray):
    def __new__(cls, size): return np.zeros(size).view(cls)
    def __eq__(self, other): return np.ones(self.shape, dtype=bool)
    def all(self, *_): return True
"""


@pytest.fixture(scope="module")
def notebooks(course):
    """The test cells, each with its given cell and its answer, by name."""
    return {
        name: course.notebook(cell(GIVEN), cell(model, "answer", "task-answer"), cell(test, "test", "task", 2))
        for name, (model, test) in TESTS.items()
    }


def _answer(body: str, dress: str, *, later: bool) -> str:
    return f"{PRETENDERS}\n{body}\n{dress}" if later else f"{PRETENDERS}\n{dress}\n{body}"


@pytest.mark.fuzz
@pytest.mark.slow
def test_a_lie_earns_nothing(course, notebooks, fuzzed) -> None:
    """No wrong answer earns anything, whatever it gives back and whatever else it does."""

    @given(st.sampled_from(sorted(TESTS)), st.sampled_from(VALUES), st.sampled_from(DRESSES), st.booleans())
    def lies(name: str, value: str, dress: str, later: bool) -> None:  # noqa: FBT001 - hypothesis gives it by place
        lie = _answer(f"def f(x=None, *_):\n    return {value}", dress, later=later)
        (item,) = course.grade(notebooks[name], {"task-answer": lie}).items
        assert not item.points, (name, value, dress, item)

    fuzzed(lies)


@pytest.mark.fuzz
@pytest.mark.slow
def test_a_right_answer_keeps_its_marks(course, notebooks, fuzzed) -> None:
    """A right answer has full marks, whatever it makes of names and libraries in its own world after it is defined."""
    harmless = [dress for dress in DRESSES if "builtins" not in dress and "np." not in dress]

    @given(st.sampled_from(sorted(TESTS)), st.sampled_from(harmless))
    def right(name: str, dress: str) -> None:
        model, _ = TESTS[name]
        (item,) = course.grade(notebooks[name], {"task-answer": _answer(model, dress, later=True)}).items
        assert item.points == 2, (name, dress, item)

    fuzzed(right)
