"""One grader for all tests of the engine."""

from __future__ import annotations

import itertools
from pathlib import Path

import nbformat
import pytest
from support.engine_course import SETTINGS, Desk, cell

from autograder.engine.grader import Grader
from autograder.model.course import Assignment, Course, Notebook


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """A grader with an empty assignment."""
    source = nbformat.v4.new_notebook(cells=[cell("import torch.optim")])
    first = Notebook("first", (), source)  # so that optimisers are imported at the start
    assignment = Assignment("toy", Course(Path(tmp_path_factory.mktemp("course"))), {"first": first})
    with Grader(assignment, SETTINGS) as grader:
        yield Desk(grader, itertools.count())
