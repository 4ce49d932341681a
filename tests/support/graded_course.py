"""A course with its grader, for tests of the engine: they add notebooks to it and hand in for them."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass, field

from autograder.engine.grader import Grader
from autograder.model.course import Notebook, items_of
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission
from autograder.notebook.regions import NBGRADERS_OWN
from support.notebooks import cell, notebook

SETTINGS = GradingSettings(seed=20250117, cell_seconds=60, notebook_seconds=600, memory_mb=1024)
"""Limits of time that no honest hand-in meets, however much else the machine has to do."""

HASTY = dataclasses.replace(SETTINGS, cell_seconds=5, notebook_seconds=40)
"""For hand-ins that hang."""


@dataclass
class GradedCourse:
    """A course to hand in to: it takes new source notebooks, and grades what is handed in for them."""

    grader: Grader
    numbers: itertools.count = field(default_factory=itertools.count)
    known: dict[tuple, str] = field(default_factory=dict)

    def notebook(self, *cells, delimiters=NBGRADERS_OWN):
        """Add a source notebook to the assignment and return its name."""
        name = f"toy{next(self.numbers)}"
        source = notebook(*cells)
        self.grader.assignment.notebooks[name] = Notebook(name, items_of(source), source, delimiters)
        return name

    def grade(self, name, answers=None, extra=(), content=None, student="ada"):
        """Hand in the source with some answers replaced by others, and more cells at its end."""
        source = self.grader.assignment.notebooks[name].source
        cells = []
        for old in source.cells:
            grade_id = old.metadata.get("nbgrader", {}).get("grade_id")
            new = {
                "cell_type": "code",
                "metadata": dict(old.metadata),
                "source": (answers or {}).get(grade_id, old.source),
            }
            cells.append(new)
        cells += [{"cell_type": "code", "metadata": {}, "source": text} for text in extra]
        content = (
            content if content is not None else {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        )
        return self.grader.grade(Submission(student, name, content))

    def one(self, model, test, answer, points=2, given=""):
        """The result of the one item of a notebook with one answer and one test cell."""
        key = (model, test, points, given)
        name = self.known.get(key)
        if name is None:
            name = self.known[key] = self.notebook(
                cell(given), cell(model, "answer", "task-answer"), cell(test, "test", "task", points)
            )
        result = self.grade(name, {"task-answer": answer})
        (item,) = result.items
        return item
