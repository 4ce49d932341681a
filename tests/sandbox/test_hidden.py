"""The course and OUT, which no hand-in may see, wherever they and the interpreter stand."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from support.confined import SETTINGS, WALLED, reached, run

from autograder.sandbox import probe
from autograder.sandbox.exceptions import LevelError
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.linux import paths

pytestmark = [pytest.mark.sandbox]

LOOK = """
import json, sys
from support.confined import SETTINGS, fork_server, run
with fork_server(sys.argv[1]) as server:
    child = server.fork()
    sources = [f"result = open({path!r}).read()" for path in sys.argv[2:]]
    print(json.dumps([sys.prefix, *(run(child, source) for source in sources)]))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a virtual environment made in its own folder: `python -m venv .`."""
    course = tmp_path_factory.mktemp("course")
    for name in ("source/lab/hidden.ipynb", "gradebook.db", "submitted/bob/lab/hidden.ipynb", "lib/solutions.py"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("secret", encoding="ascii")
    venv.create(course, symlinks=True)
    packages = next(course.glob("lib/python3*/site-packages"))
    ours = [path for path in sys.path if path.endswith("-packages")]
    (packages / "ours.pth").write_text("\n".join(ours), encoding="utf-8")
    return course


@pytest.mark.parametrize("name", WALLED)
def test_an_environment_in_the_course_shows_nothing_of_it(course, name):
    """With the interpreter's environment in the folder of the course, a hand-in runs and reads none of its files."""
    secrets = [str(path) for path in course.rglob("*") if path.is_file() and path.stat().st_size == len("secret")]
    tests = Path(__file__).parents[1]
    command = [str(course / "bin/python"), "-c", LOOK, name, *secrets]
    environment = {"PYTHONPATH": f"{paths.package().parent}:{tests}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    prefix, *found = json.loads(done.stdout)
    assert (prefix, len(found)) == (str(course), 4)
    assert [answer for answer in found if not str(answer).startswith(("FileNotFoundError", "PermissionError"))] == []


@pytest.fixture(params=WALLED)
def level(request):
    return reached(request.param)


@pytest.fixture
def needed(level, tmp_path, monkeypatch):
    """A folder that every program needs, with a course in it."""
    monkeypatch.setattr(paths, "SYSTEM_FOLDERS", (*paths.SYSTEM_FOLDERS, str(tmp_path / "system")))
    course = tmp_path / "system" / "courses" / "lab"
    course.mkdir(parents=True)
    return course


@pytest.mark.parametrize("trusted", [False, True])
def test_a_visible_course_is_refused(needed, level, trusted):
    """Where hand-ins would see the course, also an empty one, nothing starts, and it is said where it stands."""
    hidden = [needed]
    with pytest.raises(LevelError, match=rf"hand-ins would see {needed}\. It stands in a folder that every program"):
        ForkServer(SETTINGS, probe.SERVE, level=level, trusted=trusted, hidden=hidden).start()


def test_what_is_hidden_may_hold_what_is_needed(level, tmp_path, monkeypatch):
    """A course in which something needed stands is not seen because of that."""
    (tmp_path / "course" / "system").mkdir(parents=True)
    monkeypatch.setattr(paths, "SYSTEM_FOLDERS", (*paths.SYSTEM_FOLDERS, str(tmp_path / "course" / "system")))
    hidden = [tmp_path / "course", tmp_path / "gone"]
    with ForkServer(SETTINGS, probe.SERVE, level=level, hidden=hidden) as server:
        assert run(server.fork(), "result = 5") == 5
