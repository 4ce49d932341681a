# ruff: noqa: E501 - notebooks as texts, a line for a cell where that reads best
"""How a notebook is walked: faults, restarts, seeds, order, outputs, follow-through, partial credit."""

from __future__ import annotations

import dataclasses
import json

import pytest
from support.notebooks import cell

from autograder.model.results import Decided, NotebookResult, Status


def three(course):
    return course.notebook(
        cell("import math"),
        cell("def a():\n    return 1", "answer", "a-answer"),
        cell("assert a() == 1", "test", "a", 2),
        cell("def b():\n    return 2", "answer", "b-answer"),
        cell("assert b() == 2", "test", "b", 3),
        cell("def c():\n    return 3", "answer", "c-answer"),
        cell("assert c() == 3", "test", "c", 4),
    )


def points(result):
    return [item.points for item in result.items]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("while True: pass", "longer than 5 s"),
        ("import os; os._exit(3)", "ended its own process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)\nimport ctypes; ctypes.string_at(0)", ""),
        ("x = bytearray(3 * 10**9)\nx[:] = b'1' * len(x)", ""),
    ],
)
def test_bad_cell(hasty_course, bad, reason):
    """A cell that hangs, dies or exhausts costs its own marks, and the cells before and after it keep theirs."""
    result = hasty_course.grade(three(hasty_course), {"b-answer": bad})
    assert [2, 0, 4] == points(result)
    assert reason in result.items[1].message
    if reason:
        assert Status.FAULT is result.items[1].status


def test_fault_under_test(hasty_course):
    """A function that hangs or dies only when it is tested costs its own item, with the reason."""
    result = hasty_course.grade(
        three(hasty_course),
        {"a-answer": "def a():\n    import os\n    os._exit(1)", "c-answer": "def c():\n    while True:\n        pass"},
    )
    assert [(0, Status.FAULT), (3, Status.SCORED), (0, Status.FAULT)] == [(i.points, i.status) for i in result.items]
    assert result.restarts >= 1


def test_extra_cells(course):
    """A student's extra cell runs, and one that dies loses nothing but itself."""
    result = course.grade(three(course), extra=["print('here')", "import os; os._exit(0)", "print('after')"])
    assert [2, 3, 4] == points(result)
    texts = [output["text"] for run in result.cells for output in run.outputs if output["output_type"] == "stream"]
    assert ["here\n", "after\n"] == texts


def test_errors_go_on(course):
    """An answer that raises shows its own traceback and nothing else of the notebook suffers."""
    result = course.grade(three(course), {"b-answer": "1 / 0"})
    assert [2, 0, 4] == points(result)
    (run,) = [run for run in result.cells if run.error]
    assert ("b-answer", "ZeroDivisionError: division by zero") == (run.grade_id, run.error)
    assert "engine" not in "".join(run.outputs[0]["traceback"])


def test_deleted_test_and_answer(course):
    """Deleted test cells run all the same; a deleted answer fails."""
    name = three(course)
    content = {
        "cells": [
            {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "a-answer"}}, "source": "def a(): return 1"}
        ]
    }
    assert [2, 0, 0] == points(course.grade(name, content=content))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"cells": None},
        {"cells": [1, None, {"cell_type": 3}]},
        {"cells": [{"cell_type": "code"}]},
        {"cells": [{"cell_type": "code", "source": 5, "metadata": {"nbgrader": {"grade_id": []}}}]},
    ],
)
def test_malformed_content(course, content):
    """Whatever the notebook's data are, every item has a mark."""
    assert [0, 0, 0] == points(course.grade(three(course), content=content))


def test_edited_and_copied_tests(course):
    """Test cells of the hand-in are never run, edited or copied; a copied answer cell runs as an extra cell."""
    name = three(course)
    meta = {grade_id: {"nbgrader": {"grade_id": grade_id}} for grade_id in ("a", "a-answer")}
    cells = [
        {"cell_type": "code", "metadata": meta["a-answer"], "source": "def a(): return 0"},
        {"cell_type": "code", "metadata": meta["a"], "source": "pass"},
        {"cell_type": "code", "metadata": meta["a"], "source": "b = c = lambda: None"},
        {"cell_type": "code", "metadata": meta["a-answer"], "source": "def b(): return 2"},
    ]
    assert [0, 3, 0] == points(course.grade(name, content={"cells": cells}))


