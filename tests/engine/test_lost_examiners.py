"""Examiners that are lost through no fault of a hand-in: nobody is marked down, and nobody else notices."""

from __future__ import annotations

import dataclasses
import itertools
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from support.graded_course import SETTINGS
from support.notebooks import cell

from autograder.engine.grader import Grader, Shared
from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.results import Status
from autograder.model.submission import Submission

SOURCE = nbformat.v4.new_notebook(
    cells=[
        cell("def f(x):\n    return x + 1", "answer", "f-answer"),
        cell("assert f(1) == 2", "test", "f", 1),
        cell("import time\nassert f(2) == 3\ntime.sleep(0.8)", "test", "g", 2),
        cell("assert f(5) == 6", "test", "h", 3),
    ]
)
NOTEBOOK = Notebook("slow", items_of(SOURCE), SOURCE)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One examiner for several graders, which notes every child that it forks."""
    assignment = Assignment("toy", Course(tmp_path_factory.mktemp("course")), {"slow": NOTEBOOK})
    shared = Shared(assignment, SETTINGS)
    shared.start()
    yield assignment, shared
    shared.close()


def graded(grader: Grader, student: str = "ada"):
    result = grader.grade(Submission(student, "slow", SOURCE))
    return [(item.points, item.status, item.message) for item in result.items]


RIGHT = [(1.0, Status.SCORED, ""), (2.0, Status.SCORED, ""), (3.0, Status.SCORED, "")]


def test_a_killed_examiner_is_replaced_and_the_hand_in_graded_again(shared, monkeypatch):
    """An examiner that is killed from outside in the middle of a test costs nobody a mark."""
    assignment, examiner = shared
    with Grader(assignment, SETTINGS, examiner) as grader:
        assert graded(grader) == RIGHT
        fork = examiner.examiner.fork
        kills = itertools.count()

        def fork_and_kill():
            made = fork()
            if next(kills) == 0:
                signal.pidfd_send_signal(made._pidfd, signal.SIGKILL)
            return made

        monkeypatch.setattr(examiner.examiner, "fork", fork_and_kill)
        assert graded(grader) == RIGHT
        assert next(kills) > 1


def test_an_examiner_that_is_always_lost_is_our_fault(shared, monkeypatch):
    """Where no examiner comes to its end and nobody knows why, there is no mark, and never a zero."""
    assignment, examiner = shared
    with Grader(assignment, SETTINGS, examiner) as grader:
        grader.trace("slow")
        fork = examiner.examiner.fork

        def fork_and_kill():
            made = fork()
            signal.pidfd_send_signal(made._pidfd, signal.SIGKILL)
            return made

        monkeypatch.setattr(examiner.examiner, "fork", fork_and_kill)
        assert {(None, Status.GRADER_ERROR)} == {(points, status) for points, status, _ in graded(grader)}


def test_what_an_examiner_wrote_at_last_is_in_the_message(shared, monkeypatch):
    """The instructor reads why the grader failed: the last lines of the examiner that broke."""
    assignment, examiner = shared
    with Grader(assignment, SETTINGS, examiner) as grader:
        grader.trace("slow")
        broken = dataclasses.replace(examiner.learned["slow"], packed=b"no trace at all")
        monkeypatch.setitem(examiner.learned, "slow", broken)
        ((points, status, message), *_) = graded(grader)
        assert (None, Status.GRADER_ERROR) == (points, status)
        assert "ValidationError" in message


def test_a_dead_fork_server_takes_nobody_along(shared, monkeypatch):
    """When the examiners' fork server dies, those at work are graded again, and the next hand-in gets a new one."""
    assignment, examiner = shared
    with Grader(assignment, SETTINGS, examiner) as one, Grader(assignment, SETTINGS, examiner) as other:
        assert graded(one) == graded(other) == RIGHT
        at_work = threading.Event()
        fork = examiner.examiner.fork

        def fork_and_tell():
            made = fork()
            at_work.set()
            return made

        monkeypatch.setattr(examiner.examiner, "fork", fork_and_tell)
        with ThreadPoolExecutor() as pool:
            first = pool.submit(graded, one)
            assert at_work.wait(60)
            os.kill(examiner.examiner.pid, signal.SIGKILL)
            second = pool.submit(graded, other)
            assert first.result() == second.result() == RIGHT


def test_a_dead_fork_server_of_students_is_not_the_hand_ins_fault(shared, monkeypatch):
    """When the fork server dies whose child runs a hand-in, the cell that ran is not blamed: it is graded anew."""
    assignment, examiner = shared
    with Grader(assignment, SETTINGS, examiner) as grader:
        assert graded(grader) == RIGHT
        at_work = threading.Event()
        fork = grader._student.fork

        def fork_and_tell():
            made = fork()
            at_work.set()
            return made

        monkeypatch.setattr(grader._student, "fork", fork_and_tell)
        with ThreadPoolExecutor() as pool:
            result = pool.submit(graded, grader)
            assert at_work.wait(60)
            os.kill(grader._student.pid, signal.SIGKILL)
            assert result.result() == RIGHT
