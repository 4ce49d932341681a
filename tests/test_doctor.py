"""`autograder doctor`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from autograder import doctor as machine
from autograder.commands import doctor
from autograder.sandbox import reach
from autograder.sandbox.level import Level
from autograder.sandbox.reach import Attempt


@pytest.fixture
def run(monkeypatch):
    """Run the command on a machine where the levels given work."""

    def command(*works):
        def attempt(name):
            return Attempt(Level(name, ("seccomp",))) if name in works else Attempt(None, f"no {name}", "Do this.")

        monkeypatch.setattr(machine, "try_level", attempt)
        return CliRunner().invoke(doctor.command)

    return command


def test_a_good_machine(run):
    """With the strict sandbox the exit status is 0 and the level is named."""
    result = run("strict", "reduced")
    assert (result.exit_code, "ok      sandbox: strict (seccomp)" in result.output) == (0, True)


def test_a_container(run):
    """With the reduced sandbox grading works: status 0, with the reason and the remedy for the strict one."""
    result = run("reduced")
    assert result.exit_code == 0
    assert "note    strict sandbox: no strict. Do this." in result.output
    assert "sandbox: reduced (seccomp)" in result.output


def test_no_sandbox(run):
    """Without any sandbox the status is 1."""
    result = run()
    assert result.exit_code == 1
    assert "sandbox: none: grading refuses to run" in result.output


def test_a_missing_package(run, monkeypatch):
    """A needed package that is not there is named, and the status is 1."""
    monkeypatch.setattr(machine, "needed", lambda: ["torch", "absent-package"])
    result = run("strict")
    assert result.exit_code == 1
    assert "missing package: absent-package" in result.output


@pytest.mark.sandbox
def test_this_machine():
    """The real probe gives a level or says why not, for each level."""
    for name in ("strict", "reduced"):
        attempt = reach.try_level(name)
        assert attempt.level is not None or (attempt.reason and attempt.remedy)


def test_table_for_a_terminal():
    """At a terminal the findings are a table with a row each."""
    findings = [machine.Finding("a", "b"), machine.Finding("c", "d", machine.BAD, "e")]
    assert doctor.table_of(findings).row_count == 2
