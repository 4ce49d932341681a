"""What a confined process may see."""

from __future__ import annotations

from pathlib import Path

from autograder.sandbox.linux import paths


def test_an_interpreter_at_the_root_binds_no_root(monkeypatch):
    """A prefix of / does not bind the whole machine."""
    monkeypatch.setattr(paths.sys, "prefix", "/")
    monkeypatch.setattr(paths.sys, "base_prefix", "/")
    paths.python_folders.cache_clear()
    try:
        assert Path("/") not in paths.python_folders()
    finally:
        paths.python_folders.cache_clear()


def test_the_package_and_nothing_above_it_is_readable():
    """The package's own folder may be read, the folder that it stands in may not."""
    assert str(paths.package()) in paths.readable()
    assert str(paths.package().parent) not in paths.readable()
