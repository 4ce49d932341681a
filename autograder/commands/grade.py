"""`autograder grade`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.options import (
    Address,
    Moment,
    Seconds,
    course_option,
    for_programs,
    graded_option,
    json_option,
    logged,
    mapping_option,
    out_of,
    quiet_option,
    roster_option,
    verbose_option,
)
from autograder.model.course import Course
from autograder.model.lab import read_due
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.times import read_time
from autograder.outdir import OutDir

if TYPE_CHECKING:
    from autograder.batch import Executor

DEFAULTS = GradingSettings(seed=0)

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended."""


@click.command()
@click.argument("lab")
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="HANDIN..."
)
@course_option
@graded_option
@mapping_option
@roster_option
@click.option("--due", type=Moment(), help="When hand-ins were due, or none. Default: lab.toml's, or the last run's.")
@click.option("--replace", is_flag=True, help="Mark who is in this pile from it alone, whatever was handed in before.")
@click.option("--workers", type=click.IntRange(1), help="Graders at work at once. Default: one a core.")
@click.option("--scheduler", type=Address(), help="Grade on the Dask cluster with this scheduler.")
@click.option("--seed", type=click.IntRange(0), help="For the tests' random inputs. Default: the last run's, or drawn.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=DEFAULTS.cell_seconds,
    show_default=True,
    help="Seconds for one cell; a notebook has four times as many.",
)
@click.option(
    "--memory",
    type=click.IntRange(64),
    default=DEFAULTS.memory_mb,
    show_default=True,
    help="Megabytes that a hand-in may use.",
)
@click.option(
    "--sandbox",
    type=click.Choice([policy.value for policy in SandboxPolicy]),
    default="auto",
    show_default=True,
    help="none: the hand-ins are trusted and run with this user's rights.",
)
@click.option(
    "--show-hidden",
    is_flag=True,
    help="Let students read what hidden checks on fixed inputs asked and expected.",
)
@click.option("--force", is_flag=True, help="Grade also what has not changed since it was graded.")
@click.option("--dry-run", is_flag=True, help="Only look, as `autograder intake --check` does: nothing is written.")
@quiet_option
@json_option
@verbose_option
def command(lab: str, submissions: tuple[Path, ...], course: Course, **options: Any) -> None:
    """Mark hand-ins for LAB: archives, folders and notebooks, in any mix, as a hand-in system gives them out.

    Writes marks.csv, intake.csv, the gradebook and autograded/ to OUT. Only what changed since the last run is graded.
    Exit status 0 when every hand-in has its marks, 1 when the grader itself failed for some, 2 for wrong use.
    """
    from autograder.commands.intake import look
    from autograder.console import GradingProgress, make_console, print_summary, summary_data
    from autograder.grading import Choices, grade
    from autograder.intake import IntakeError, People

    assignment = course.assignment(lab)
    out = out_of(course, lab, options["out"])
    if options["dry_run"]:
        people = People(options["mapping"], options["roster"], replace=options["replace"])
        look(assignment, submissions, out, people, as_json=options["as_json"])
        return

    def settings(run_seed: int) -> GradingSettings:
        return GradingSettings(
            seed=run_seed,
            cell_seconds=options["timeout"],
            notebook_seconds=options["timeout"] * DEFAULTS.notebook_seconds / DEFAULTS.cell_seconds,
            memory_mb=options["memory"],
            sandbox=SandboxPolicy(options["sandbox"]),
            show_hidden=options["show_hidden"],
        )

    def executor(chosen: GradingSettings) -> Executor:
        if options["scheduler"]:
            from autograder.batch.cluster import DaskExecutor

            return DaskExecutor(assignment, chosen, options["scheduler"])
        from autograder.batch.local import LocalExecutor

        return LocalExecutor(assignment, chosen, options["workers"], hidden=[out.root], lessons=out.lessons)

    console = make_console(quiet=options["quiet"] or options["as_json"])
    try:
        with logged(out, "grade"), GradingProgress(console) as progress:
            choices = Choices(
                options["seed"],
                options["force"],
                options["mapping"],
                options["roster"],
                options["replace"],
                due_of(options["due"], course, out),
            )
            try:
                summary = grade(assignment, submissions, out, settings, executor, progress, choices)
            except IntakeError as error:
                raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        console.print("\nstopped; what was graded is kept, and the same command continues. marks.csv is as it was.")
        sys.exit(INTERRUPTED)
    if options["as_json"]:
        click.echo(for_programs(summary_data(summary)))
    else:
        print_summary(console, summary)
    if summary.grader_errors:
        console.print(f"\nthe grader itself failed for {summary.grader_errors} items: they have no mark. "
                      "marks.csv says why; the same command tries them again.")  # fmt: skip
        sys.exit(1)


def due_of(given: Any, course: Course, out: OutDir) -> datetime | None:
    """When hand-ins are due: as it is given, otherwise by lab.toml, otherwise as for the last run."""
    if given == "none":
        return None
    before = out.last_run().due
    due: datetime | None = given or read_due(course.root / "notebooks" / out.assignment)
    return due or (read_time(before) if before else None)
