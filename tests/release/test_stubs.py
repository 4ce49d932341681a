"""What stands in a released notebook where the solution was."""

from __future__ import annotations

import ast

import pytest

from autograder.release.stubs import WRITTEN_STUB, NamedStubs

FUNCTION = """\
def divide(self, other):
    '''The quotient.'''
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION

Number.__truediv__ = divide"""


def cleared(source, kind="code", grade_id="dual-division-answer"):
    return NamedStubs().cleared(source, kind, grade_id)


def test_in_a_function_the_stub_names_its_task():
    """Inside a function the solution becomes nbgrader's usual comment and an error that names the task."""
    assert cleared(FUNCTION) == (
        "def divide(self, other):\n    '''The quotient.'''\n    # YOUR CODE HERE\n"
        '    raise NotImplementedError("dual-division: not done yet")\n\nNumber.__truediv__ = divide'
    )


def test_at_top_level_the_stub_does_not_raise():
    """At top level the stub is a comment, so that a released notebook runs on."""
    source = "dzdy = None\n### BEGIN SOLUTION\ndzdy = 0.5\n### END SOLUTION"
    assert cleared(source, grade_id="dzdy-answer") == "dzdy = None\n# YOUR CODE HERE: dzdy"


@pytest.mark.parametrize(
    "source",
    [
        "class Number:\n    ### BEGIN SOLUTION\n    value = 1\n    ### END SOLUTION",
        "for i in range(3):\n    ### BEGIN SOLUTION\n    print(i)\n    ### END SOLUTION",
        "if True:\n    x = 1\n    ### BEGIN SOLUTION\n    y = 1\n    ### END SOLUTION",
    ],
    ids=["class body", "loop", "condition"],
)
def test_in_other_blocks_the_stub_is_python_and_does_not_raise(source):
    """In a class body or a loop at top level the stub leaves Python that runs: no class is lost to one method."""
    exec(compile(ast.parse(cleared(source)), "stub", "exec"), {})  # noqa: S102
    assert "# YOUR CODE HERE: dual-division" in cleared(source)


def test_a_loop_inside_a_function_is_part_of_the_function():
    """A solution in a loop of a function raises."""
    source = "def f(n):\n    for i in range(n):\n        ### BEGIN SOLUTION\n        pass\n        ### END SOLUTION"
    assert '        raise NotImplementedError("dual-division: not done yet")' in cleared(source)


def test_a_method_in_a_class_raises():
    """A solution in a method raises when it is called, and the class exists."""
    source = "class A:\n    def f(self):\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION"
    scope = {}
    exec(compile(ast.parse(cleared(source)), "stub", "exec"), scope)  # noqa: S102
    with pytest.raises(NotImplementedError, match="dual-division: not done yet"):
        scope["A"]().f()


def test_two_regions_in_a_cell_get_a_stub_each():
    """Each region of a cell gets its own stub."""
    assert cleared(FUNCTION + "\n" + FUNCTION).count("NotImplementedError") == 2


def test_the_rubric_of_a_written_answer_goes():
    """In a written answer the rubric goes and a line to replace stands there."""
    source = "Why?\n\n### BEGIN SOLUTION\nRubric: one point for each reason.\n### END SOLUTION"
    assert cleared(source, "markdown", "why") == f"Why?\n\n{WRITTEN_STUB}"


@pytest.mark.parametrize(
    "source", ["### BEGIN SOLUTION\nx = 1", "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION"]
)
def test_unbalanced_markers_are_refused_by_name(source):
    """A region that is not closed is refused with the name of its cell."""
    with pytest.raises(RuntimeError, match="dual-division-answer"):
        cleared(source)


def test_plain_nbgrader_courses_are_cleared_as_usual():
    """A solution cell without markers is left to nbgrader's own step."""
    from nbformat.v4 import new_code_cell, new_notebook

    meta = {"grade": False, "grade_id": "a", "locked": False, "schema_version": 3, "solution": True, "task": False}
    notebook = new_notebook(cells=[new_code_cell("x = 1", metadata={"nbgrader": meta})])
    done, _ = NamedStubs().preprocess(notebook, {})
    assert done.cells[0].source == "# YOUR CODE HERE\nraise NotImplementedError()"
