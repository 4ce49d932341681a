"""`autograder report`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option, graded_option, logged, out_of, verbose_option
from autograder.model.course import Course


@click.command()
@click.argument("lab")
@course_option
@graded_option
@click.option("--anonymous", is_flag=True, help="Students appear as numbers.")
@verbose_option
def command(lab: str, course: Course, out: Path | None, *, anonymous: bool) -> None:
    """Write what the class of LAB looks like: report/index.html, and each of its tables as CSV."""
    from autograder.output.report.write import write_report

    assignment = course.assignment(lab)
    place = out_of(course, lab, out)
    with logged(place, "report"):
        page = write_report(assignment, place, anonymous=anonymous)
    click.echo(f"the class report is {page}")
