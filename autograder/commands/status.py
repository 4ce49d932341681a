"""`autograder status`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option, for_programs, json_option, logged_nowhere, opened, verbose_option
from autograder.model.course import Course
from autograder.text import for_terminal


@click.command()
@click.argument("out", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lab", help="Which assignment, where OUT has several.")
@json_option
@course_option
@verbose_option
def command(out: Path | None, lab: str | None, course: Course, *, as_json: bool) -> None:
    """Say how the class in OUT stands: files, marks, who waits for a person and why.

    Exit status 0 when every mark is final, 1 when somebody waits.
    """
    from autograder.ledger import read_ledger
    from autograder.output.status import class_data, class_lines

    place = opened(course, out, lab)
    with logged_nowhere(place):
        ledger = read_ledger(place)
        if as_json:
            click.echo(for_programs(class_data(ledger)))
        else:
            for line in class_lines(ledger):
                click.echo(for_terminal(line))
    raise SystemExit(1 if ledger.waiting else 0)
