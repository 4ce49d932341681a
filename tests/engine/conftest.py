"""One grader for all tests of the engine."""

from __future__ import annotations

import itertools
from pathlib import Path

import nbformat
import pytest
from desk import SETTINGS, Desk, cell

from autograder.course import Assignment, Course, Notebook
from autograder.engine.grader import Grader


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """A grader with an empty assignment."""
    source = nbformat.v4.new_notebook(cells=[cell("import torch.optim")])
    first = Notebook("first", (), source)  # so that optimisers are imported at the start
    assignment = Assignment("toy", Course(Path(tmp_path_factory.mktemp("course"))), {"first": first})
    with Grader(assignment, SETTINGS) as grader:
        yield Desk(grader, itertools.count())
