"""A small assignment of two notebooks for everything about taking in."""

from __future__ import annotations

import json

import pytest
from support.notebook_text import as_notebook, by_grade_id, read_cells, write_shapes

from autograder.intake.released import released_notebooks
from autograder.model.course import Course


@pytest.fixture(scope="session")
def shapes(tmp_path_factory):
    """The assignment `shapes`: 1_squares and 2_cubes."""
    return Course(write_shapes(tmp_path_factory.mktemp("course"))).assignment("shapes")


@pytest.fixture(scope="session")
def plans(shapes):
    return released_notebooks(shapes)


@pytest.fixture(scope="session")
def squares(plans):
    return plans["1_squares"]


@pytest.fixture(scope="session")
def notebook(plans):
    """Makes the bytes of a hand-in: `notebook(squares="...")` from text, `notebook()` as released."""

    def make(text: str | None = None, name: str = "1_squares", **answers: str) -> bytes:
        released = [json.loads(json.dumps(cell.cell)) for cell in plans[name].cells]
        known = by_grade_id(released)
        for grade_id, answer in answers.items():
            known[grade_id.replace("_", "-")]["source"] = answer
        cells = released if text is None else read_cells(text, known)
        return json.dumps(as_notebook(cells)).encode()

    return make
