"""`autograder export`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option
from autograder.console import printable
from autograder.model.course import Course
from autograder.output.export import FORMATS, ExportError, export


@click.command()
@click.argument("lab")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="Whose import is to read the file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file. Default: marks-FORMAT.csv.")
@click.option("--from", "graded", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The --out of `autograder grade`. Default: the course directory.")  # fmt: skip
@course_option
def command(lab: str, kind: str, out: Path | None, graded: Path | None, course: Course) -> None:
    """Write everybody's marks for LAB, as they stand in the gradebook, for another system."""
    folder = (graded or course.root).resolve()
    to = out or folder / f"marks-{kind}.csv"
    try:
        marks = export(course, lab, folder, kind, to)
    except ExportError as error:
        raise click.ClickException(str(error)) from error
    open_marks = [mark for mark in marks if not mark.final]
    click.echo(f"{to}: {len(marks)} students, {len(marks) - len(open_marks)} with a final mark")
    for mark in open_marks:
        click.echo(printable(f"  {mark.student}: {mark.note}"))
