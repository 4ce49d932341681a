"""One grader for all tests of the engine."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from desk import SETTINGS, Desk

from autograder.course import Assignment, Course
from autograder.engine.grader import Grader


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """A grader with an empty assignment."""
    assignment = Assignment("toy", Course(Path(tmp_path_factory.mktemp("course"))), {})
    with Grader(assignment, SETTINGS) as grader:
        yield Desk(grader, itertools.count())
