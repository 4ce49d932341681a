"""The same marks from a real Dask cluster: a scheduler and two worker processes, one of them killed on the way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from support.servers import free_port

from autograder.batch import ExecutorError, JobMaker, ResultStore, cluster, run
from autograder.batch.local import LocalExecutor
from autograder.model.beside import beside
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.notebook.regions import Delimiters, Markers

pytest.importorskip("distributed", reason="Dask is an optional extra")
SETTINGS = GradingSettings(seed=3, sandbox=SandboxPolicy.AUTO)


def marks(outcomes):
    return {
        (o.submission.student, o.submission.notebook): [
            (item.item, item.points, item.status) for item in o.result.items
        ]
        for o in outcomes
    }


@pytest.fixture
def dask_cluster(tmp_path):
    """A scheduler and two workers, each a process of its own; gives the address and the workers' processes."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:

        def start(*arguments):
            log = stack.enter_context((tmp_path / f"dask{len(started)}.log").open("w"))
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
                stdout=log, stderr=log, start_new_session=True, cwd=tmp_path,
            )  # fmt: skip
            started.append(process)
            return process

        def stop():
            for process in started:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

        started = []
        stack.callback(stop)
        scheduler = start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-jupyter"
        )
        workers = [
            start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                  "--local-directory", str(tmp_path / f"worker{number}"))
            for number in range(2)
        ]  # fmt: skip
        yield address, workers, scheduler


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.sandbox
def test_the_scheduler_is_lost_on_the_way(toy, jobs, dask_cluster, tmp_path):
    """When the scheduler is killed the run ends with a sentence, and what was graded is kept."""
    address, _, scheduler = dask_cluster
    store = ResultStore(tmp_path / "far")
    seen = []

    def look_on(executor):
        for outcome in run(jobs, store, executor):
            seen.append(outcome)
            os.killpg(scheduler.pid, signal.SIGKILL)

    with (
        cluster.DaskExecutor(toy, SETTINGS, address) as executor,
        pytest.raises(ExecutorError, match=r"was lost on the way; what was graded is kept"),
    ):
        look_on(executor)
    assert 0 < len(seen) < len(jobs)


def test_no_certificates(toy, jobs, tmp_path):
    """A TLS address without certificates is said with what has to be set."""
    with (
        cluster.DaskExecutor(toy, SETTINGS, "tls://127.0.0.1:9") as executor,
        pytest.raises(ExecutorError, match=r"tls://127\.0\.0\.1:9 .*TLS__CA_FILE"),
    ):
        list(run(jobs, ResultStore(tmp_path / "results"), executor))


@pytest.fixture
def jobs(toy, submission):
    maker = JobMaker(toy, SETTINGS)
    return [
        maker.job(submission(f"s{number}", "squares", square=f"return {'x * x' if number % 2 else 'x + x'}", why="so"))
        for number in range(16)
    ]


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.sandbox
def test_worker_lost_on_the_way(toy, jobs, dask_cluster, tmp_path):
    """When one of two workers is killed in the middle, every hand-in still gets the marks of a local run."""
    address, workers, _ = dask_cluster
    outcomes = []
    with cluster.DaskExecutor(toy, SETTINGS, address) as executor:
        for outcome in run(jobs, ResultStore(tmp_path / "far"), executor):
            outcomes.append(outcome)
            if len(outcomes) == 2:
                os.killpg(workers[0].pid, signal.SIGKILL)
    with LocalExecutor(toy, SETTINGS, 1) as executor:
        assert marks(run(jobs, ResultStore(tmp_path / "near"), executor)) == marks(outcomes)
    points = {outcome.submission.student: outcome.result.items[0].points for outcome in outcomes}
    assert (points["s0"], points["s1"]) == (0.0, 2.0)
    assert workers[1].poll() is None


@pytest.mark.slow
@pytest.mark.cluster
def test_other_versions_are_refused(toy, jobs, dask_cluster, monkeypatch, tmp_path):
    """A cluster with other versions grades nothing, and the message names worker, package and remedy."""
    address, _, _ = dask_cluster
    here = {**cluster.environment(), "torch": "1.0"}
    monkeypatch.setattr(cluster, "environment", lambda: here)
    with (
        cluster.DaskExecutor(toy, SETTINGS, address) as executor,
        pytest.raises(
            ExecutorError, match=r"worker tcp://.*torch is .* there and 1\.0 here.*install the same versions"
        ),
    ):
        list(run(jobs, ResultStore(tmp_path / "results"), executor))


