"""`autograder report`."""

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
@click.option("--anonymous", is_flag=True, help="Students appear as numbers.")
def command(lab: str, course: Course, out: Path | None, *, anonymous: bool) -> None:
    """Write what the class of LAB looks like: report/index.html, and each of its tables as CSV."""
    from autograder.output.outcomes import OutcomeError
    from autograder.output.report import write_report

    assignment = course.assignment(lab)
    folder = (out or course.root).resolve()
    try:
        page = write_report(assignment, folder, anonymous=anonymous)
    except OutcomeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"the class report is {page}")
