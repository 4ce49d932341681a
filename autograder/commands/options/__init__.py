"""Options and arguments that several commands share.

May import the model, outdir and logs. Used by the commands, and by nothing else.
"""

from __future__ import annotations

import contextlib
import difflib
import json
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


OUT = "out"
"""The folder of the course in which everything is written that grading makes, where no other is asked for."""


def _course(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Course:
    del ctx, parameter
    return Course(found_course(Path.cwd()) if value is None else value.resolve())


def found_course(start: Path) -> Path:
    """The course that a folder is in: the nearest folder above it, or itself, that has what only a course has."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "nbgrader_config.py").is_file() or any(folder.glob("notebooks/*/lab.toml")):
            return folder
    return start.resolve()


def _verbose(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    del ctx, parameter
    if value:
        to_terminal()


course_option: Any = click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    callback=_course,
    help="The course directory, where nbgrader_config.py stands. Default: the one that this folder is in.",
)

graded_option: Any = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the class. Default: out/ in the course.",
)

json_option: Any = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")

quiet_option: Any = click.option("--quiet", is_flag=True, help="Print errors only.")

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


def out_of(course: Course, lab: str, given: Path | None) -> OutDir:
    """The OUT to work in: the one that is given, otherwise out/ in the course."""
    from autograder.outdir import OutDir

    return OutDir(course, lab, given or course.root / OUT)


def opened(course: Course, given: Path | None, lab: str | None) -> OutDir:
    """An OUT that was graded into, for one assignment in it. Raises UsageError when it is not clear which."""
    from autograder.outdir import OutDir

    root = given or course.root / OUT
    labs = OutDir(course, lab or "", root).assignments()
    if lab is None and len(labs) == 1:
        lab = labs[0]
    if lab is None or lab not in labs:
        if not labs:
            raise click.UsageError(f"nothing was graded into {root}; give --out, or run `autograder grade` first.")
        raise click.UsageError(f"say with --lab which assignment: {', '.join(labs)}.")
    if course.root not in root.resolve().parents and found_course(root) != root.resolve():
        course = Course(found_course(root))
    return OutDir(course, lab, root)


def for_programs(data: Any) -> str:
    """Data as JSON that every program reads, whatever a hand-in has put into it."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode("utf-8")


def labs_of(course: Course, lab: str | None) -> list[str]:
    """The labs to work on: the one named, or every one that has a lab.toml. Raises CourseError when there is none."""
    labs = course.labs
    if lab:
        alike = difflib.get_close_matches(lab, labs, 2) if lab not in labs else []
        if alike:
            raise CourseError(f"no lab {lab!r} in {course.root}", remedy=f"did you mean {' or '.join(alike)}?")
        return [lab]
    if not labs:
        raise CourseError(f"no notebooks/*/lab.toml in {course.root}; give --course DIR")
    return labs
