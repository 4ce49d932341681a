"""Hand-ins that hold up the grader: only what hangs, floods or collides loses its marks, and nothing else does."""

from __future__ import annotations

import dataclasses
import json

import pytest
from support.graded_course import SETTINGS, GradedCourse
from support.notebooks import cell

from autograder.engine.exceptions import ExaminerGone
from autograder.engine.grader import WATCHDOG_STATUS, Grader
from autograder.model.course import Assignment, Course
from autograder.model.results import Status
from autograder.sandbox.confined_process import Usage


def three(course):
    return course.notebook(
        cell("def a():\n    return 1", "answer", "a-answer"),
        cell("assert a() == 1", "test", "a", 2),
        cell("def b():\n    return 2", "answer", "b-answer"),
        cell("assert b() == 2", "test", "b", 3),
        cell("def c():\n    return 3", "answer", "c-answer"),
        cell("assert c() == 3", "test", "c", 4),
    )


def points(result):
    return [item.points for item in result.items]


COLLIDING = "keys = [[8, (k * (2**61 - 1)).to_bytes(20, 'big', signed=True)] for k in range(4, COUNT)]\n"
MANY = "keys = list(range(COUNT))\n"


@pytest.mark.parametrize("keys", [COLLIDING.replace("COUNT", "300000"), MANY.replace("COUNT", "900000")])
@pytest.mark.parametrize("tree", ["[2, [part for key in keys for part in (key, 0)]]", "[3, keys]", "[4, keys]"])
def test_keys_in_the_answer_to_a_cell(hasty_course, keys, tree):
    """Keys that all collide, in what a patched process answers for a cell, hold nobody up: the cell alone is lost."""
    forged = (
        "from autograder.engine.protocol.messages import Raised\nfrom autograder.engine.student import server\n"
        f"{keys}tree = [1, [{tree}]]\n"
        "server.Answer = lambda number, *_: Raised(number, 'ValueError', 'x', None, tree, None)"
    )
    result = hasty_course.grade(three(hasty_course), {"b-answer": f"def b():\n    return 2\n{forged}"})
    assert [2, 0, 4] == points(result)
    assert "no answer" in result.items[1].message


@pytest.mark.parametrize(("count", "expected"), [(40_000, 2), (60_000, 0)])
def test_a_dictionary_has_a_size_that_it_may_have(course, count, expected):
    """Dictionaries of an ordinary size cross; a larger one is an object, with which nothing compares."""
    model = "def f(n):\n    return dict.fromkeys(range(n), 1)"
    item = course.one(model, "assert f(5) != {}", f"def f(n):\n    return dict.fromkeys(range({count}), 1)")
    assert item.points == expected
    assert ("dict came where a plain value was needed" in item.message) == (not expected)


FLOODS = {
    "letters": "[['stdout', 'x']] * 1_000_000",
    "too long": "[['stdout', 'x' * 51_000_000]]",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_patched_process_shows_no_more_than_it_may(hasty_course, flood):
    """Outputs beyond the limit, by length or by number, are not taken: the cell is at fault, and nothing else is."""
    taken = (
        "from autograder.engine.student.output_capture import OutputCapture\ntaken = OutputCapture.take\n"
        f"def take(self):\n    OutputCapture.take = taken\n    return {FLOODS[flood]}\nOutputCapture.take = take"
    )
    result = hasty_course.grade(three(hasty_course), {"b-answer": f"def b():\n    return 2\n{taken}"})
    assert [2, 4] == points(result)[::2]
    assert len(json.dumps(result.to_json())) < 100_000


def test_pieces_of_output_are_bounded_too(course):
    """A million pieces of one letter take as much of the limit as they take to keep."""
    flood = "import sys\nfor _ in range(300_000):\n    sys.stdout.write('x')\n    sys.stderr.write('y')"
    result = course.grade(three(course), extra=[flood, "print('z')"])
    assert sum(len(run.outputs) for run in result.cells) <= SETTINGS.output_mb * 1_000_000 / 200
    assert [2, 3, 4] == points(result)


def test_an_error_of_many_lines_is_cut(course):
    """What is kept of a traceback is bounded, however many lines a hand-in makes of it."""
    result = course.grade(three(course), extra=["raise ValueError('\\n' * 5_000_000)"])
    assert max(len(output.get("traceback", ())) for run in result.cells for output in run.outputs) <= 4000


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A course with little time: five seconds for a cell, ten for the notebook."""
    settings = dataclasses.replace(SETTINGS, cell_seconds=5, notebook_seconds=10)
    with Grader(Assignment("toy", Course(tmp_path_factory.mktemp("short")), {}), settings) as grader:
        yield GradedCourse(grader)


@pytest.mark.slow
def test_hangs_in_tests_cost_no_other_item(short):
    """An answer that is right but slow keeps its marks, before and after tests that hang and have all run again."""
    name = short.notebook(
        cell("def f(n):\n    return n", "answer", "f-answer"),
        cell("assert f(1) == 1", "test", "right", 1),
        cell("assert f(2) == 2", "test", "one", 1),
        cell("assert f(3) == 3", "test", "two", 1),
        cell("assert f(4) == 4", "test", "three", 1),
        cell("def g():\n    return f(1)", "answer", "g-answer"),
        cell("assert g() == 1", "test", "after", 1),
    )
    slow = "import time\ntime.sleep(1)\ndef f(n):\n    while n > 1:\n        pass\n    return n"
    result = short.grade(name, {"f-answer": slow})
    assert [1, 0, 0, 0, 1] == points(result)
    assert {item.message for item in result.items[1:4]} == {"the code under test took longer than 5 s"}


@pytest.mark.slow
def test_a_cell_is_never_cut_short_by_the_notebooks_time(short):
    """The cell at which the notebook's time runs out is not blamed for it; what follows says that the time is over."""
    name = short.notebook(
        *(cell(f"x{n} = {n}", "answer", f"x{n}-answer") for n in range(5)), cell("assert x0 == 0", "test", "x0", 1)
    )
    answers = {f"x{n}-answer": f"import time\ntime.sleep(3)\nx{n} = {n}" for n in range(5)}
    result = short.grade(name, answers)
    said = {run.error for run in result.cells if run.error}
    assert said == {"the notebook took longer than 10 s"}


def test_a_process_may_end_in_every_test(course):
    """However many tests end their process, the others have their marks."""
    cells = [cell("def f(n):\n    return n", "answer", "f-answer")]
    cells += [cell(f"assert f({n}) == {n}", "test", f"t{n}", 1) for n in range(30)]
    dying = "import os\ndef f(n):\n    return n if n in (0, 29) else os._exit(1)"
    assert [1] + [0] * 28 + [1] == points(course.grade(course.notebook(*cells), {"f-answer": dying}))


@pytest.mark.parametrize(("at_work", "expected"), [("cell 2", [2, 0, 4]), ("test c", [2, 3, 0])])
def test_what_an_examiner_does_not_survive_is_lost_alone(course, monkeypatch, at_work, expected):
    """When the watchdog ends an examiner, the cell or test that it was at is left out, and the rest is graded."""
    name = three(course)
    course.grade(name)
    examine, ended = Grader._examine, []

    def once(self, order, items):
        if not ended:
            ended.append(order)
            raise ExaminerGone(at_work, Usage(exit_status=WATCHDOG_STATUS), "")
        return examine(self, order, items)

    monkeypatch.setattr(Grader, "_examine", once)
    result = course.grade(name)
    assert expected == points(result)
    assert Status.FAULT in [item.status for item in result.items]
