"""`autograder intake`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.options import (
    course_option,
    for_programs,
    graded_option,
    json_option,
    logged_nowhere,
    mapping_option,
    out_of,
    roster_option,
    verbose_option,
)
from autograder.model.course import Course

if TYPE_CHECKING:
    from autograder.intake import People
    from autograder.model.course import Assignment
    from autograder.outdir import OutDir


@click.command()
@click.argument("lab_and_handins", nargs=-1, required=True, metavar="[LAB] HANDIN...")
@course_option
@click.option("--check", is_flag=True, required=True, help="Only look: nothing is written, and nothing is run.")
@json_option
@mapping_option
@roster_option
@graded_option
@click.option("--replace", is_flag=True, help="As `grade --replace` would do it.")
@verbose_option
def command(lab_and_handins: tuple[str, ...], course: Course, **options: Any) -> None:
    """Look at hand-ins for LAB as `grade` would take them in, and write nothing.

    Says what each file is and whose, what would be mended, what would replace what was taken in before, who is missing
    and who is not on the roster. LAB may be left out where the course has one assignment. Exit status 2 for wrong use.
    """
    from autograder.intake import People

    assignment, handins = lab_of(course, lab_and_handins)
    out = out_of(course, assignment.name, options["out"])
    people = People(options["mapping"], options["roster"], replace=options["replace"])
    look(assignment, handins, out, people, as_json=options["as_json"])


def look(assignment: Assignment, handins: Sequence[Path], out: OutDir, people: People, *, as_json: bool) -> None:
    """Print what a pile would come to, and write nothing."""
    from autograder.console import make_console
    from autograder.intake import IntakeError, take_in
    from autograder.output.intake_check import as_data, print_check

    with logged_nowhere(out):
        try:
            intake = take_in(handins, assignment, out.root, people=people, check=True)
        except IntakeError as error:
            raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(for_programs(as_data(intake, list(assignment.notebooks))))
    else:
        print_check(make_console(), intake, list(assignment.notebooks))


def lab_of(course: Course, given: tuple[str, ...]) -> tuple[Assignment, list[Path]]:
    """The assignment and the hand-ins: the first word is the assignment, unless the course has but one."""
    first, *rest = given
    if Path(first).name == first and course.directory("source", first).is_dir():
        if not rest:
            raise click.UsageError("Missing argument 'HANDIN...'.")
        return course.assignment(first), [Path(path) for path in rest]
    labs = course.assignments
    if len(labs) != 1:
        raise click.UsageError(
            f"say which assignment, as the first word: {', '.join(labs) or 'the course has none yet'}"
        )
    return course.assignment(labs[0]), [Path(path) for path in given]
