"""`autograder release`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from autograder.commands.options import course_option, labs_of
from autograder.model.course import Course


@click.command()
@click.argument("lab", required=False)
@course_option
@click.option(
    "--colab",
    is_flag=True,
    help="Run every notebook under the versions that Colab has as well; they are kept in .venv-colab of the course.",
)
@click.option("--force", is_flag=True, help="Prove anew what was proved before of the same notebook.")
@click.option("--quiet", is_flag=True, help="Print problems and written files only.")
def command(lab: str | None, course: Course, *, colab: bool, force: bool, quiet: bool) -> None:
    """Make the students' notebooks of LAB (all labs without it), once the gate has proved them."""
    from autograder.release.colab import colab_runtime
    from autograder.release.exceptions import ColabKernelError, GateError
    from autograder.release.release import release

    try:
        runtime = colab_runtime(course.root) if colab else None
    except ColabKernelError as error:
        raise click.ClickException(str(error)) from error
    say = (lambda _: None) if quiet else click.echo
    if runtime is not None:
        say(str(runtime))
    kernel = None if runtime is None else runtime.python
    for name in labs_of(course, lab):
        try:
            written = release(course, name, other_kernel=kernel, anew=force, say=say)
        except GateError as error:
            click.echo(f"{name} is not released; nothing was written:", err=True)
            for problem in error.problems:
                click.echo(f"  {problem}", err=True)
            sys.exit(1)
        for path in written:
            click.echo(f"released {os.path.relpath(path, Path.cwd())}")
