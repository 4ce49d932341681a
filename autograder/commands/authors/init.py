"""`autograder init`."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--lab", default="lab1", show_default=True, help="The new lab's name.")
def command(folder: Path, lab: str) -> None:
    """Write a new course into FOLDER, or a new lab into the course that is there. Nothing that is there is changed.

    It builds, is released and grades as it stands: one notebook with one exercise and one written answer.
    """
    from autograder.release.new import write_new

    for path in write_new(folder, lab):
        click.echo(f"wrote {os.path.relpath(path, Path.cwd())}")
    at = "" if folder.resolve() == Path.cwd() else f"cd {folder}; "
    click.echo(f"next: {at}autograder try {lab} mean; autograder build {lab}; autograder release {lab}")
