"""`autograder build`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from autograder.commands.options import course_option, labs_of
from autograder.model.course import Course


@click.command()
@click.argument("lab", required=False)
@course_option
def command(lab: str | None, course: Course) -> None:
    """Turn the text masters of LAB (all labs without it) into source notebooks."""
    from autograder.build import build

    for name in labs_of(course, lab):
        for path in build(course, name):
            click.echo(f"built {os.path.relpath(path, Path.cwd())}")
