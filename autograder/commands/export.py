"""`autograder export`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.commands.options import course_option, logged, verbose_option
from autograder.model.course import Course
from autograder.outdir import OutDir
from autograder.output.export import FORMATS, export
from autograder.text import for_terminal


@click.command()
@click.argument("lab")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="Whose import is to read the file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file. Default: marks-FORMAT.csv.")
@click.option("--from", "graded", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The --out of `autograder grade`. Default: the course directory.")  # fmt: skip
@course_option
@verbose_option
def command(lab: str, kind: str, out: Path | None, graded: Path | None, course: Course) -> None:
    """Write everybody's marks for LAB, as they stand in the gradebook, for another system."""
    place = OutDir(course, lab, graded or course.root)
    to = out or place.exported(kind)
    with logged(place, "export"):
        try:
            marks = export(place, kind, to)
        except OSError as error:
            raise click.ClickException(f"{to} cannot be written ({error.strerror}); give another --out") from error
    open_marks = [mark for mark in marks if not mark.final]
    click.echo(f"{to}: {len(marks)} students, {len(marks) - len(open_marks)} with a final mark; separated by commas")
    for mark in open_marks:
        click.echo(for_terminal(f"  {mark.student}: {mark.note}"))
