"""`autograder review`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.commands.options import course_option, logged_nowhere, verbose_option
from autograder.model.course import Course
from autograder.outdir import OutDir


@click.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@course_option
@click.option("--lab", help="Which assignment, where OUT has several.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. Default: a free one, from 8888 on.")
@click.option("--no-browser", is_flag=True, help="Only say the address.")
@verbose_option
def command(out: Path, course: Course, lab: str | None, **options: Any) -> None:
    """Look at OUT, mark and give back in a browser: the class, its files, each student, each question.

    Jupyter Server shows the pages, on this machine only, to whoever has the address with its token. Ctrl-C ends it.
    """
    from autograder.review.app import serve
    from autograder.review.state import Review

    place = OutDir(course, lab or _lab(OutDir(course, "", out)), out)
    with logged_nowhere(place):
        if place.last_run().settings is None:
            raise click.UsageError(
                f"{out} has no finished run for {place.assignment}; run `autograder grade {place.assignment}` first"
            )
        review = Review(course.assignment(place.assignment), place)
        serve(review, port=options["port"] or 0, open_browser=not options["no_browser"])


def _lab(place: OutDir) -> str:
    """The assignment that was graded into OUT. Raises UsageError unless it is one."""
    with logged_nowhere(place):
        labs = place.recorded_labs()
    if len(labs) == 1:
        return labs[0]
    if labs:
        raise click.UsageError(f"{place.root} has {', '.join(labs)}: say which with --lab.")
    raise click.UsageError(f"nothing was graded into {place.root}; run `autograder grade LAB HANDIN... --out` first.")
