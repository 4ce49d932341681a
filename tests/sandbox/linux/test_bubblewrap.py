"""What the strict sandbox lets the warm process see."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.linux import bubblewrap


def bound(command):
    return [command[i + 1] for i, word in enumerate(command) if word in ("--ro-bind", "--ro-bind-try", "--bind")]


def test_nothing_of_the_course_or_home_is_bound(monkeypatch):
    """The folders bound are the system's, the interpreter's and the package's; nothing is bound for writing."""
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    command = bubblewrap.prefix()
    assert "--bind" not in command
    allowed = [Path(p) for p in (*bubblewrap.SYSTEM_FOLDERS, *bubblewrap.SYSTEM_FILES, bubblewrap.CPU_FOLDER)]
    allowed += [*bubblewrap.python_folders(), bubblewrap.package_parent() / "autograder"]
    assert {Path(path) for path in bound(command)} <= set(allowed)
    assert Path.home() not in map(Path, bound(command))
    assert bubblewrap.package_parent() not in map(Path, bound(command))


def test_an_interpreter_at_the_root_binds_no_root(monkeypatch):
    """A prefix of / does not bind the whole machine."""
    monkeypatch.setattr(bubblewrap.sys, "prefix", "/")
    monkeypatch.setattr(bubblewrap.sys, "base_prefix", "/")
    bubblewrap.python_folders.cache_clear()
    try:
        assert Path("/") not in bubblewrap.python_folders()
    finally:
        bubblewrap.python_folders.cache_clear()


def test_without_bubblewrap(monkeypatch):
    """Without bubblewrap there is an error that names it."""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    with pytest.raises(FileNotFoundError, match="bubblewrap"):
        bubblewrap.prefix()
