"""What is learned of a source notebook, once for all hand-ins: also that there is nothing to be learned."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.notebooks import cell

from autograder.model.results import Status
from autograder.sandbox.exceptions import PreparationError


def with_given(course, given):
    """A notebook with this given cell."""
    return course.notebook(
        cell(given, "locked", "given"),
        cell("def f():\n    return 1", "answer", "f-answer"),
        cell("assert f() == 1", "test", "f", 1),
    )


@pytest.fixture
def forked(hasty_course, monkeypatch):
    """The students' processes that are forked."""
    made = []
    fork = hasty_course.grader._student.fork
    monkeypatch.setattr(hasty_course.grader._student, "fork", lambda: made.append(fork()) or made[-1])
    return made


@pytest.mark.parametrize(
    ("given", "said"),
    [("while True: pass", "a cell took too long"), ("import os; os._exit(1)", "a cell ended its own process")],
)
def test_a_source_that_cannot_be_run_is_run_once(hasty_course, forked, given, said):
    """A source notebook that hangs or dies is found out with the first hand-in, and not with each that follows."""
    name = with_given(hasty_course, given)
    results = [hasty_course.grade(name).items[0] for _ in range(3)]
    assert [Status.GRADER_ERROR] * 3 == [item.status for item in results]
    assert all(said in item.message for item in results)
    assert 1 == len(forked)


def test_a_source_whose_process_was_lost_is_run_again(hasty_course, forked):
    """A run of the source notebook that was lost with its fork server says nothing about it: the next one counts."""
    hasty_course.grader._student.start()
    server = hasty_course.grader._student.pid
    name = with_given(hasty_course, "import time; time.sleep(0.5)")

    def lose():
        while not forked:
            time.sleep(0.01)
        os.kill(server, signal.SIGKILL)

    with ThreadPoolExecutor() as pool:
        pool.submit(lose)
        assert Status.GRADER_ERROR is hasty_course.grade(name).items[0].status
    assert 1 == hasty_course.grade(name).items[0].points


def test_a_preparation_that_fails_costs_no_mark(course, monkeypatch):
    """Where the examiner cannot import ahead what the tests import, the hand-ins are graded all the same."""

    def fail(*_):
        raise PreparationError("no room")

    monkeypatch.setattr(course.grader._shared.examiner, "prepare", fail)
    assert 1 == course.grade(with_given(course, "a = 1")).items[0].points
