"""What a newcomer types after cloning."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or shutil.which("git") is None, reason="make and git are needed"
)


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "GIT_"))}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**inherited, **environment}
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory, repository) -> Path:
    """The working copy as a clone would have it: what git knows or would add, committed."""
    folder = tmp_path_factory.mktemp("clone") / "course"
    listed = run(repository, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").stdout
    for name in filter(None, listed.split("\0")):
        if (repository / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, folder / name)
    run(folder, "git", "init", "--quiet")
    run(folder, "git", "add", "--all")
    done = run(folder, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "clone")
    assert done.returncode == 0, done.stderr
    return folder


def make(clone: Path, *targets: str) -> subprocess.CompletedProcess:
    """Run make with the environment that runs these tests in the place of .venv."""
    stamp = clone / ".git" / "installed"
    stamp.touch()
    return run(clone, "make", *targets, f"VENV={sys.prefix}", f"READY={stamp}", PYTHONPATH=str(clone))


def test_make_alone_says_what_there_is(clone):
    """`make` without a target names every target with what it does."""
    shown = run(clone, "make").stdout
    for target in ("grade", "test", "lint", "check-built"):
        assert f"make {target} " in shown


def test_a_second_call_installs_nothing(clone):
    """When .venv is newer than what it was made from, nothing is installed again; when the pins change, it is."""
    stamp = clone / ".venv" / ".installed"
    stamp.parent.mkdir()
    stamp.touch()
    assert "Nothing to be done" in run(clone, "make", "install").stdout
    now = stamp.stat().st_mtime
    os.utime(clone / "constraints.txt", (now + 5, now + 5))
    planned = run(clone, "make", "--dry-run", "install").stdout
    shutil.rmtree(stamp.parent)
    assert "--constraint constraints.txt" in planned


def test_torch_comes_first_and_is_pinned(clone):
    """A fresh clone installs torch 2.13.0 first, and then everything else from the constraints."""
    planned = run(clone, "make", "--dry-run", "install").stdout
    assert planned.index("pip install --quiet --disable-pip-version-check torch==2.13.0") < planned.index("--editable")
    assert "torch==2.13.0\n" in (clone / "constraints.txt").read_text("utf-8")


def test_a_python_that_does_not_fit_is_refused(clone):
    """A Python that is too old, or none, ends with what is needed and how to choose another."""
    done = run(clone, "make", "install", "PYTHON=false")
    assert done.returncode != 0
    assert "Python 3.11 to 3.14 is needed; choose one: make PYTHON=" in done.stdout
    assert not (clone / ".venv").exists()


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.sandbox
def test_make_grade_ends_with_the_marks_and_where_they_are(clone):
    """`make grade` builds, releases, marks the example hand-ins, shows the table and says where the files are."""
    done = make(clone, "grade")
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout[-600:]
    for name in ("marks.csv", "intake.csv", "report/index.html"):
        assert f"out/{name}" in last
        assert (clone / "out" / name).is_file()
    with (clone / "out" / "marks.csv").open(encoding="utf-8", newline="") as file:
        students = {row["student"] for row in csv.DictReader(file)}
    assert students
    for student in students:
        assert student in done.stdout
    # building and releasing changed nothing: what is committed is what the text builds
    assert run(clone, "git", "status", "--porcelain", "--", "source", "release").stdout == ""
    assert not (clone / "gradebook.db").exists()
