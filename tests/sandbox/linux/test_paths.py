"""What a confined process may see."""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.sandbox.linux import paths


def test_an_interpreter_at_the_root_binds_no_root(monkeypatch):
    """A prefix of / does not bind the whole machine."""
    monkeypatch.setattr(paths.sys, "prefix", "/")
    monkeypatch.setattr(paths.sys, "base_prefix", "/")
    paths.python_parts.cache_clear()
    try:
        assert Path("/") not in paths.python_parts()
    finally:
        paths.python_parts.cache_clear()


def test_the_package_and_nothing_above_it_is_readable():
    """The package's own folder may be read, the folder that it stands in may not."""
    assert str(paths.package()) in paths.readable(inside=False)
    assert str(paths.package().parent) not in paths.readable(inside=False)


def test_what_has_a_place_inside_is_not_read_from_there_outside():
    """A course that stands where the package stands inside bubblewrap is not readable where there is none."""
    assert paths.PACKAGE_FOLDER in paths.readable(inside=True)
    assert paths.PACKAGE_FOLDER not in paths.readable(inside=False)


def test_an_environment_in_a_course_is_not_the_course(tmp_path, monkeypatch):
    """Of a virtual environment made in the folder of a course, the interpreter and its packages are shown."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in (
        "bin/python3",
        "bin/solve",
        f"lib/{version}/site-packages/x.py",
        "lib/course.py",
        "source/lab/a.ipynb",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "pyvenv.cfg").touch()
    monkeypatch.setattr(paths.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(paths.sys, "exec_prefix", str(tmp_path))
    paths.python_parts.cache_clear()
    try:
        found = [str(part.relative_to(tmp_path)) for part in paths.python_parts() if part.is_relative_to(tmp_path)]
    finally:
        paths.python_parts.cache_clear()
    assert found == ["bin/python3", f"lib/{version}", "pyvenv.cfg"]
