"""`autograder export`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.options import course_option, graded_option, logged, out_of, verbose_option
from autograder.model.course import Course
from autograder.outdir import OutDir
from autograder.text import counted, for_terminal

if TYPE_CHECKING:
    from autograder.output.exports.fill import Filled, Wishes
    from autograder.output.marks import Mark

FORMATS = ("csv", "canvas", "moodle", "json")


@click.command()
@click.argument("lab")
@click.option("--fill", "given", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="Put the marks into this file that the system gave out: Moodle's grading worksheet, the gradebook "
              "of Canvas, Blackboard, Brightspace or Gradescope, or any CSV with --key and --column.")  # fmt: skip
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help="Without such a file: a table, for Canvas or Moodle, or results.json for each student.",
)
@click.option("--wide", is_flag=True, help="With --format csv: a column for each item.")
@click.option("--key", metavar="COLUMN", help="With --fill: the column that says whose a row is.")
@click.option("--column", metavar="COLUMN", help="The column for the marks: its heading, or the assignment's id.")
@click.option("--rescale", is_flag=True, help="With --fill: convert the marks to the points that the file is for.")
@click.option("--to", type=click.Path(path_type=Path),
              help="The file to write, for json the folder. Default: a file or folder in OUT.")  # fmt: skip
@graded_option
@course_option
@verbose_option
def command(lab: str, course: Course, given: Path | None, kind: str | None, **options: Any) -> None:
    """Give everybody's final marks for LAB, as they stand in the gradebook, to another system.

    Exit status 0 when the mark of everybody who handed in is in the file, 1 when some are left out: whose and why is
    said.
    """
    from autograder.output.exports.fill import Wishes

    if (given is None) == (kind is None):
        raise click.UsageError("Give --fill FILE, with the file that the system gave out, or --format.")
    if options["wide"] and kind != "csv":
        raise click.UsageError("--wide goes with --format csv.")
    if given is None and (options["key"] or options["rescale"]):
        raise click.UsageError("--key and --rescale go with --fill.")
    place, to = out_of(course, lab, options["out"]), options["to"]
    if kind == "json":
        complete = _json(place, course, to or place.results_folder)
    elif given is not None:
        wishes = Wishes(options["key"], options["column"], options["rescale"], _titles(course, lab))
        complete = _fill(place, given, to or place.filled(given), wishes)
    else:
        complete = _plain(place, str(kind), to, options["column"] or lab, wide=options["wide"])
    sys.exit(0 if complete else 1)


def _titles(course: Course, lab: str) -> tuple[str, ...]:
    """What the assignment may be called elsewhere: its name, and its title where it has one."""
    from autograder.model.exceptions import CourseError
    from autograder.model.lab import read_lab

    try:
        return (lab, read_lab(course.root / "notebooks" / lab).title)
    except CourseError:
        return (lab,)


def _json(place: OutDir, course: Course, folder: Path) -> bool:
    from autograder.output.outcomes import Outcomes
    from autograder.output.student_results import write_results

    assignment = course.assignment(place.assignment)
    with logged(place, "export"), _written(folder):
        outcomes = Outcomes(assignment, place)
        count = sum(1 for _ in write_results(assignment, outcomes, place, folder))
    click.echo(f"{folder}: results.json for {counted(count, 'student')}, and its schema")
    return True


def _items(place: OutDir) -> list[tuple[str, str]]:
    """The notebooks' items in their order, none where the source notebooks are not here: they are not needed."""
    from autograder.model.exceptions import CourseError

    try:
        notebooks = place.course.assignment(place.assignment).notebooks.values()
    except CourseError:
        return []
    return [(notebook.name, item.grade_id) for notebook in notebooks for item in notebook.items]


def _plain(place: OutDir, kind: str, out: Path | None, title: str, *, wide: bool) -> bool:
    from autograder.output.exports.plain import WRITERS, write_wide
    from autograder.output.marks import read_marks

    to = out or place.exported(f"{kind}-wide" if wide else kind)
    with logged(place, "export"):
        marks = read_marks(place)
        with _written(to):
            to.parent.mkdir(parents=True, exist_ok=True)
            left_out = write_wide(marks, to, _items(place)) if wide else WRITERS[kind](title, marks, to)
    open_marks = [mark for mark in marks if not mark.final]
    in_it = counted(len(marks) - len(left_out), "student")
    click.echo(f"{to}: {in_it}, {len(marks) - len(open_marks)} with a final mark; separated by commas")
    for line in _late(marks):
        click.echo(for_terminal(line))
    if not left_out:
        for mark in open_marks:
            click.echo(for_terminal(f"  {mark.student}: {mark.note}"))
    for student, why in left_out:
        click.echo(for_terminal(f"  not in the file: {student}, {why}"))
    return not left_out


def _fill(place: OutDir, given: Path, to: Path, wishes: Wishes) -> bool:
    from autograder.output.exports.fill import fill
    from autograder.output.marks import read_marks

    with logged(place, "export"):
        marks = read_marks(place)
        with _written(to):
            done = fill(given, to, marks, wishes)
    for line in _said(done, marks):
        click.echo(for_terminal(line))
    click.echo(f"{to}: {len(done.put)} of {len(marks)} students have their mark in {done.column!r}")
    return done.complete


def _said(done: Filled, marks: list[Mark]) -> Iterator[str]:
    """What was done, a line for each person of whom there is more to say than that the mark is there."""
    yield f"{done.system or 'A table of marks'}; the marks go to the column {done.column!r}"
    for student, before, new in done.changed:
        yield f"  changed: {student}, {before} to {new}"
    for student in done.by_name:
        yield f"  found by name alone: {student}"
    yield from _late(marks)
    for student, note in done.waiting:
        yield f"  waits: {student}, {note}"
    for student, why in done.left_out:
        yield f"  left out: {student}, {why}"
    for sentence in done.undecided:
        yield f"  not certain: {sentence}"
    for student in done.not_handed_in:
        yield f"  in the gradebook, nothing handed in: {student}"
    for name in done.nobody:
        yield f"  in the file, not marked: {name}"
    yield from done.advice


def _late(marks: list[Mark]) -> Iterator[str]:
    for mark in marks:
        if mark.late_minutes:
            taken = f", {counted(mark.penalty, 'point')} taken off" if mark.penalty else ""
            yield f"  late: {mark.student}, {counted(mark.late_minutes, 'minute')}{taken}"


@contextlib.contextmanager
def _written(to: Path) -> Iterator[None]:
    """Say of a file that cannot be written that it is another that is needed."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{to} cannot be written ({error.strerror}); give another --out") from error
