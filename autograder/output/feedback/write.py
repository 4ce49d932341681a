"""Writes the feedback pages of a class."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from autograder.files import write_atomically
from autograder.output.feedback.collect import page_of
from autograder.output.feedback.page import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.model.course import Assignment
    from autograder.outdir import OutDir
    from autograder.output.outcomes import Outcomes


EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's collect leaves beside a hand-in, and its release-feedback looks for beside the pages."""


def write_feedback(assignment: Assignment, outcomes: Outcomes, out: OutDir) -> Iterator[Path]:
    """Write every student's pages in nbgrader's own places in OUT, and give their paths as they are written.

    A page that would not change is left alone, so that a rerun touches only what is new.
    """
    for student in outcomes.students:
        folder = out.feedback(student)
        folder.mkdir(parents=True, exist_ok=True)
        for outcome in outcomes.of(student):
            notebook = assignment.notebooks[outcome.result.notebook]
            path = folder / f"{notebook.name}.html"
            html = render(page_of(outcome, notebook, assignment.name)).encode("utf-8")
            if not path.exists() or path.read_bytes() != html:
                write_atomically(path, html)
            yield path
        for name in EXCHANGE_FILES:
            content = _small_file(out.submitted(student) / name)
            if content is not None:
                write_atomically(folder / name, content)


def _small_file(path: Path) -> bytes | None:
    """A short file's content, or None where there is none; a link is not followed, for a hand-in may have made it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(1000) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
