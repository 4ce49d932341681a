"""`autograder feedback`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option
from autograder.model.course import Course


@click.command()
@click.argument("lab")
@course_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Where `grade` wrote. Default: the course."
)
def command(lab: str, course: Course, out: Path | None) -> None:
    """Write the page that each student of LAB reads: feedback/STUDENT/LAB/NOTEBOOK.html."""
    from autograder.output.feedback import write_feedback
    from autograder.output.outcomes import OutcomeError, Outcomes

    assignment = course.assignment(lab)
    folder = (out or course.root).resolve()
    try:
        outcomes = Outcomes(assignment, folder)
        count = sum(1 for _ in write_feedback(assignment, outcomes, folder))
    except OutcomeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} pages for {len(outcomes.students)} students in {folder / 'feedback'}")