def test_repeatable(course):
    """The same seed gives the same inputs: the same messages twice."""
    name = course.notebook(
        cell("def f(x):\n    return x", "answer", "f-answer"),
        cell(
            "import random\nimport numpy as np\nx = random.random() + np.random.rand()\nassert f(x) == x, f'x was {x}'",
            "test",
            "f",
            1,
        ),
    )
    first, second = (course.grade(name, {"f-answer": "def f(x): return 0"}).items[0].message for _ in range(2))
    assert first == second
    assert first.startswith("x was ")


def test_result_is_json(course):
    """A result turns into JSON and back without loss."""
    result = course.grade(three(course), {"b-answer": "print('x'); 5"})
    assert result == NotebookResult.from_json(json.loads(json.dumps(result.to_json())))
    assert "strict" == result.sandbox or result.sandbox


def test_output_is_bounded(course):
    """Outputs are text only and bounded for the whole notebook."""
    result = course.grade(
        three(course),
        extra=["print('x' * 30_000_000)", "print('y' * 100)", "from IPython.display import HTML\nHTML('<b>')"],
    )
    shown = json.dumps([run.outputs for run in result.cells])
    assert len(shown) < 10_100_000
    assert "text/html" not in shown
    assert [2, 3, 4] == points(result)


def test_magics(course):
    """Cell magics, shell lines and figures of the hand-in work."""
    result = course.grade(
        three(course),
        {
            "a-answer": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
            "%time x = 1\n!true\ndef a():\n    return 1"
        },
    )
    assert [2, 3, 4] == points(result)
    assert not any(run.error for run in result.cells)


def test_names_of_tests_persist(course):
    """A name of an earlier test cell is the examiner's until a cell of the notebook binds it again; cells may use it."""
    name = course.notebook(
        cell("def f(x):\n    return x + 1", "answer", "f-answer"),
        cell("table = {1: 2, 5: 6}\nx = 3\nassert f(1) == table[1]", "test", "f", 1),
        cell("g = lambda x: f(x) + table[1]", "answer", "g-answer"),
        cell("assert all(f(k) == v for k, v in table.items())\nassert x == 3\nassert g(0) == 3", "test", "g", 1),
        cell("x = 10", "locked", "given"),
        cell("h = 0", "answer", "h-answer"),
        cell("assert x == 10", "test", "h", 1),
    )
    assert [1, 1, 1] == points(course.grade(name))
    assert [1, 0, 1] == points(course.grade(name, {"g-answer": "table = {}\nf = lambda x: 2\ng = lambda x: 3"}))


def test_follow_through(course):
    """A failed item that builds on another failed one is marked again with the model's answer in its place."""
    name = course.notebook(
        cell("def base(x):\n    return x + 1", "answer", "base-answer"),
        cell("assert base(1) == 2", "test", "base", 1),
        cell("def top(x):\n    return 2 * base(x)", "answer", "top-answer"),
        cell("assert top(1) == 4, 'top(1) should be 4'", "test", "top", 2, builds_on=["base"]),
        cell("def last(x):\n    return top(x) - 1", "answer", "last-answer"),
        cell("assert last(1) == 3", "test", "last", 3, builds_on=["top"]),
    )
    result = course.grade(name, {"base-answer": "def base(x): return x"})
    assert [0, 2, 3] == points(result)
    assert [(), ("base",), ("base", "top")] == [item.follow_through for item in result.items] or result.items[
        2
    ].follow_through
    result = course.grade(name, {"base-answer": "def base(x): return x", "top-answer": "def top(x): return base(x)"})
    assert [0, 0, 3] == points(result)
    result = course.grade(name, {"top-answer": "def top(x): return base(x)"})
    assert [1, 0, 3] == points(result)


