"""`autograder feedback`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands.options import course_option, graded_option, logged, out_of, verbose_option
from autograder.model.course import Course
from autograder.outdir import OutDir
from autograder.text import counted, for_terminal

if TYPE_CHECKING:
    from autograder.model.course import Assignment
    from autograder.output.outcomes import Outcomes

KINDS = ("moodle", "canvas", "gradescope", "folder")

CANVAS_SHOWS = (
    "Canvas shows each page under the name of the file that was handed in: a student who saves it as NAME.ipynb has to "
    "give it the ending .html."
)


@click.command()
@click.argument("lab")
@course_option
@graded_option
@click.option("--zip", "kind", type=click.Choice(KINDS), help="Make the archive that this system takes back as well.")
@click.option("--anonymous", is_flag=True, help="Pages under numbers, and a list of the numbers for you.")
@verbose_option
def command(lab: str, course: Course, out: Path | None, kind: str | None, *, anonymous: bool) -> None:
    """Write what each student of LAB reads: a page a notebook, and index.html over all of them.

    With --zip, OUT/feedback-SYSTEM.zip has the page over all notebooks for each student. Exit status 1 when somebody's
    page is not in it: whose and why is said.
    """
    from autograder.output.outcomes import Outcomes

    if anonymous and kind not in (None, "folder"):
        raise click.UsageError(f"--zip {kind} is made of names; --anonymous goes with --zip folder, or without --zip.")
    assignment = course.assignment(lab)
    place = out_of(course, lab, out)
    with logged(place, "feedback"):
        outcomes = Outcomes(assignment, place)
        complete = (
            _numbered(assignment, outcomes, place, kind) if anonymous else _named(assignment, outcomes, place, kind)
        )
    sys.exit(0 if complete else 1)


def _named(assignment: Assignment, outcomes: Outcomes, place: OutDir, kind: str | None) -> bool:
    from autograder.output.feedback import write_feedback
    from autograder.output.feedback.archive import recipients, write_archive
    from autograder.output.feedback.write import WHOLE

    count = sum(1 for _ in write_feedback(assignment, outcomes, place))
    click.echo(f"{counted(count, 'page')} for {counted(len(outcomes.students), 'student')} in {place.feedback_root}")
    if kind is None:
        return True
    people = recipients(place.known_students(), place.file_records())
    to = place.feedback_archive(kind)
    packed, left_out = write_archive(kind, to, assignment.name, people, lambda student: place.feedback(student) / WHOLE)
    click.echo(f"{to}: the pages of {counted(packed, 'student')}")
    for student, why in left_out:
        click.echo(for_terminal(f"  not in it: {student}, {why}"))
    if kind == "canvas":
        click.echo(CANVAS_SHOWS)
    return not left_out


def _numbered(assignment: Assignment, outcomes: Outcomes, place: OutDir, kind: str | None) -> bool:
    from autograder.model.submission import KnownStudent
    from autograder.output.feedback.archive import Recipient, write_archive
    from autograder.output.feedback.write import write_numbered
    from autograder.output.tables import TableWriter

    numbers = place.student_numbers()
    with TableWriter(place.number_list, ("student", "number"), encoding="utf-8-sig") as table:
        for student in outcomes.students:
            table.write((student, numbers[student]))
    count = sum(1 for _ in write_numbered(assignment, outcomes, place, numbers))
    click.echo(f"{counted(count, 'page')} in {place.numbered_feedback}; who has which number is in {place.number_list}")
    if kind is not None:
        people = [Recipient(number, KnownStudent()) for number in sorted(numbers[s] for s in outcomes.students)]
        to = place.feedback_archive("numbers")
        write_archive(kind, to, assignment.name, people, lambda number: place.numbered_feedback / f"{number}.html")
        click.echo(f"{to}: the same pages")
    return True
