"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.model.course import Course
from autograder.model.exceptions import CourseError


def _course(ctx: click.Context, parameter: click.Parameter, value: Path) -> Course:
    del ctx, parameter
    return Course(value.resolve())


course_option: Any = click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    callback=_course,
    help="The course directory, where nbgrader_config.py stands. Default: here.",
)


def labs_of(course: Course, lab: str | None) -> list[str]:
    """The labs to work on: the one named, or every one that has a lab.toml. Raises CourseError when there is none."""
    if lab:
        return [lab]
    labs = sorted(path.parent.name for path in course.root.glob("notebooks/*/lab.toml"))
    if not labs:
        raise CourseError(f"no notebooks/*/lab.toml in {course.root}; give --course DIR")
    return labs
