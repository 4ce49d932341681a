"""A small course of two notebooks, made anew for every test that asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.model.course import Assignment, Course
from autograder.model.submission import Submission
from autograder.outdir import OutDir
from support.notebooks import cell, notebook, write_course


def toy_notebooks():
    """The toy course: squares with a question for a person, and doubles."""
    answer = "def {name}(x):\n    ### BEGIN SOLUTION\n    return {right}\n    ### END SOLUTION"
    test = "assert {name}(2) == 4\n### BEGIN HIDDEN TESTS\nassert {name}(3) == {hidden}\n### END HIDDEN TESTS"
    why = "### BEGIN SOLUTION\nIt is never negative.\n### END SOLUTION"
    prose = cell("# Squares\n\n<b>Ours</b>, with markup.", kind="markdown")
    return {
        "squares": notebook(
            prose,
            cell("start = 1", "locked", "given"),
            cell(answer.format(name="square", right="x * x"), "answer", "square-answer"),
            cell(test.format(name="square", hidden=9), "test", "square", 2),
            cell(why, "written", "why", 1, kind="markdown"),
        ),
        "doubles": notebook(
            cell(answer.format(name="double", right="2 * x"), "answer", "double-answer"),
            cell(test.format(name="double", hidden=6), "test", "double", 3),
        ),
    }


def write_toy_course(root: Path) -> Path:
    """Write the toy course into a folder."""
    return write_course(root, "toy", toy_notebooks())


@pytest.fixture
def toy_course(tmp_path) -> Course:
    return Course(write_toy_course(tmp_path / "course"))


@pytest.fixture
def toy(toy_course) -> Assignment:
    """The toy course's assignment."""
    return toy_course.assignment("toy")


@pytest.fixture
def out(toy_course, tmp_path) -> OutDir:
    """An OUT for the toy assignment, not made yet."""
    return OutDir(toy_course, "toy", tmp_path / "out")


@pytest.fixture
def submission():
    """Makes a hand-in from texts for its answers: `submission("ann", "squares", square="return x * x")`."""

    def make(student: str, name: str, extra=(), **answers: str) -> Submission:
        content = toy_notebooks()[name]
        for old in content.cells:
            grade_id = old.metadata.get("nbgrader", {}).get("grade_id", "")
            task = grade_id.removesuffix("-answer")
            if grade_id.endswith("-answer"):
                body = answers.get(task, "raise NotImplementedError")
                old.source = f"def {task}(x):\n    {body}"
            elif grade_id == "why":
                old.source = answers.get("why", "YOUR ANSWER HERE")
        content.cells.extend(extra)
        return Submission(student, name, content)

    return make
