"""The wheel works where there is no repository: in a fresh environment, on a course of its own, without torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from support.toy_course import toy_notebooks, write_toy_course

from autograder import DISTRIBUTION, __version__

PACKED = ("autograder", "docs", "pyproject.toml", "LICENSE")


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory) -> Path:
    """The wheel, built from a copy without what earlier builds left."""
    copy = tmp_path_factory.mktemp("packed")
    for name in PACKED:
        if (repository / name).is_dir():
            shutil.copytree(repository / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(repository / name, copy)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(copy / "dist"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def fresh(wheel, repository, tmp_path_factory) -> Path:
    """The folder of programs of a new environment that has the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel), "--constraint", str(repository / "constraints.txt")], check=True)
    return folder / "bin"


def run(program: Path, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as somebody does who has never seen the repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUTOGRADER"))}
    command = [str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(wheel, repository):
    """Templates, styles and schemas are in the wheel, and nothing that is not the package's."""
    ours = {
        path.relative_to(repository).as_posix()
        for path in (repository / "autograder").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert ours == {name for name in names if ".dist-info/" not in name}
    assert wheel.name.startswith(f"{DISTRIBUTION.replace('-', '_')}-{__version__}-")


@pytest.mark.slow
@pytest.mark.sandbox
def test_the_wheel_marks_a_course_without_torch(fresh, tmp_path):
    """Grading, feedback, report and export of a course need the wheel alone; neither torch nor the repository."""
    write_toy_course(tmp_path)
    for name, content in toy_notebooks().items():
        path = tmp_path / "in" / "ann" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(content, path)
    program = fresh / "autograder"
    assert "torch: not installed" in run(program, "--version", cwd=tmp_path).stdout
    for arguments in (
        ("grade", "toy", "in", "--out", "out"),
        ("feedback", "toy", "--out", "out"),
        ("report", "toy", "--out", "out"),
        ("export", "toy", "--format", "csv", "--out", "out"),
    ):
        done = run(program, *arguments, cwd=tmp_path)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    rows = (tmp_path / "out" / "marks.csv").read_text("utf-8").splitlines()
    assert "ann,squares,square,2,2,scored,,outside" in rows
    assert "ann,doubles,double,3,3,scored,,outside" in rows


def test_what_a_command_misses_is_said_with_the_name_on_the_index():
    """Who lacks a module is told what to install, under the name that the index has."""
    code = "import sys; sys.modules['rapidfuzz'] = None; from autograder.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "grade", "lab2", "."], capture_output=True, text=True, check=False
    )
    assert f"pip install {DISTRIBUTION}" in done.stderr
