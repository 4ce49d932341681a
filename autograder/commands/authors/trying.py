"""`autograder try`."""

from __future__ import annotations

import sys
import textwrap

import click

from autograder.commands.options import course_option, for_programs, json_option, labs_of
from autograder.model.course import Course
from autograder.text import for_terminal


@click.command()
@click.argument("lab")
@click.argument("item")
@json_option
@course_option
def command(lab: str, item: str, course: Course, *, as_json: bool) -> None:
    """Run the exercise ITEM of LAB: the model solution, the untouched stub, and the answers in tests/answers.

    The text master is read as it is now: nothing has to be built. Exit status 0 when each answer has what it
    should have.
    """
    from autograder.release.trying import try_item

    (lab,) = labs_of(course, lab)
    found = try_item(course, lab, item)
    if as_json:
        rows = [
            {
                "answer": one.answer.name,
                "points": one.points,
                "max_points": one.max_points,
                "fine": one.fine,
                "says": one.says,
            }
            for one in found
        ]
        click.echo(for_programs(rows))
    for one in found if not as_json else ():
        verdict = "ok  " if one.fine else "LOOK"
        click.echo(for_terminal(f"{verdict} {one.answer.name}: {one.points:g} of {one.max_points:g}"))
        for line in textwrap.indent(one.says, "       ").splitlines():
            click.echo(for_terminal(line))
    sys.exit(0 if all(one.fine for one in found) else 1)
