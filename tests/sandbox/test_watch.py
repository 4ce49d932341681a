"""The watch over processes: what they use together."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.sandbox import watch
from autograder.sandbox.limits import Limits
from autograder.sandbox.linux import processes


@pytest.fixture
def family():
    """A process with a child of its own that holds 60 MB."""
    child = "b = bytearray(60 * 2**20); print(len(b), flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_descendants_count(family):
    """The memory of a process that a process has started counts, and so does its task."""
    rest = processes.descendants(family, 10)
    load = watch.measure(family, rest, 2048, 64)
    assert len(rest) == 1
    assert load.tasks == 2
    assert load.memory_mb > 60


def test_shared_pages_count_once(family):
    """Above the limit by the plain sum, the rest is measured by its share and not by its resident size."""
    rest = processes.descendants(family, 10)
    plain = watch.measure(family, rest, 2048, 64)
    exact = watch.measure(family, rest, 50, 64)
    assert 60 < exact.memory_mb < plain.memory_mb


def test_many_processes_are_not_read_one_by_one(family):
    """At the limit of processes the count is told without looking further."""
    assert watch.measure(family, [1, 2, 3], 2048, 3).tasks == 4


def test_a_process_that_is_gone():
    """A process that is gone uses nothing."""
    assert watch.measure(2**22 - 1, [], 2048, 64) == watch.Load(0.0, 0)


def test_a_scratch_folder_is_not_looked_through_all_the_time(tmp_path, monkeypatch):
    """A look at a scratch folder takes a small part of the time, however long it takes."""
    looks, clock = [], [100.0]

    def content_of(folder):
        looks.append(clock[0])
        clock[0] += 2.0
        return watch.folders.Content()

    monkeypatch.setattr(watch.folders, "content_of", content_of)
    monkeypatch.setattr(watch.time, "monotonic", lambda: clock[0])
    guard = watch.Watch(Limits(memory_mb=2048, processes=64, scratch_mb=8, cpu_seconds=9), tmp_path)
    for _ in range(1000):
        guard.look(2**22 - 1, [])
        clock[0] += 0.1
    assert 2.0 * len(looks) < (clock[0] - 100.0) / 10
