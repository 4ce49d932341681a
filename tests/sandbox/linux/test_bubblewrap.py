"""What the strict sandbox lets a fork server see."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.linux import bubblewrap, paths


def bound(command):
    return [command[i + 1] for i, word in enumerate(command) if word in ("--ro-bind", "--ro-bind-try", "--bind")]


def test_nothing_of_the_course_or_home_is_bound(monkeypatch):
    """The folders bound are the system's, the interpreter's and the package's; nothing is bound for writing."""
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    command = bubblewrap.prefix()
    assert "--bind" not in command
    allowed = [Path(p) for p in (*paths.SYSTEM_FOLDERS, *paths.SYSTEM_FILES, paths.CPU_FOLDER)]
    allowed += [*paths.python_parts(), paths.package()]
    assert {Path(path) for path in bound(command)} <= set(allowed)
    assert Path.home() not in map(Path, bound(command))
    assert paths.package().parent not in map(Path, bound(command))


def test_without_bubblewrap(monkeypatch):
    """Without bubblewrap there is an error that names it."""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    with pytest.raises(FileNotFoundError, match="bubblewrap"):
        bubblewrap.prefix()
