"""Our notebook as students get it, from the released file or from the source."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from support.notebooks import cell

from autograder.intake.released import released_notebooks
from autograder.marking.gradebook_cells import prepared_sources
from autograder.model.course import Course
from autograder.model.exceptions import CourseError
from autograder.notebook.cells import Role

ANSWER = "def f(x):\n    # answer {\n    return x\n    # }"
STUB = "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
CONFIG = """
c = get_config()
c.ClearSolutions.begin_solution_delimeter = 'answer {'
c.ClearSolutions.end_solution_delimeter = '# }'
c.ClearHiddenTests.begin_test_delimeter = 'HIDE'
c.ClearHiddenTests.end_test_delimeter = 'SHOW'
"""

NAMING = """
from nbgrader.preprocessors import NbGraderPreprocessor

class Name(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        nb.cells[0].source = f"# {names['assignment']} {names['notebook']}\\n{nb.cells[0].source}"
        return nb, resources
"""
OWN_STEP = """
from nbgrader.preprocessors import ClearSolutions
c.GenerateAssignment.preprocessors = [ClearSolutions, "naming.Name"]
"""


def course_with(tmp_path, *cells, config=CONFIG):
    (tmp_path / "nbgrader_config.py").write_text(config)
    folder = tmp_path / "source" / "toy"
    folder.mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(cells), metadata=kernel), folder / "one.ipynb")
    return Course(tmp_path).assignment("toy")


def exercise(test):
    return (
        cell(ANSWER, "answer", "f-answer"),
        cell(test, "test", "f", 1),
        new_code_cell("print(f(1))", id="free"),
    )


def test_it_is_made_from_the_source_as_the_course_releases_it(tmp_path):
    """Without a released file, the course's own steps and delimiters say what students have."""
    ours = released_notebooks(course_with(tmp_path, *exercise("assert f(1)\n# HIDE\nassert f(2)\n# SHOW")))["one"]
    assert [cell.source for cell in ours.cells] == [
        STUB,
        "assert f(1)",
        "print(f(1))",
    ]
    assert [cell.role for cell in ours.cells] == [Role.ANSWER, Role.TEST, Role.FREE]
    assert [(cell.is_answer, cell.is_given) for cell in ours.cells] == [(True, False), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("cells", "source"),
    [
        (3, "def f(x):\n    pass  # as released"),
        (1, "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"),
    ],
    ids=["current", "old"],
)
def test_a_released_file_counts_when_it_has_the_same_exercises(tmp_path, cells, source):
    """The released file is what students have, unless the source has other exercises by now."""
    assignment = course_with(tmp_path, *exercise("assert f(1)"))
    released = new_notebook(cells=[*exercise("assert f(1)")[:cells]])
    released.cells[0].source = ["def f(x):\n", "    pass  # as released"]
    (tmp_path / "release" / "toy").mkdir(parents=True)
    (tmp_path / "release" / "toy" / "one.ipynb").write_text(json.dumps(released))
    assert released_notebooks(assignment)["one"].cells[0].source == source


def test_a_notebook_that_nbgrader_will_not_release_is_named(tmp_path):
    """When one of the course's steps refuses a source, the error names notebook and cell, in one line."""
    broken = (*exercise("assert f(1)"), new_code_cell("# HIDE\nassert f(3)\n# SHOW", id="stray"))
    with pytest.raises(CourseError, match=r"one\.ipynb: cell 4 cannot be released: Hidden test region") as error:
        released_notebooks(course_with(tmp_path, *broken))
    assert "\n" not in str(error.value)


def test_a_release_that_is_there_does_not_hide_what_nbgrader_will_not_release(tmp_path):
    """A source that its own steps refuse is named with its cell also where the gradebook asks for it."""
    stray = new_code_cell("# answer {\nx = 1\n# }", id="stray")
    assignment = course_with(tmp_path, *exercise("assert f(1)"), stray)
    (tmp_path / "release" / "toy").mkdir(parents=True)
    nbformat.write(new_notebook(cells=[*exercise("assert f(1)")]), tmp_path / "release" / "toy" / "one.ipynb")
    assert released_notebooks(assignment)["one"].cells
    with pytest.raises(CourseError, match=r"one\.ipynb: cell 4 cannot be released: Solution region") as error:
        prepared_sources(assignment)
    assert "\n" not in str(error.value)


def test_steps_are_told_what_they_work_on(tmp_path, monkeypatch):
    """A step of the course's own may ask for the names of assignment and notebook, as under nbgrader."""
    (tmp_path / "naming.py").write_text(NAMING)
    monkeypatch.syspath_prepend(tmp_path)
    ours = released_notebooks(course_with(tmp_path, *exercise("assert f(1)"), config=CONFIG + OWN_STEP))["one"]
    assert ours.cells[0].source == "# toy one\n" + STUB
