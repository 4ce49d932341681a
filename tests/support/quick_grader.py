"""Whole grading runs without the engine: a grader that only looks at the text of the answers."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder.batch.local import LocalExecutor
from autograder.grading import Choices, grade
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.settings import GradingSettings
from autograder.notebook.cells import grade_id_of, source_of


class QuickGrader:
    """Full marks for an answer that returns something, none for any other; written answers wait."""

    def __init__(self, assignment):
        self.assignment = assignment

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def decisions(self, name):
        return []

    def grade(self, submission):
        """Grade one notebook."""
        texts = {grade_id_of(cell): source_of(cell) for cell in submission.content["cells"]}

        def result(item):
            if item.manual:
                return ItemResult(item.grade_id, None, item.points, Status.MANUAL)
            right = "return" in texts.get(f"{item.grade_id}-answer", "")
            return ItemResult(item.grade_id, item.points * right, item.points, Status.SCORED, "" if right else "wrong")

        items = self.assignment.notebooks[submission.notebook].items
        return NotebookResult(submission.student, submission.notebook, tuple(map(result, items)))


class Silent:
    """Looks on and says nothing; remembers what was graded."""

    def __init__(self):
        self.outcomes = []

    def begin(self, notebooks):
        """Grading begins."""

    def decided(self, decisions):
        """Where each item is decided."""

    def graded(self, outcome):
        """One notebook has its result."""
        self.outcomes.append(outcome)


def run_quickly(assignment, pile, out, **choices):
    """Grade what is in a folder, or nothing new, into OUT; gives the summary."""

    def executor(settings):
        return LocalExecutor(assignment, settings, 1, lambda *_: QuickGrader(assignment))

    return grade(
        assignment,
        [pile] if pile is not None else [],
        out,
        GradingSettings,
        executor,
        Silent(),
        Choices(**{"seed": 1, **choices}),
    )


def put(folder: Path, *submissions):
    """Write hand-ins into a pile, a folder for each student."""
    for one in submissions:
        path = folder / one.student / f"{one.notebook}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(one.content))
    return folder
