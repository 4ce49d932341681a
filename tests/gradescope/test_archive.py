"""The archive for Gradescope: complete, and it grades in a folder tree such as Gradescope makes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder.commands.gradescope import command
from autograder.gradescope.archive import pinned
from autograder.gradescope.run import student_of


@pytest.fixture
def archive(toy_course, tmp_path):
    """Makes an archive of the toy course; gives its path."""

    def make(*arguments):
        to = tmp_path / "autograder.zip"
        (toy_course.root / "source" / "toy" / "data.csv").write_text("1,2\n")
        line = ["toy", "--course", str(toy_course.root), "--to", str(to), *arguments]
        done = CliRunner().invoke(command, line, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return to

    return make


@pytest.fixture
def place(archive, tmp_path):
    """Lays an archive out as Gradescope does; gives the folder that stands for /autograder."""

    def lay(*arguments) -> Path:
        root = tmp_path / "autograder"
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        subprocess.run(["unzip", "-q", str(archive(*arguments)), "-d", str(root / "source")], check=True)
        shutil.copy(root / "source" / "run_autograder", root)
        (root / "venv" / "bin").mkdir(parents=True)
        script = f'#!/bin/sh\nexec env PYTHONPATH={root}/source/package {sys.executable} "$@"\n'
        (root / "venv" / "bin" / "python").write_text(script)
        (root / "venv" / "bin" / "python").chmod(0o755)
        return root

    return lay


def no_network() -> list[str]:
    """What runs a command without any network, where this machine can."""
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return ["unshare", "-rn"] if tried.returncode == 0 else []


def run(root: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run the archive's program as Gradescope does: in its folder, offline."""
    environment = {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root), "HOME": str(scratch)}
    command = [*no_network(), str(root / "run_autograder")]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=False)


def test_it_holds_what_gradescope_wants_and_all_that_grading_needs(archive):
    """Both scripts at the root can be run; the package, the course's source with its data and its packages are in."""
    with zipfile.ZipFile(archive("--package", "tomli-w")) as opened:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in opened.infolist()}
        requirements = opened.read("requirements.txt").decode().splitlines()
        settings = json.loads(opened.read("gradescope.json"))
    assert (modes["setup.sh"], modes["run_autograder"]) == (0o755, 0o755)
    assert {"course/source/toy/squares.ipynb", "course/source/toy/data.csv"} <= set(modes)
    assert "package/autograder/engine/grader.py" in modes
    assert "package/autograder/output/feedback/templates/style.css" in modes
    assert [line for line in requirements if line.startswith("nbgrader==")]
    assert "tomli-w" in requirements
    assert not [line for line in requirements if "+" in line or line.startswith("torch")]
    assert settings["hidden_tests"] == "after_published"


def test_the_same_course_makes_the_same_archive(archive):
    """Two archives of one course are the same bytes."""
    assert archive().read_bytes() == archive().read_bytes()


def test_requirements_come_with_what_they_need():
    """A package is pinned with all that it needs, a build's own part of the version left out."""
    found = dict(line.partition("==")[::2] for line in pinned(["nbformat"]))
    assert {"nbformat", "jsonschema", "traitlets"} <= set(found)
    assert not [version for version in found.values() if "+" in version]


def test_what_is_no_package_is_wrong_use(toy_course, tmp_path):
    """A further package that pip would not understand is refused, and not left out in silence."""
    line = ["toy", "--course", str(toy_course.root), "--to", str(tmp_path / "a.zip"), "--package", "numpy, scipy"]
    done = CliRunner().invoke(command, line, catch_exceptions=False)
    assert done.exit_code == 2
    assert "'numpy, scipy' is not a package such as pandas" in done.output
    assert not (tmp_path / "a.zip").exists()


def test_the_scripts_are_shell():
    """Both scripts are read by a shell without a complaint."""
    folder = Path(__file__).parents[2] / "autograder" / "gradescope" / "templates"
    for script in folder.glob("*.sh"):
        subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.slow
@pytest.mark.sandbox
def test_it_grades_one_hand_in_offline(place, submission, tmp_path):
    """In Gradescope's tree, without a network, a hand-in is graded and results.json is what Gradescope reads."""
    root = place()
    (root / "submission_metadata.json").write_text('{"id": 7, "users": [{"id": 1234, "name": "Ann"}]}')
    content = submission("ann", "squares", square="return x * x", why="because").content
    nbformat.write(content, root / "submission" / "squares (1).ipynb")
    done = run(root, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((root / "results" / "results.json").read_bytes())
    tests = {test["name"]: test for test in results["tests"]}
    assert tests["squares: square"]["score"] == 2.0
    assert tests["squares: square"]["visibility"] == "after_published"
    assert "score" not in tests["squares: why"]
    assert tests["doubles: double"]["score"] == 0.0
    assert "doubles: this notebook was not among what you handed in" in results["output"]
    assert "sandbox: " in done.stdout, "the doctor's findings come first"


@pytest.mark.slow
@pytest.mark.sandbox
def test_nothing_of_use_was_handed_in(place, tmp_path):
    """Without a notebook of the assignment the score is 0 and the student is told what was looked for."""
    root = place()
    (root / "submission" / "essay.txt").write_text("no notebook")
    done = run(root, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((root / "results" / "results.json").read_bytes())
    assert results["score"] == 0.0
    assert "doubles.ipynb, squares.ipynb" in results["output"]
    assert "essay.txt" in results["output"]


@pytest.mark.slow
@pytest.mark.sandbox
def test_a_grader_that_fails_is_no_zero(place, tmp_path):
    """When the archive is damaged there are no results, and the reason is in the output."""
    root = place()
    (root / "source" / "course" / "source" / "toy" / "squares.ipynb").write_text("{")
    done = run(root, tmp_path)
    assert done.returncode == 1
    assert not (root / "results" / "results.json").exists()
    assert "not graded: the grader ended with status 2" in done.stdout


def test_each_student_is_asked_at_random_inputs_of_their_own(tmp_path):
    """Whom Gradescope names, alone or in a group, is told apart, and the same at each attempt."""
    assert student_of(tmp_path) == "handin"
    groups = [[1234], [1235], [1234, 1235], [1235, 1234]]
    names = []
    for attempt, group in enumerate(groups):
        users = [{"email": "a@example.org", "id": number, "name": "x,y\nz"} for number in group]
        (tmp_path / "submission_metadata.json").write_text(json.dumps({"id": attempt, "users": users}))
        names.append(student_of(tmp_path))
    assert names[2] == names[3]
    assert len({"handin", *names}) == 4
    (tmp_path / "submission_metadata.json").write_text('{"users": null}')
    assert student_of(tmp_path) == "handin"


def test_no_sandbox_is_no_grading(monkeypatch, capsys):
    """Where neither level works nothing is graded, and the way out is named; `none` has to have been chosen."""
    from autograder.gradescope import run as running
    from autograder.sandbox import reach

    monkeypatch.setattr(reach, "try_level", lambda name: reach.Attempt(None, f"no {name}"))
    assert not running.sandbox_holds("auto")
    assert "--sandbox none" in capsys.readouterr().out
    assert running.sandbox_holds("none")
    assert "with all rights" in capsys.readouterr().out
