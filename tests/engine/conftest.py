"""Courses to hand in to, each with one grader for all tests of the engine."""

from __future__ import annotations

import contextlib

import pytest
from support.graded_course import HASTY, SETTINGS, GradedCourse
from support.notebooks import cell, notebook

from autograder.engine.grader import Grader
from autograder.model.course import Assignment, Course, Notebook


@contextlib.contextmanager
def graded_course(folder, settings):
    """A course without notebooks to grade, yet."""
    first = Notebook("first", (), notebook(cell("import torch.optim")))  # so that optimisers are imported at the start
    with Grader(Assignment("toy", Course(folder), {"first": first}), settings) as grader:
        yield GradedCourse(grader)


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course whose limits of time no honest hand-in meets."""
    with graded_course(tmp_path_factory.mktemp("course"), SETTINGS) as made:
        yield made


@pytest.fixture(scope="session")
def hasty_course(tmp_path_factory):
    """A course for hand-ins that hang: a cell has five seconds."""
    with graded_course(tmp_path_factory.mktemp("hasty"), HASTY) as made:
        yield made
