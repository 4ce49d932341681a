"""`autograder grade`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from autograder.batch import Executor, ExecutorError
from autograder.commands.options import course_option
from autograder.course import Course
from autograder.handin import GradingSettings, SandboxPolicy

DEFAULTS = GradingSettings(seed=0)

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended."""


@click.command()
@click.argument("lab")
@click.argument("handins", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="HANDIN...")
@course_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Default: the course directory.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV: file, student.")
@click.option("--workers", type=click.IntRange(1), help="Graders at work at once. Default: one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster with this scheduler.")
@click.option("--seed", type=click.IntRange(0), help="For the tests' random inputs. Default: the last run's, or drawn.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
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
@click.option("--force", is_flag=True, help="Grade also what has not changed since it was graded.")  # fmt: skip
def command(
    lab: str,
    handins: tuple[Path, ...],
    course: Course,
    out: Path | None,
    mapping: Path | None,
    workers: int | None,
    scheduler: str | None,
    seed: int | None,
    timeout: float,
    memory: int,
    sandbox: str,
    force: bool,
) -> None:
    """Mark hand-ins for LAB: archives, folders and notebooks, in any mix, as a hand-in system gives them out.

    Writes marks.csv, intake.csv, the gradebook and autograded/ to OUT. Only what changed since the last run is graded.
    Exit status 0 when every hand-in has its marks, 1 when the grader itself failed for some, 2 for wrong use.
    """
    from autograder.console import GradingProgress, print_summary
    from autograder.grading import GradingError, grade
    from autograder.intake import IntakeError, MappingError

    assignment = course.assignment(lab)

    def settings(run_seed: int) -> GradingSettings:
        return GradingSettings(
            seed=run_seed,
            cell_seconds=timeout,
            notebook_seconds=timeout * DEFAULTS.notebook_seconds / DEFAULTS.cell_seconds,
            memory_mb=memory,
            sandbox=SandboxPolicy(sandbox),
        )

    def executor(chosen: GradingSettings) -> Executor:
        if scheduler:
            from autograder.batch.cluster import DaskExecutor

            return DaskExecutor(assignment, chosen, scheduler)
        from autograder.batch.local import LocalExecutor

        return LocalExecutor(assignment, chosen, workers)

    console = Console()
    folder = (out or course.root).resolve()
    try:
        with GradingProgress(console) as progress:
            summary = grade(
                assignment, handins, folder, settings, executor, progress, seed=seed, force=force, mapping=mapping
            )
    except (ExecutorError, GradingError) as error:
        raise click.ClickException(str(error)) from error
    except (IntakeError, MappingError) as error:
        raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        console.print("\nstopped; what was graded is kept, and the same command continues. marks.csv is as it was.")
        sys.exit(INTERRUPTED)
    print_summary(console, summary)
    if summary.grader_errors:
        console.print(f"\nthe grader itself failed for {summary.grader_errors} items: they have no mark. "
                      "marks.csv says why; the same command tries them again.")  # fmt: skip
        sys.exit(1)
