"""`autograder review`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.commands.options import course_option, logged_nowhere, opened, verbose_option
from autograder.model.course import Course


@click.command()
@click.argument("out", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@course_option
@click.option("--lab", help="Which assignment, where OUT has several.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. Default: a free one, from 8888 on.")
@click.option("--no-browser", is_flag=True, help="Only say the address.")
@verbose_option
def command(out: Path | None, course: Course, lab: str | None, **options: Any) -> None:
    """Look at OUT, mark and give back in a browser: the class, its files, each student, each question.

    OUT is the folder of the class; without it, out/ in the course.

    Jupyter Server shows the pages, on this machine only, to whoever has the address with its token. Ctrl-C ends it.
    """
    from autograder.review.app import serve
    from autograder.review.state import Review

    place = opened(course, out, lab)
    with logged_nowhere(place):
        serve(
            Review(place.course.assignment(place.assignment), place),
            port=options["port"] or 0,
            open_browser=not options["no_browser"],
        )
