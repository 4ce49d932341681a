"""Options and arguments that several commands share."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.exceptions import AutograderError
from autograder.logs import to_file, to_terminal
from autograder.model.course import Course
from autograder.model.exceptions import CourseError
from autograder.model.times import TimeError, read_time

if TYPE_CHECKING:
    from autograder.outdir import OutDir


def _course(ctx: click.Context, parameter: click.Parameter, value: Path) -> Course:
    del ctx, parameter
    return Course(value.resolve())


def _verbose(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    del ctx, parameter
    if value:
        to_terminal()


course_option: Any = click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    callback=_course,
    help="The course directory, where nbgrader_config.py stands. Default: here.",
)

graded_option: Any = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Where `grade` wrote. Default: the course."
)

verbose_option: Any = click.option(
    "--verbose", is_flag=True, expose_value=False, callback=_verbose, help="Say on standard error what is done."
)


class Seconds(click.ParamType):  # type: ignore[type-arg] # older versions of click know no arguments
    """A time in seconds, more than none and at most a day."""

    name = "seconds"
    most = 86_400.0

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. `nan` and `inf` are none."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 < seconds <= self.most:
            self.fail(f"{value!r} is not a number of seconds between 0 and {self.most:.0f}.", param, ctx)
        return seconds


class Address(click.ParamType):  # type: ignore[type-arg] # see above
    """Where a Dask scheduler listens: HOST:PORT, or PROTOCOL://HOST:PORT."""

    name = "address"
    _form = re.compile(r"(?:(?:tcp|tls|wss?|ucxx?)://)?(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):(?P<port>\d{1,5})")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as it was given."""
        found = self._form.fullmatch(value)
        if found is None or not 0 < int(found["port"]) < 2**16:
            self.fail(f"{value!r} is not an address such as tcp://192.0.2.1:8786.", param, ctx)
        return str(value)


class Moment(click.ParamType):  # type: ignore[type-arg] # see above
    """A date and time, or `none`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The time with its zone; `none` as it is."""
        if not isinstance(value, str) or value == "none":
            return value
        try:
            return read_time(value)
        except TimeError as error:
            self.fail(str(error), param, ctx)


existing_file: Any = click.Path(exists=True, dir_okay=False, path_type=Path)

mapping_option: Any = click.option("--mapping", type=existing_file, help="CSV: file, student.")

roster_option: Any = click.option(
    "--roster", type=existing_file, help="CSV or a system's export: who is in the class, ids, groups, extensions."
)


@contextlib.contextmanager
def logged(out: OutDir, command: str) -> Iterator[None]:
    """Log a command's work in OUT, and show what the user can put right as one sentence."""
    with _as_a_sentence(), to_file(out.logs / f"{command}.log"), out.explained():
        yield


@contextlib.contextmanager
def logged_nowhere(out: OutDir) -> Iterator[None]:
    """Show what the user can put right as one sentence, and write no log: for what only looks."""
    with _as_a_sentence(), out.explained():
        yield


@contextlib.contextmanager
def _as_a_sentence() -> Iterator[None]:
    try:
        yield
    except AutograderError as error:
        raise click.ClickException(str(error)) from error


def labs_of(course: Course, lab: str | None) -> list[str]:
    """The labs to work on: the one named, or every one that has a lab.toml. Raises CourseError when there is none."""
    if lab:
        return [lab]
    labs = sorted(path.parent.name for path in course.root.glob("notebooks/*/lab.toml"))
    if not labs:
        raise CourseError(f"no notebooks/*/lab.toml in {course.root}; give --course DIR")
    return labs
