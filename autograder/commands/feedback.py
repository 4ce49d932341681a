"""`autograder feedback`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option, graded_option, logged, verbose_option
from autograder.model.course import Course
from autograder.outdir import OutDir


@click.command()
@click.argument("lab")
@course_option
@graded_option
@verbose_option
def command(lab: str, course: Course, out: Path | None) -> None:
    """Write the page that each student of LAB reads: feedback/STUDENT/LAB/NOTEBOOK.html."""
    from autograder.output.feedback import write_feedback
    from autograder.output.outcomes import Outcomes

    assignment = course.assignment(lab)
    place = OutDir(course, lab, out or course.root)
    with logged(place, "feedback"):
        outcomes = Outcomes(assignment, place)
        count = sum(1 for _ in write_feedback(assignment, outcomes, place))
    click.echo(f"{count} pages for {len(outcomes.students)} students in {place.feedback_root}")
