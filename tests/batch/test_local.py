"""The local executor: several graders, faults of a grader, stopping."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.batch import ExecutorError, JobMaker, ResultStore, run
from autograder.batch.executors import grader_fault
from autograder.batch.local import EngineGraders, LocalExecutor
from autograder.engine import shared
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.settings import GradingSettings
from autograder.sandbox.exceptions import LevelError
from autograder.sandbox.level import Level

SETTINGS = GradingSettings(seed=1)


class Fake:
    """Stands in for a grader: full marks, unless the student's name says what is to go wrong."""

    def __init__(self, started):
        self.started = started

    def __enter__(self):
        self.started.append(self)
        return self

    def __exit__(self, *error):
        pass

    def decisions(self, name):
        return []

    def grade(self, submission):
        if "breaks" in submission.student:
            raise OSError("no more processes")
        return NotebookResult(submission.student, submission.notebook, (ItemResult("double", 3.0, 3.0, Status.SCORED),))


@pytest.fixture
def started():
    return []


@pytest.fixture
def executor(toy, started):
    with LocalExecutor(toy, SETTINGS, 2, lambda assignment, settings: Fake(started)) as made:
        yield made


@pytest.fixture
def jobs(toy, submission):
    maker = JobMaker(toy, SETTINGS)
    return lambda *students: [maker.job(submission(student, "doubles")) for student in students]


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path / "results")


def test_everything_comes_back(executor, jobs, store):
    """Each job has its outcome, however many there are."""
    students = [f"s{number}" for number in range(50)]
    outcomes = list(run(jobs(*students), store, executor))
    assert sorted(outcome.submission.student for outcome in outcomes) == sorted(students)
    assert all(outcome.result.student == outcome.submission.student for outcome in outcomes)


def test_only_a_window_is_taken(executor, jobs, store):
    """Jobs are made only as they can be worked on: memory does not grow with their number."""
    taken = 0

    def counted():
        nonlocal taken
        for job in jobs(*map(str, range(200))):
            taken += 1
            yield job

    for done, _ in enumerate(run(counted(), store, executor), start=1):
        assert taken <= done + executor.window + 1


def test_broken_grader(executor, jobs, store, started):
    """A grader that breaks costs one notebook its mark, with the reason; a new one takes its place."""
    outcomes = {
        o.submission.student: o.result for o in run(jobs("a", "breaks", "b", "c", "breaks too", "d"), store, executor)
    }
    statuses = {student: result.items[0].status for student, result in outcomes.items()}
    assert {s for s, status in statuses.items() if status is Status.GRADER_ERROR} == {"breaks", "breaks too"}
    assert outcomes["breaks"].items[0].points is None
    assert "no more processes" in outcomes["breaks"].items[0].message


def test_written_answers_wait_where_the_grader_broke(executor, toy, submission, store):
    """What a person marks waits for that person, whatever went wrong with the tests of the same notebook."""
    job = JobMaker(toy, SETTINGS).job(submission("breaks", "squares"))
    (outcome,) = run([job], store, executor)
    statuses = {item.item: (item.points, item.status) for item in outcome.result.items}
    assert statuses == {"square": (None, Status.GRADER_ERROR), "why": (None, Status.MANUAL)}


def test_grader_errors_are_not_kept(executor, jobs, store):
    """What the grader failed at is tried again by the next run; the rest is taken from the store."""
    list(run(jobs("a", "breaks"), store, executor))
    again = {o.submission.student: o.reused for o in run(jobs("a", "breaks"), store, executor)}
    assert again == {"a": True, "breaks": False}


def test_force(executor, jobs, store):
    """With force everything is graded again."""
    list(run(jobs("a"), store, executor))
    assert [o.reused for o in run(jobs("a"), store, executor, force=True)] == [False]


def test_again(executor, jobs, store):
    """Who is to be graded again is, and everybody else's results are found again."""
    list(run(jobs("a", "b"), store, executor))
    reused = {o.submission.student: o.reused for o in run(jobs("a", "b"), store, executor, again={"b"})}
    assert {"a": True, "b": False} == reused


def test_nothing_to_do_starts_nothing(executor, jobs, store, started, toy, submission):
    """When every result is known, no grader is started."""
    for job in jobs("a", "b"):
        store.put(job.key, grader_fault(toy, job.submission, "kept"))
    assert [o.reused for o in run(jobs("a", "b"), store, executor)] == [True, True]
    assert started == []


@pytest.mark.parametrize(("students", "graders"), [("a", 1), ("ab", 2), ("abcdef", 2)])
def test_no_more_graders_than_jobs(toy, executor, jobs, store, started, students, graders):
    """A grader is started for a job that no other one is there for, up to the number of workers."""
    del toy.notebooks["doubles"]  # which would be looked at by a grader of its own
    list(run(jobs(*students), store, executor))
    assert len(started) == graders


def test_graders_for_what_is_to_come(toy, started):
    """Those that are started ahead are no more than what comes can need."""
    with LocalExecutor(toy, SETTINGS, 3, lambda assignment, settings: Fake(started)) as executor:
        executor.start(1)
        executor.start(2)
        executor.start(1)
        assert len(executor._threads) == 2


def test_no_grader_starts(toy, jobs, store):
    """When no grader can be started the run ends with the reason."""

    def refuse(assignment, settings):
        raise OSError("user namespaces are forbidden here")

    with (
        LocalExecutor(toy, SETTINGS, 2, refuse) as executor,
        pytest.raises(ExecutorError, match="user namespaces are forbidden here"),
    ):
        list(run(jobs("a", "b", "c"), store, executor))


def test_the_sandbox_is_tried_once(toy, monkeypatch):
    """Graders that are made at the same time wait for one of them to try the sandbox, and then have its level."""
    tried = []

    def reach(policy):
        tried.append(policy)
        time.sleep(0.2)
        return Level.none()

    monkeypatch.setattr(shared, "reach", reach)
    graders = EngineGraders()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: graders(toy, SETTINGS), range(4)))
    assert [one.sandbox for one in made] == ["none"] * 4
    assert tried == [SETTINGS.sandbox]


def test_a_sandbox_that_cannot_be_had_is_said(toy, jobs, store, monkeypatch):
    """Where no worker gets its sandbox, the run ends with the reason and the remedy."""

    def refuse(policy):
        raise LevelError("no sandbox works on this machine", remedy="Buy another.")

    monkeypatch.setattr(shared, "reach", refuse)
    with (
        LocalExecutor(toy, SETTINGS, 2) as executor,
        pytest.raises(ExecutorError, match=r"no sandbox works on this machine\. Buy another\."),
    ):
        list(run(jobs("a"), store, executor))


def test_stopping_in_the_middle(toy, jobs, store):
    """Closing after an interrupt ends a grader that is at work, and waits for no hand-in."""
    entered, closed = threading.Event(), threading.Event()

    class Stuck(Fake):
        def __exit__(self, *error):
            closed.set()

        def decisions(self, name):
            return []

        def grade(self, submission):
            entered.set()
            closed.wait(60)
            raise OSError("closed")

    executor = LocalExecutor(toy, SETTINGS, 1, lambda assignment, settings: Stuck([]))
    executor.submit(jobs("a")[0])
    assert entered.wait(10)
    executor.close(now=True)
    assert closed.is_set()
    assert not any(thread.name.startswith("grader-") for thread in threading.enumerate())
