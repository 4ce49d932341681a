"""The model's run is the contract: a test that has shown less with a hand-in than with the model earns nothing."""

from __future__ import annotations

import pytest
from support.notebooks import cell

from autograder.model.results import Status

SQUARES = "def squares(numbers):\n    return [number ** 2 for number in numbers]"
ARRAY = "import numpy as np\ndef doubled(a):\n    return 2 * a"
CHECKS = """
import contextlib
@contextlib.contextmanager
def check(name, points):
    passed = True
    try:
        yield
    except Exception:
        passed = False
    __examiner__.record("task", name, points, passed)
"""


@pytest.mark.parametrize(
    ("model", "test", "lie"),
    [
        (SQUARES, "for number in squares([1, 2]):\n    assert number > 0", "def squares(numbers):\n    return []"),
        (SQUARES, "assert all(n > 0 for n in squares([1, 2]))", "def squares(numbers):\n    return ()"),
        (SQUARES, "assert all(n > 0 for n in squares([1, 2]))", "def squares(numbers):\n    return iter([])"),
        (SQUARES, "assert all(n > 0 for n in squares([1, 2]))", "def squares(n):\n    yield from ()"),
        (SQUARES, "for a, b in zip(squares([1, 2]), [1, 4]):\n    assert a == b", "def squares(n):\n    return {}"),
        (
            ARRAY,
            "got = doubled(np.ones((1, 3)))\nassert (got == 2).all()",
            "import numpy as np\ndef doubled(a):\n    return np.empty((0, 1, 1))",
        ),
        (
            ARRAY,
            "assert np.allclose(doubled(np.ones(3)), 2 * np.ones(3))",
            "import numpy as np\ndef doubled(a):\n    return np.empty((0, 1, 1))",
        ),
        (
            ARRAY,
            "np.testing.assert_allclose(doubled(np.ones((1, 3)))[0], [2.0] * 3) if len(doubled(np.ones(1))) else None",
            "import numpy as np\ndef doubled(a):\n    return np.empty((0, 3))",
        ),
    ],
)
def test_a_test_of_nothing_earns_nothing(course, model, test, lie) -> None:
    """What is empty where the model gives something makes a test say nothing, and so it earns nothing."""
    assert course.one(model, test, model).points == 2
    item = course.one(model, test, lie)
    assert (0, Status.SCORED) == (item.points, item.status)
    assert item.message


def test_an_object_of_the_tests_is_not_looked_into(course) -> None:
    """A class of a test's may be called as those of arrays are; what an answer gives back of it is no array."""
    model = "def same(value):\n    return value"
    test = "class Tensor:\n    pass\none = Tensor()\nassert same(one) is one"
    assert course.one(model, test, model).points == 2


def test_what_is_empty_with_the_model_too_is_right(course) -> None:
    """An empty answer is right where the model gives one, with whatever random numbers."""
    test = (
        "import random\n"
        "for _ in range(4):\n    n = random.randint(0, 3)\n    got = squares(list(range(n)))\n"
        "    assert got == [k ** 2 for k in range(n)]"
    )
    for student in "abcdef":
        name = course.known.setdefault("sometimes empty", None) or course.notebook(
            cell(SQUARES, "answer", "task-answer"), cell(test, "test", "task", 2)
        )
        course.known["sometimes empty"] = name
        other = "def squares(numbers):\n    return list(map(lambda n: n * n, numbers))"
        (item,) = course.grade(name, {"task-answer": other}, student=student).items
        assert item.points == 2, item


def test_checks_over_what_is_empty(course) -> None:
    """Checks that were not made have failed, and those made more often than with the model count no more."""
    test = CHECKS + "for number in squares([1, 2]):\n    with check('positive', 1):\n        assert number > 0"
    assert course.one(SQUARES, test, SQUARES).points == 2
    assert course.one(SQUARES, test, "def squares(n):\n    return []").points == 0
    assert course.one(SQUARES, test, "def squares(n):\n    return [1]").points == 1
    assert course.one(SQUARES, test, "def squares(n):\n    return [1, 1, 1, -1, -1]").points == 0


def test_an_empty_answer_costs_its_own_check(course) -> None:
    """A check that was given something empty fails, and the others keep their points."""
    test = CHECKS + (
        "with check('one', 1):\n    assert squares([1]) == [1]\n"
        "with check('two', 1):\n    assert all(n > 0 for n in squares([1, 2]))"
    )
    lie = "def squares(numbers):\n    return [1] if len(numbers) == 1 else []"
    item = course.one(SQUARES, test, lie)
    assert item.points == 1
    assert [True, False] == [check.passed for check in item.checks]


@pytest.mark.parametrize(
    "test",
    [
        "assert show() == 1",
        "assert undefined_name",
    ],
)
def test_an_item_that_the_model_fails_is_nobodys_zero(course, test) -> None:
    """Where the model solution itself has not full marks, nobody is given a mark."""
    model = "def show():\n    open('made.txt', 'w').write('made')"
    item = course.one(model, test, model)
    assert (None, Status.GRADER_ERROR) == (item.points, item.status)
    assert "model solution" in item.message
    assert course.one(model, test, "def show():\n    return 2").points is None
