"""Levels as they are written with the results."""

from __future__ import annotations

from autograder.sandbox.level import Level


def test_level_as_text():
    """The level is written with its walls."""
    assert str(Level("reduced", ("no network", "seccomp"))) == "reduced (no network, seccomp)"
    assert str(Level.none()) == "none"


def test_only_strict_has_namespaces():
    """Only at the strict level all that a child started ends with it by itself."""
    assert [Level("strict").own_namespaces, Level("reduced").own_namespaces, Level.none().own_namespaces] == [1, 0, 0]
