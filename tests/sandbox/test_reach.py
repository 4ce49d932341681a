"""Which level of the sandbox is used, and what is said when one cannot be had."""

from __future__ import annotations

import pytest

from autograder.model.settings import SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox import reach as reaching
from autograder.sandbox.exceptions import LevelError
from autograder.sandbox.level import Level
from autograder.sandbox.linux import bubblewrap, landlock
from autograder.sandbox.reach import Attempt, reach


@pytest.fixture
def machine(monkeypatch):
    """Pretend that only the given levels work here."""

    def set_levels(*names):
        def attempt(name):
            return Attempt(Level(name)) if name in names else Attempt(None, f"{name} fails", f"Repair {name}.")

        monkeypatch.setattr(reaching, "try_level", attempt)

    return set_levels


@pytest.mark.parametrize(
    ("works", "policy", "expected"),
    [
        (("strict", "reduced"), SandboxPolicy.AUTO, "strict"),
        (("reduced",), SandboxPolicy.AUTO, "reduced"),
        (("strict",), SandboxPolicy.STRICT, "strict"),
        ((), SandboxPolicy.NONE, "none"),
        (("strict",), SandboxPolicy.NONE, "none"),
    ],
)
def test_the_best_level_that_the_policy_allows(machine, works, policy, expected):
    """Automatic takes the best level, strict insists, none is none."""
    machine(*works)
    assert reach(policy).name == expected


@pytest.mark.parametrize(("works", "policy"), [((), SandboxPolicy.AUTO), (("reduced",), SandboxPolicy.STRICT)])
def test_refused_with_reason_and_remedy(machine, works, policy):
    """Below what the policy allows nothing runs, and the message says why and what to do."""
    machine(*works)
    with pytest.raises(LevelError, match=r"strict fails\. Repair strict\."):
        reach(policy)


def test_bubblewrap_missing(monkeypatch):
    """Without bubblewrap the strict level is out of reach, and the remedy names the package."""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    attempt = reaching.missing_parts("strict")
    assert (attempt.level, attempt.reason) == (None, "bubblewrap is not installed")
    assert "apt install bubblewrap" in attempt.remedy


def test_old_landlock_is_not_enough_alone(monkeypatch):
    """Without namespaces, a Landlock that lets files be cut to nothing is not accepted."""
    monkeypatch.setattr(landlock, "abi", lambda: 2)
    assert reaching.missing_parts("reduced").reason == "it needs Landlock 3, this kernel has 2"


def test_other_systems(monkeypatch):
    """On another system than Linux the message says so."""
    monkeypatch.setattr(reaching.platform, "system", lambda: "Darwin")
    assert reaching.missing_parts("strict").reason == "it needs Linux, this is Darwin"


@pytest.mark.sandbox
def test_a_level_that_leaks_is_not_reached(monkeypatch):
    """A level whose child can get out in one way is not taken, and the way is named."""
    monkeypatch.setattr(probe, "ask", lambda *_: {"result": ["read a file outside"]})
    reaching.try_level.cache_clear()
    try:
        attempt = reaching.try_level("reduced")
    finally:
        reaching.try_level.cache_clear()
    if "Landlock" in attempt.reason or "seccomp" in attempt.reason:
        pytest.skip(attempt.reason)
    assert attempt.level is None
    assert attempt.reason == "a confined process could still read a file outside"


@pytest.mark.sandbox
def test_no_room_to_try_is_a_reason(monkeypatch):
    """Where a level cannot be tried, the reason is told, and nothing is raised."""

    def refuse(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reaching, "missing_parts", lambda _: None)
    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    reaching.try_level.cache_clear()
    try:
        assert "No space left on device" in reaching.try_level("strict").reason
    finally:
        reaching.try_level.cache_clear()
