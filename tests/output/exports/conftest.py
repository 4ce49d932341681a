"""A class with marks, for exports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.commands.export import command
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.model.results import ItemResult, Status
from autograder.model.submission import KnownStudent


@pytest.fixture
def graded(toy, out):
    """Makes an OUT of known students: full marks but half a point, `waits` for a person, `late` by so many minutes."""

    def make(known: dict[str, KnownStudent], waits=(), late=(), absent=()):
        out.remember_students(known)
        with GradebookWriter(toy, out) as writer:
            for student, one in known.items():
                if student in absent:
                    continue
                why = None if student in waits else 1.0
                status = Status.MANUAL if why is None else Status.SCORED
                items = (ItemResult("square", 1.5, 2.0, Status.SCORED), ItemResult("why", why, 1.0, status))
                made = StudentMarks(student, name=one.name, items={"squares": items})
                made.items["doubles"] = (ItemResult("double", 3.0, 3.0, Status.SCORED),)
                writer.record(made)
        due = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).replace(tzinfo=None)  # as the gradebook has it
        with Gradebook(out.gradebook_url, "") as gradebook:
            gradebook.find_assignment("toy").duedate = due
            for student, minutes in dict(late).items():
                submission = gradebook.find_submission("toy", student)
                submission.timestamp = due + timedelta(minutes=minutes)
                for notebook in submission.notebooks:
                    notebook.late_submission_penalty = 0.5
            for student in absent:
                gradebook.add_student(student)
            gradebook.db.commit()
        return out.root

    return make


@pytest.fixture
def export(toy_course, tmp_path):
    """Runs the command on an OUT; gives the exit status and what it said."""

    def go(graded, *arguments):
        line = ["toy", "--out", str(graded), "--course", str(toy_course.root), *map(str, arguments)]
        done = CliRunner().invoke(command, line, catch_exceptions=False)
        return done.exit_code, done.output

    return go