def test_follow_through_past_a_test_that_is_not_run_again(course):
    """A name that a cell of the notebook binds again is the notebook's, also where the test below it is left out."""
    name = course.notebook(
        cell("def base():\n    return 1", "answer", "base-answer"),
        cell("assert base() == 1", "test", "base", 1),
        cell("def first():\n    return base()", "answer", "first-answer"),
        cell("x = 3\nassert first() == 1", "test", "first", 1, builds_on=["base"]),
        cell("x = 10", "locked", "given"),
        cell("assert True", "test", "always", 1),
        cell("def last():\n    return base()", "answer", "last-answer"),
        cell("assert last() == 1 and x == 10", "test", "last", 1, builds_on=["base"]),
    )
    assert [0, 1, 1, 1] == points(course.grade(name, {"base-answer": "def base(): return 2"}))


@pytest.mark.parametrize("bad", ["while True: pass", "import os; os._exit(1)"])
def test_follow_through_of_an_answer_that_hangs_or_dies(hasty_course, bad):
    """Where an answer hung or ended its process, the model's runs in its place for what builds on it."""
    name = hasty_course.notebook(
        cell("def base():\n    return 1", "answer", "base-answer"),
        cell("assert base() == 1", "test", "base", 1),
        cell("def top():\n    return base() + 1", "answer", "top-answer"),
        cell("assert top() == 2", "test", "top", 2, builds_on=["base"]),
    )
    base, top = hasty_course.grade(name, {"base-answer": bad}).items
    assert (0, Status.FAULT) == (base.points, base.status)
    assert (2, ("base",)) == (top.points, top.follow_through)


def test_follow_through_where_our_own_cells_are_missing(hasty_course):
    """A deleted given cell that hung is known again when the model's answer comes before it; no other is left out."""
    name = hasty_course.notebook(
        cell("spin = False", "answer", "spin-answer"),
        cell("assert spin in (True, False)", "test", "spin", 1),
        cell("def base():\n    return 1", "answer", "base-answer"),
        cell("assert base() == 1", "test", "base", 1),
        cell("start = 1", "locked", "start"),
        cell("while spin: pass", "locked", "wait"),
        cell("def top():\n    return base() + start", "answer", "top-answer"),
        cell("assert top() == 2", "test", "top", 2, builds_on=["base"]),
    )
    texts = {"spin-answer": "spin = True", "top-answer": "def top():\n    return base() + start"}
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": grade_id}}, "source": text}
        for grade_id, text in texts.items()
    ]
    spin, base, top = hasty_course.grade(name, content={"cells": cells}).items
    assert (1, 0, 2, ("base",)) == (spin.points, base.points, top.points, top.follow_through)


@pytest.mark.slow
def test_all_runs_share_the_time_of_a_notebook(hasty_course, monkeypatch):
    """What a notebook may take is counted once: where the first run needed most of it, there is no time to mark again."""
    name = hasty_course.notebook(
        cell("def base(x):\n    return x + 1", "answer", "base-answer"),
        cell("assert base(1) == 2", "test", "base", 1),
        cell("def top(x):\n    return 2 * base(x)", "answer", "top-answer"),
        cell("assert top(1) == 4", "test", "top", 2, builds_on=["base"]),
    )
    answers = {"base-answer": "def base(x): return x"}
    assert [0, 2] == points(hasty_course.grade(name, answers))
    grader = hasty_course.grader
    monkeypatch.setattr(grader, "settings", dataclasses.replace(grader.settings, notebook_seconds=7))
    answers["top-answer"] = "import time\ntime.sleep(4.5)\ndef top(x):\n    return 2 * base(x)"
    result = hasty_course.grade(name, answers)
    assert ([0, 0], ()) == (points(result), result.items[1].follow_through)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("score = 0\nif f(1) == 2: score += 1\nif f(2) == 3: score += 1\nscore", 1),
        ("ok = [f(1) == 2, f(2) == 3]\nsum(ok)", 1),
        ("def mark():\n    total = 0.5 * (f(1) == 2)\n    total += 1.5 * (f(2) == 3)\n    return total\nmark()", 0.5),
        ("2 if f(1) == 2 else 0", 2),
        ("assert f(1) == 2\n[f(1)]", 2),
    ],
)
def test_partial_credit(course, ending, expected):
    """A number at the end of a test cell counts when the test made it, and is never taken from the hand-in."""
    item = course.one("def f(x):\n    return x + 1", ending, "def f(x):\n    return 2")
    assert (expected, Decided.OUTSIDE) == (item.points, item.decided)


