"""The limits of one process."""

from __future__ import annotations

import resource

from autograder.model.settings import GradingSettings
from autograder.sandbox import limits
from autograder.sandbox.limits import Limits


def test_cpu_is_a_backstop():
    """The CPU limit lies above the wall-clock limit of a notebook, so that the deadline speaks first."""
    assert Limits.of(GradingSettings(seed=0, notebook_seconds=40)).cpu_seconds > 40


def test_an_examiner_has_limits_of_its_own():
    """An examiner has room for the model's answers beside a hand-in's, and no more time than its runs can take."""
    settings = GradingSettings(seed=0, notebook_seconds=40, memory_mb=8000)
    own, examiner = Limits.of(settings), Limits.of_examiner(settings)
    assert (examiner.memory_mb, Limits.of_examiner(GradingSettings(seed=0)).memory_mb) == (8000, 4096)
    assert (examiner.processes, examiner.scratch_mb) == (own.processes, own.scratch_mb)
    assert 4 * 40 < examiner.cpu_seconds


def test_a_limit_is_never_raised(monkeypatch):
    """A limit that is lower already stays."""
    asked = []
    monkeypatch.setattr(limits.resource, "getrlimit", lambda _: (5, 10))
    monkeypatch.setattr(limits.resource, "setrlimit", lambda which, pair: asked.append((which, pair)))
    limits.lower(resource.RLIMIT_NPROC, 64)
    limits.lower(resource.RLIMIT_NPROC, 3)
    assert asked == [(resource.RLIMIT_NPROC, (10, 10)), (resource.RLIMIT_NPROC, (3, 3))]
