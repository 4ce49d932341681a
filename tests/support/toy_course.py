"""A small course of two notebooks, made anew for every test that asks for it."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.model.course import Assignment, Course
from autograder.model.submission import Submission
from autograder.outdir import OutDir


def nbgrader_cell(make, grade_id, source, **flags):
    """A cell of a source notebook with nbgrader's metadata."""
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, **flags}
    return make(source, metadata={"nbgrader": {**meta, "grade_id": grade_id}}, id=grade_id)


def toy_notebooks():
    """The toy course: squares with a question for a person, and doubles."""
    answer = "def {name}(x):\n    ### BEGIN SOLUTION\n    return {right}\n    ### END SOLUTION"
    test = "assert {name}(2) == 4\n### BEGIN HIDDEN TESTS\nassert {name}(3) == {hidden}\n### END HIDDEN TESTS"
    why = "### BEGIN SOLUTION\nIt is never negative.\n### END SOLUTION"
    squares = [
        new_markdown_cell("# Squares\n\n<b>Ours</b>, with markup.", id="prose"),
        nbgrader_cell(new_code_cell, "given", "start = 1", locked=True),
        nbgrader_cell(new_code_cell, "square-answer", answer.format(name="square", right="x * x"), solution=True),
        nbgrader_cell(new_code_cell, "square", test.format(name="square", hidden=9), grade=True, locked=True, points=2),
        nbgrader_cell(new_markdown_cell, "why", why, grade=True, solution=True, points=1),
    ]
    doubles = [
        nbgrader_cell(new_code_cell, "double-answer", answer.format(name="double", right="2 * x"), solution=True),
        nbgrader_cell(new_code_cell, "double", test.format(name="double", hidden=6), grade=True, locked=True, points=3),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {
        "squares": new_notebook(cells=squares, metadata=kernel),
        "doubles": new_notebook(cells=doubles, metadata=kernel),
    }


def write_course(root: Path) -> Path:
    """Write the toy course into a folder."""
    folder = root / "source" / "toy"
    folder.mkdir(parents=True)
    for name, notebook in toy_notebooks().items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return root


@pytest.fixture
def toy_course(tmp_path) -> Course:
    return Course(write_course(tmp_path / "course"))


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

    def make(student: str, notebook: str, extra=(), **answers: str) -> Submission:
        content = copy.deepcopy(toy_notebooks()[notebook])
        for cell in content.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            name = grade_id.removesuffix("-answer")
            if grade_id.endswith("-answer"):
                body = answers.get(name, "raise NotImplementedError")
                cell.source = f"def {name}(x):\n    {body}"
            elif grade_id == "why":
                cell.source = answers.get("why", "YOUR ANSWER HERE")
        content.cells.extend(extra)
        return Submission(student, notebook, content)

    return make
