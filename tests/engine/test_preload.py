"""What everybody is given is compiled and imported once, and runs as it would in a notebook."""

from __future__ import annotations

import pytest
from support.graded_course import SETTINGS
from support.notebooks import cell, notebook

from autograder.engine.grader import Grader
from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.submission import Submission


def outputs(course, source: str) -> list[dict[str, object]]:
    """What a given cell shows, when it is our own text."""
    notebook = course.notebook(cell(source), cell("assert True", "test", "t", 1))
    result = course.grade(notebook)
    return [output for run in result.cells for output in run.outputs]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("print('a')", ["a\n"]),
        ("x = 1\nx + 1", ["2"]),
        ("x = 1\nx + 1;", []),
        ("%matplotlib inline\nprint('b')", ["b\n"]),
        ("# nothing but a remark", []),
    ],
)
def test_a_given_cell_shows_what_ipython_shows(course, source: str, shown: list[str]) -> None:
    """A given cell prints and shows its last expression, understands magics, and keeps quiet after a semicolon."""
    texts = [output.get("text") or output["data"]["text/plain"] for output in outputs(course, source)]
    assert shown == texts


def test_an_error_in_a_given_cell_is_shown_with_its_line(course) -> None:
    """An error in a given cell has a traceback that shows the cell's own line."""
    (error,) = outputs(course, "def f():\n    return 1 / 0\nf()")
    assert "ZeroDivisionError" == error["ename"]
    assert any("return 1 / 0" in line for line in error["traceback"])


def test_what_the_model_imports_is_imported_before_the_fork(course) -> None:
    """A module that the model solution uses is loaded in the fork server, not again for every hand-in."""
    seen = "import sys\nloaded = 'colorsys' in sys.modules"
    notebook = course.notebook(
        cell(seen),
        cell("import colorsys", "answer", "t-answer"),
        cell("assert loaded", "test", "t", 1),
    )
    assert [1.0] == [item.points for item in course.grade(notebook).items]


def test_what_no_notebook_uses_is_not_imported(tmp_path) -> None:
    """Neither process waits for torch and pyplot where no notebook of the assignment uses them."""
    seen = "import sys\nloaded = {'torch', 'matplotlib.pyplot'} & sys.modules.keys()"
    source = notebook(
        cell(f"{seen}\ndef f():\n    return loaded", "answer", "t-answer"),
        cell(f"{seen}\nassert (f(), loaded) == (set(), set())", "test", "t", 1),
    )
    assignment = Assignment("toy", Course(tmp_path), {"plain": Notebook("plain", items_of(source), source)})
    with Grader(assignment, SETTINGS) as grader:
        [item] = grader.grade(Submission("ada", "plain", source)).items
    assert (1.0, "") == (item.points, item.message)


def test_annotations_are_what_they_are_in_a_notebook(course) -> None:
    """Annotations of given cells and of tests are values, as they are in a notebook, and no texts."""
    notebook = course.notebook(
        cell("class Given:\n    x: int\nkind = Given.__annotations__['x']"),
        cell("def f(x):\n    return x", "answer", "t-answer"),
        cell(
            "import dataclasses\n@dataclasses.dataclass\nclass Row:\n    x: float\n"
            "(x,) = dataclasses.fields(Row)\nassert kind is int, kind\nassert x.type is float, x.type",
            "test",
            "t",
            1,
        ),
    )
    (item,) = course.grade(notebook).items
    assert (1.0, "") == (item.points, item.message)


def test_what_a_cell_imports_from_the_future_holds_for_those_that_follow(course) -> None:
    """`from __future__ import annotations` in one cell holds in those below, given, answers or tests, as in IPython."""
    node = "class {0}:\n    def after(self, other: {0}) -> {0}:\n        return other\n"
    notebook = course.notebook(
        cell("from __future__ import annotations"),
        cell(node.format("Given")),
        cell(node.format("Answer"), "answer", "t-answer"),
        cell(node.format("Test") + "assert Answer().after(3) == 3\nassert Given().after(4) == 4", "test", "t", 1),
    )
    (item,) = course.grade(notebook).items
    assert (1.0, "") == (item.points, item.message)
