"""What was learned of a source notebook is kept as data, and found again where everything is the same."""

from __future__ import annotations

import base64
import json

import pytest
from support.notebooks import cell, notebook

from autograder.engine.grader import Grader
from autograder.engine.source.lesson import taught, written
from autograder.model.course import Notebook, items_of

GIVEN = """
import math
WANTED = 10
def total(f):
    return sum(f(n) for n in range(1100))
def close(a, b):
    return a == b
"""
DOUBLE = "def double(n):\n    return 2 * n"
WRONG = "def double(n):\n    return 3 * n"
LIE = "\ndef close(a, b):\n    return True\ndef total(f):\n    return 1208900"
CELLS = (
    cell(GIVEN, "locked", "given"),
    cell(DOUBLE, "answer", "t-answer"),
    cell("assert total(double) == 1208900", "test", "t", 2),
    cell("(double(3) == 6) * 3", "test", "u", 3),
    cell("assert close(double(5), WANTED)", "test", "v", 1),
)
"""Something is kept beside the answers, something gives partial credit, something is trusted: all have code."""


class Kept(dict):
    """Lessons by the names of the notebooks."""

    put = dict.__setitem__


@pytest.fixture(scope="module")
def learned(course):
    """A notebook that was learned, its lesson, and what it gives, right and wrong."""
    shared, name, kept = course.grader._shared, course.notebook(*CELLS), Kept()
    shared.lessons = kept
    try:
        marks = [points(course.grade(name, {"t-answer": answer + LIE})) for answer in (DOUBLE, WRONG)]
    finally:
        shared.lessons = None
    return name, kept, marks


def points(result):
    return [item.points for item in result.items]


def test_graded_as_before(course, learned, monkeypatch):
    """By what was kept the same marks are given, and the model solution is not run again."""
    name, kept, marks = learned
    assert marks == [[2, 3, 1], [0, 0, 0]]
    monkeypatch.setattr(Grader, "_learn", lambda *_: pytest.fail("the source was learned again"))
    monkeypatch.setattr(course.grader._shared, "lessons", kept)
    del course.grader._shared.learned[name]
    assert [points(course.grade(name, {"t-answer": answer + LIE})) for answer in (DOUBLE, WRONG)] == marks


def test_nothing_to_run_is_kept(learned):
    """A lesson holds no code: of what is compiled nothing is taken from it."""
    _, kept, _ = learned
    (lesson,) = kept.values()
    assert all(
        cell[part] == "" for cell in json.loads(lesson)["cells"] for part in ("code", "last", "kept", "prepared")
    )
    forged = json.loads(lesson)
    for one in forged["cells"]:
        one.update(code=base64.b64encode(b"forged").decode(), prepared=base64.b64encode(b"forged").decode())
    trace = taught(the_notebook(*CELLS), json.dumps(forged).encode())
    assert not any(b"forged" in part for one in trace.cells for part in (one.code, one.prepared))
    assert written(trace) == lesson.replace(json.loads(lesson)["name"].encode(), b"toy")


@pytest.mark.parametrize("damaged", [b"", b"null", b"{}", b"[" * 100_000, b"\xff"])
def test_no_lesson(damaged):
    """What is no lesson teaches nothing."""
    assert taught(the_notebook(*CELLS), damaged) is None


def test_a_lesson_of_another_notebook(learned):
    """A lesson teaches nothing of a notebook with another cell or another item."""
    _, kept, _ = learned
    (lesson,) = kept.values()
    others = cell("assert True", "test", "v", 1), cell("assert close(double(5), WANTED)", "test", "v", 2)
    assert [taught(the_notebook(*CELLS[:-1], other), lesson) for other in others] == [None, None]


def test_a_model_that_fails(course):
    """Where the model solution has not full marks nothing is kept: that may have been chance."""
    name, kept = (
        course.notebook(cell(WRONG, "answer", "t-answer"), cell("assert double(2) == 4", "test", "t", 2)),
        Kept(),
    )
    course.grader._shared.lessons = kept
    try:
        course.grade(name)
    finally:
        course.grader._shared.lessons = None
    assert not kept


def the_notebook(*cells):
    source = notebook(*cells)
    return Notebook("toy", items_of(source), source)
