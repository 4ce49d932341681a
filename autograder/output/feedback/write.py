"""Writes the feedback pages of a class."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.files import write_atomically
from autograder.output.feedback.collect import page_of
from autograder.output.feedback.page import Page, StudentPage, render, render_student
from autograder.output.marks import Mark, known_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from autograder.model.course import Assignment
    from autograder.outdir import OutDir
    from autograder.output.outcomes import Outcomes


WHOLE = "index.html"
"""The page of a student over all notebooks."""

EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's collect leaves beside a hand-in, and its release-feedback looks for beside the pages."""


def write_feedback(assignment: Assignment, outcomes: Outcomes, out: OutDir) -> Iterator[Path]:
    """Write every student's pages in nbgrader's own places in OUT, and give their paths as they are written.

    A student has a page for each notebook and one over all. A page that would not change is left alone, so that a rerun
    touches only what is new.
    """
    marks = known_marks(out)
    for student in outcomes.students:
        folder = out.feedback(student)
        pages = pages_of(student, assignment, outcomes)
        for page in pages:
            yield _write(folder / f"{page.notebook}.html", render(page))
        yield _write(folder / WHOLE, render_student(_whole(student, assignment, pages, marks)))
        for name in EXCHANGE_FILES:
            content = _small_file(out.submitted(student) / name)
            if content is not None:
                write_atomically(folder / name, content)


def student_page(student: str, assignment: Assignment, outcomes: Outcomes, out: OutDir) -> str:
    """A student's page over all notebooks as it would be written now."""
    pages = pages_of(student, assignment, outcomes)
    return render_student(_whole(student, assignment, pages, known_marks(out)))


def write_numbered(
    assignment: Assignment, outcomes: Outcomes, out: OutDir, numbers: Mapping[str, str]
) -> Iterator[Path]:
    """Write a page over all notebooks for each student, under a number in place of the name; give their paths.

    Nothing on it that we wrote says who it is. What a student wrote into a cell stands there as it was written.
    """
    marks = known_marks(out)
    for student in outcomes.students:
        pages = tuple(_nameless(page, numbers[student]) for page in pages_of(student, assignment, outcomes))
        whole = replace(_whole(student, assignment, pages, marks), student=numbers[student])
        yield _write(out.numbered_feedback / f"{numbers[student]}.html", render_student(whole))


def pages_of(student: str, assignment: Assignment, outcomes: Outcomes) -> tuple[Page, ...]:
    """A student's pages, one for each notebook."""
    return tuple(
        page_of(outcome, assignment.notebooks[outcome.result.notebook], assignment.name)
        for outcome in outcomes.of(student)
    )


def _whole(student: str, assignment: Assignment, pages: tuple[Page, ...], marks: Mapping[str, Mark]) -> StudentPage:
    mark = marks.get(student, Mark(student, student, penalty=sum(page.penalty for page in pages)))
    return StudentPage(student, assignment.name, pages, mark.late_minutes, mark.penalty, assignment.title)


def _nameless(page: Page, number: str) -> Page:
    """A page without what could name its student: what was refused is told with the path of a file."""
    refused = "your teacher can tell you why" if page.refused else ""
    return replace(page, student=number, refused=refused, repairs=())


def _write(path: Path, html: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = html.encode("utf-8")
    if not path.exists() or path.read_bytes() != content:
        write_atomically(path, content)
    return path


def _small_file(path: Path) -> bytes | None:
    """A short file's content, or None where there is none; a link is not followed, for a hand-in may have made it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(1000) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