def test_no_scheduler(toy, jobs, monkeypatch, tmp_path):
    """An address where nothing listens is said at once, with the remedy."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with (
        cluster.DaskExecutor(toy, SETTINGS, "tcp://127.0.0.1:9") as executor,
        pytest.raises(ExecutorError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
    ):
        list(run(jobs, ResultStore(tmp_path / "results"), executor))


def test_work_survives_packing(toy, tmp_path):
    """What a worker unpacks is the assignment and the settings that were packed."""
    assignment, settings = cluster.unpacked(json.loads(json.dumps(cluster.packed(toy, SETTINGS))), tmp_path)
    assert settings == SETTINGS
    assert {name: (nb.items, nb.source) for name, nb in assignment.notebooks.items()} == {
        name: (nb.items, nb.source) for name, nb in toy.notebooks.items()
    }


def test_delimiters_survive_packing(toy, tmp_path):
    """A worker, who has no course folder, marks off hidden tests in the course's own words."""
    toy.notebooks["squares"] = replace(toy.notebooks["squares"], delimiters=Delimiters(hidden=Markers("HIDE", "SHOW")))
    assignment, _ = cluster.unpacked(json.loads(json.dumps(cluster.packed(toy, SETTINGS))), tmp_path)
    assert assignment.notebooks == toy.notebooks


def test_files_survive_packing(toy, tmp_path, monkeypatch):
    """What stands beside the notebooks comes to a worker, unless it is more than should go over a network."""
    path = toy.course.root / "source" / "toy" / "data" / "a.bin"
    path.parent.mkdir()
    path.write_bytes(b"\0\xff")
    assignment, _ = cluster.unpacked(json.loads(json.dumps(cluster.packed(toy, SETTINGS))), tmp_path / "worker")
    assert beside(assignment).entries == ("data",)
    assert beside(assignment).digest == beside(toy).digest
    monkeypatch.setattr(cluster, "MOST_BYTES", 1)
    with pytest.raises(ExecutorError, match="without --scheduler"):
        cluster.packed(toy, SETTINGS)


def test_graders_of_a_worker_with_several_threads(toy, monkeypatch):
    """Jobs that run at once never share a grader; one that is idle is used again; another run's are all ended first."""
    made, ended, in_use = [], [], set()

    class Fake:
        def __enter__(self):
            made.append(self)
            return self

        def __exit__(self, *error):
            ended.append(self)

    monkeypatch.setattr(cluster.EngineGraders, "__call__", lambda *_: Fake())
    graders = cluster._Graders()
    work = json.dumps(cluster.packed(toy, SETTINGS))
    shared = []

    def job(number):
        with graders.grader(work, "one") as grader:
            if grader in in_use:
                shared.append(number)
            in_use.add(grader)
            time.sleep(0.001)
            in_use.discard(grader)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(job, range(100)))
    assert shared == []
    assert 1 <= len(made) <= 4
    with graders.grader(work, "one") as grader:
        assert grader in made
    count = len(made)
    with graders.grader(work, "another"):
        assert len(ended) == count
    graders.close()
    assert ended[-1] is made[-1]


def test_a_broken_grader_of_a_worker_is_not_used_again(toy, monkeypatch):
    """A grader that raised is not given to the next job."""
    monkeypatch.setattr(cluster.EngineGraders, "__call__", lambda *_: contextlib.nullcontext(object()))
    graders = cluster._Graders()
    work = json.dumps(cluster.packed(toy, SETTINGS))
    with pytest.raises(OSError, match="broke"), graders.grader(work, "one") as broken:
        raise OSError("broke")
    with graders.grader(work, "one") as other:
        assert other is not broken


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: None, "cannot be"),
        (lambda data: "[" * 100_000, "cannot be its result"),
        (lambda data: json.dumps({**data, "student": "bob"}), "another hand-in"),
        (lambda data: json.dumps({**data, "items": data["items"][1:]}), "other items"),
        (
            lambda data: json.dumps({**data, "items": [{**data["items"][0], "points": 1e9}, *data["items"][1:]]}),
            "points",
        ),
        (
            lambda data: json.dumps({**data, "items": [{**data["items"][0], "points": "3"}, *data["items"][1:]]}),
            "float",
        ),
    ],
    ids=["no text", "deep", "another's", "an item less", "too many points", "points as text"],
)
def test_what_a_worker_gives_has_to_be_the_result(toy, submission, change, said):
    """A result of another hand-in, or with marks that cannot be, is a fault of the grader and never a mark."""
    one = submission("ann", "squares")
    honest = cluster.grader_fault(toy, one, "x").to_json()
    assert cluster.believed(toy, one, json.dumps(honest)).to_json() == honest
    found = cluster.believed(toy, one, change(honest))
    assert {item.status for item in found.items} <= {"grader_error", "manual"}
    assert any("what cannot be its result" in item.message and said in item.message for item in found.items), found
