"""The container image, its steps carried out in a small Debian, and Gradescope's archive set up in the same."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import nbformat
import pytest
from click.testing import CliRunner
from support.containerfile import System, debian, instructions, why_not
from support.toy_course import toy_notebooks, write_toy_course

from autograder.commands.gradescope import command
from autograder.model.course import Course

pytestmark = [pytest.mark.slow, pytest.mark.sandbox, pytest.mark.may_skip]


@pytest.fixture(scope="module")
def base(repository, tmp_path_factory):
    """The Debian that the Containerfile begins with."""
    if reason := why_not():
        pytest.skip(f"no container's root can be made here: {reason}")
    (first, *_) = [rest for word, rest in instructions(repository / "Containerfile") if word == "FROM"]
    release = re.search(r"debian:(\w+)", first)[1]
    root = tmp_path_factory.mktemp("system") / "root"
    try:
        debian(root, release)
    except AssertionError as error:
        pytest.skip(f"no container's root can be made here: debootstrap failed: {str(error)[-300:]}")
    return root


def copy_of(base, to):
    """Another system that begins as `base` does."""
    subprocess.run(["cp", "-a", str(base), str(to)], check=True)
    return to


def test_the_image_marks_a_course(base, repository, tmp_path):
    """Every step of the Containerfile works, and what it ends with marks a course as an ordinary user, offline."""
    system = System(copy_of(base, tmp_path / "root"), arguments={"EXTRAS": ""})
    for word, rest in instructions(repository / "Containerfile"):
        system.carry_out(word, rest, repository)
    assert system.user == "marker"
    course = system.root / "course"
    write_toy_course(course)
    for name, content in toy_notebooks().items():
        (course / "in" / "ann").mkdir(parents=True, exist_ok=True)
        nbformat.write(content, course / "in" / "ann" / f"{name}.ipynb")
    subprocess.run(["chown", "-R", "1000:1000", str(course)], check=True)
    said = system.run(*system.entry, "doctor", network=False)
    done = system.run(*system.entry, "grade", "toy", "in", "--out", "out", network=False)
    assert done.returncode == 0, said.stdout + done.stdout + done.stderr
    assert "ann,squares,square,2,2,scored," in (course / "out" / "marks.csv").read_text("utf-8")
    assert "sandbox strict" in done.stdout or "sandbox reduced" in done.stdout


def test_gradescopes_image_is_set_up_and_grades(base, tmp_path):
    """setup.sh makes all that run_autograder needs on a bare system; then a hand-in is graded without a network."""
    system = System(copy_of(base, tmp_path / "root"))
    place = system.root / "autograder"
    for name in ("source", "submission", "results"):
        (place / name).mkdir(parents=True)
    course = Course(write_toy_course(tmp_path / "course"))
    archive = tmp_path / "autograder.zip"
    arguments = ["toy", "--course", str(course.root), "--to", str(archive)]
    assert CliRunner().invoke(command, arguments, catch_exceptions=False).exit_code == 0
    subprocess.run(["unzip", "-q", str(archive), "-d", str(place / "source")], check=True)
    shutil.copy(place / "source" / "run_autograder", place)
    system.folder = "/autograder"
    done = system.run("bash", "/autograder/source/setup.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    nbformat.write(toy_notebooks()["squares"], place / "submission" / "squares.ipynb")
    # what Gradescope calls a small container: half a core, and less memory than a hand-in may use here
    done = system.run("prlimit", "--nproc=512", "/autograder/run_autograder", network=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tests = {test["name"]: test for test in json.loads((place / "results" / "results.json").read_bytes())["tests"]}
    assert tests["squares: square"]["score"] == 2.0


def test_the_development_container_is_built_from_it(repository):
    """devcontainer.json names a stage that the Containerfile has."""
    text = re.sub(
        r"^\s*//.*$", "", (repository / ".devcontainer" / "devcontainer.json").read_text("utf-8"), flags=re.MULTILINE
    )
    target = json.loads(text)["build"]["target"]
    stages = [rest.split()[-1] for word, rest in instructions(repository / "Containerfile") if word == "FROM"]
    assert target in stages
    assert (repository / ".devcontainer" / json.loads(text)["build"]["dockerfile"]).exists()
