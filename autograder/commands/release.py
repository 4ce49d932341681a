"""`autograder release`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from autograder.commands.options import course_option, labs_of
from autograder.course import Course


@click.command()
@click.argument("lab", required=False)
@course_option
@click.option(
    "--colab-kernel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A Python with the IPython and ipykernel of Colab, to run every notebook under it as well.",
)
@click.option("--quiet", is_flag=True, help="Print problems and written files only.")
def command(lab: str | None, course: Course, colab_kernel: Path | None, *, quiet: bool) -> None:
    """Make the students' notebooks of LAB (all labs without it), once the gate has proved them."""
    from autograder.release.gate import GateError
    from autograder.release.release import release

    say = (lambda _: None) if quiet else click.echo
    for name in labs_of(course, lab):
        try:
            written = release(course, name, other_kernel=colab_kernel, say=say)
        except GateError as error:
            click.echo(f"{name} is not released; nothing was written:", err=True)
            for problem in error.problems:
                click.echo(f"  {problem}", err=True)
            sys.exit(1)
        for path in written:
            click.echo(f"released {os.path.relpath(path, Path.cwd())}")
