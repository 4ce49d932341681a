"""`autograder doctor`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from support.notebooks import cell, notebook, write_course

from autograder import doctor as machine
from autograder.commands import doctor
from autograder.model.course import Course
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


MODEL = "class V:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x"


@pytest.mark.sandbox
def test_a_course(tmp_path):
    """Of a course it says which items are not decided outside, why, and what to write instead."""
    root = write_course(tmp_path, "week", {"sums": notebook(
        cell(MODEL, "answer", "v-answer"),
        cell("assert V(1).x == 1", "test", "plain", 1),
        cell("assert V(1) == V(1)", "test", "equal", 1),
        cell("assert V(1) == V(2)", "test", "never", 1),
    )})  # fmt: skip
    findings = {one.subject: one for one in machine.examine_course(Course(root))}
    assert findings["week"].found == "3 items are decided by tests: 1 outside, 1 inside, 1 undecidable"
    assert findings["week, sums, equal, line 1 (assert V(1) == V(1))"].verdict == machine.FAIR
    assert "plain value" in findings["week, sums, equal, line 1 (assert V(1) == V(1))"].found
    assert findings["week, sums, equal, line 1 (assert V(1) == V(1))"].remedy
    assert findings["week, sums, never, line 1 (assert V(1) == V(2))"].verdict == machine.FAULTY
    assert len(findings) == 3


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
