"""`autograder student`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import (
    course_option,
    for_programs,
    graded_option,
    json_option,
    logged_nowhere,
    opened,
    verbose_option,
)
from autograder.model.course import Course
from autograder.text import for_terminal


@click.command()
@click.argument("name")
@graded_option
@click.option("--lab", help="Which assignment, where OUT has several.")
@json_option
@course_option
@verbose_option
def command(name: str, out: Path | None, lab: str | None, course: Course, *, as_json: bool) -> None:
    """Say everything about one student: NAME is an id, a name, a part of a name, or a number in the hand-in system.

    Of each notebook whence it came, what was lost and why, who gave a mark and when, what waits.
    """
    from autograder.ledger import read_ledger
    from autograder.output.status import found_student, student_data, student_lines

    place = opened(course, out, lab)
    with logged_nowhere(place):
        student, alike = found_student(read_ledger(place), name)
        if student is None:
            hint = f"; did you mean {' or '.join(alike)}?" if alike else f"; {place.intake.name} has everybody"
            raise click.UsageError(for_terminal(f"nobody is called {name!r} in {place.root}{hint}"))
        if as_json:
            click.echo(for_programs(student_data(student)))
        else:
            for line in student_lines(student):
                click.echo(for_terminal(line))
