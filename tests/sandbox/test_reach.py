"""Which level of the sandbox is used, and what is said when one cannot be had."""

from __future__ import annotations

import subprocess
import sys

import pytest
from autograder.sandbox.levels import Attempt, Level, SandboxError, reach

from autograder.model.settings import SandboxPolicy
from autograder.sandbox import levels, probe
from autograder.sandbox.linux import bubblewrap, landlock


@pytest.fixture
def machine(monkeypatch):
    """Pretend that only the given levels work here."""

    def set_levels(*names):
        def attempt(name):
            return Attempt(Level(name)) if name in names else Attempt(None, f"{name} fails", f"Repair {name}.")

        monkeypatch.setattr(levels, "try_level", attempt)

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
    with pytest.raises(SandboxError, match=r"strict fails\. Repair strict\."):
        reach(policy)


def test_bubblewrap_missing(monkeypatch):
    """Without bubblewrap the strict level is out of reach, and the remedy names the package."""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    attempt = levels.missing_parts("strict")
    assert (attempt.level, attempt.reason) == (None, "bubblewrap is not installed")
    assert "apt install bubblewrap" in attempt.remedy


def test_old_landlock_is_not_enough_alone(monkeypatch):
    """Without namespaces, a Landlock that lets files be cut to nothing is not accepted."""
    monkeypatch.setattr(landlock, "abi", lambda: 2)
    assert levels.missing_parts("reduced").reason == "it needs Landlock 3, this kernel has 2"


def test_other_systems(monkeypatch):
    """On another system than Linux the message says so."""
    monkeypatch.setattr(levels.platform, "system", lambda: "Darwin")
    assert levels.missing_parts("strict").reason == "it needs Linux, this is Darwin"


@pytest.mark.sandbox
def test_a_level_that_leaks_is_not_reached(monkeypatch):
    """A level whose child can get out in one way is not taken, and the way is named."""
    monkeypatch.setattr(probe, "ask", lambda *_: {"result": ["read a file outside"]})
    levels.try_level.cache_clear()
    try:
        attempt = levels.try_level("reduced")
    finally:
        levels.try_level.cache_clear()
    if "Landlock" in attempt.reason or "seccomp" in attempt.reason:
        pytest.skip(attempt.reason)
    assert attempt.level is None
    assert attempt.reason == "a confined process could still read a file outside"


def test_the_probe_finds_open_doors(tmp_path):
    """Run without walls, the probe finds that it can read, write and open sockets: it does not just say yes."""
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="ascii")
    source = f"from autograder.sandbox.probe import escapes; print(escapes({str(secret)!r}, 1))"
    command = [sys.executable, "-c", source]
    environment = {"PYTHONPATH": str(bubblewrap.package_parent())}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    for door in ("read a file outside", "write outside", "open a network socket", "list the processes"):
        assert door in done.stdout


def test_level_as_text():
    """The level is written with its walls."""
    assert str(Level("reduced", ("no network", "seccomp"))) == "reduced (no network, seccomp)"
    assert str(Level.none()) == "none"
