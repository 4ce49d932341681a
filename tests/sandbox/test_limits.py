"""Measuring what processes use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.model.settings import GradingSettings
from autograder.sandbox import limits
from autograder.sandbox.limits import Limits


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
    rest = limits.descendants(family, 10)
    load = limits.measure(family, rest, Limits.of(GradingSettings(seed=0)))
    assert len(rest) == 1
    assert load.tasks == 2
    assert load.memory_mb > 60


def test_shared_pages_count_once(family):
    """Above the limit by the plain sum, the rest is measured by its share and not by its resident size."""
    rest = limits.descendants(family, 10)
    plain = limits.measure(family, rest, Limits.of(GradingSettings(seed=0)))
    exact = limits.measure(family, rest, Limits(memory_mb=1, processes=64, scratch_mb=256, cpu_seconds=150))
    assert 60 < exact.memory_mb < plain.memory_mb


def test_many_processes_are_not_read_one_by_one(family):
    """At the limit of processes the count is told without looking further."""
    few = Limits(memory_mb=2048, processes=3, scratch_mb=256, cpu_seconds=150)
    assert limits.measure(family, [1, 2, 3], few).tasks == 4


def test_a_process_that_is_gone():
    """A process that is gone uses nothing."""
    assert limits.measure(2**22 - 1, [], Limits.of(GradingSettings(seed=0))) == limits.Load(0.0, 0)


def test_cpu_is_a_backstop():
    """The CPU limit lies above the wall-clock limit of a notebook, so that the deadline speaks first."""
    assert Limits.of(GradingSettings(seed=0, notebook_seconds=40)).cpu_seconds > 40


def test_folder_size(tmp_path):
    """The size of a folder counts what lies below it, and follows no links."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "big").write_bytes(bytes(2 * 2**20))
    (tmp_path / "link").symlink_to("/usr")
    assert 1.9 < limits.folder_mb(tmp_path) < 2.5