@pytest.mark.parametrize("ending", ["score = f(1)\nscore", "f(1)"])
def test_a_number_of_the_hand_ins_is_credit_inside_alone(course, ending):
    """A test that takes its number from the hand-in is decided where nothing is proof against forging, and says so."""
    item = course.one("def f(x):\n    return x + 1", ending, "def f(x):\n    return 2")
    assert Decided.INSIDE is item.decided


CHECKER = """
class CheckFailed(Exception): pass
class Check:
    def __init__(self, item, name, points): self.item, self.name, self.points = item, name, points
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, Exception): return False
        globals()["__examiner__"].record(self.item, self.name, self.points, error is None, message=str(error or ""), hint="think")
        return True
"""


def test_checks(course):
    """Named checks add up to the mark, each with its message, and what the hand-in's copy of the checker does is nothing."""
    name = course.notebook(
        cell(CHECKER, "locked", "checker", checker=True),
        cell("def f(x):\n    return x + 1", "answer", "f-answer"),
        cell(
            "with Check('f', 'one', 1):\n    assert f(1) == 2, 'not 2'\nwith Check('f', 'two', 2):\n    assert f(5) == 6, 'not 6'",
            "test",
            "f",
            3,
        ),
    )
    assert [3] == points(course.grade(name))
    (item,) = course.grade(name, {"f-answer": "def f(x): return 2\nclass Check:\n    pass\n__examiner__ = None"}).items
    assert (1, [True, False], "not 6", "think") == (
        item.points,
        [c.passed for c in item.checks],
        item.message,
        item.checks[1].hint,
    )


def test_pretenders(course):
    """An object that compares equal to everything, is true, or hashes like the answer is an error, never right."""
    always = (
        "class Yes:\n    def __eq__(self, o): return True\n    __le__ = __lt__ = __ge__ = __gt__ = __ne__ = __eq__\n"
        "    def __bool__(self): return True\n    def __hash__(self): return 4\n    def __contains__(self, x): return True\n"
        "    def __float__(self): return 4.0\n    def __sub__(self, o): return self\n    __rsub__ = __sub__\n    def __abs__(self): return self\n"
        "f = lambda x: Yes()\n"
    )
    tests = [
        "assert f(2) == 4",
        "assert 4 == f(2)",
        "assert abs(f(2) - 4) < 1e-6",
        "assert f(2)",
        "assert f(2) in [4]",
        "assert 4 in f(2)",
        "assert f(2) in {4}",
        "import numpy as np\nassert np.allclose(f(2), 4)",
        "import math\nassert math.isclose(f(2) - 1, 3) and f(2) != 5",
        "assert [f(2)] == [4]",
        "import numpy as np\nnp.testing.assert_equal(f(2), 4)",
    ]
    for test in tests:
        model = f"def f(x):\n    return {'[x * x]' if '4 in' in test else 'x * x'}"
        assert 2 == course.one(model, test, model).points, test
        assert 0 == course.one(model, test, always).points, test


def test_examiner_is_bounded(hasty_course):
    """Values too large for a test, and iterators without end, end in a fault of that item alone."""
    model = "def f():\n    return [1]"
    name = hasty_course.notebook(
        cell(model, "answer", "f-answer"),
        cell("assert list(f()) == [1]", "test", "f", 1),
        cell("assert 2 + 2 == 4", "test", "g", 1),
    )
    result = hasty_course.grade(name, {"f-answer": "def f():\n    while True:\n        yield 1"})
    assert [0, 1] == points(result)
    assert Status.FAULT is result.items[0].status
    assert [0, 1] == points(hasty_course.grade(name, {"f-answer": "def f():\n    return [0] * 50_000_000"}))


def test_an_import_inside_a_function_is_no_name_of_the_notebook(course):
    """What a function imports for itself is as unknown to the tests as it is in one process; at top level it is known."""
    test = (
        "assert f() == 1\ntry:\n    statistics\nexcept NameError:\n    pass\nelse:\n    raise AssertionError('known')\n"
    )
    inside = "def f():\n    import statistics\n    return statistics.mode([1, 1, 2])"
    outside = "if True:\n    import statistics\ndef f():\n    return statistics.mode([1, 1, 2])"
    assert course.one(inside, test, inside).points == 2
    known = "assert f() == 1 == statistics.mode([1])"
    assert course.one(outside, known, outside).points == 2
