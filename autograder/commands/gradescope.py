"""`autograder gradescope`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.commands.options import Seconds, course_option
from autograder.gradescope.settings import VISIBILITIES, Settings
from autograder.model.course import Course
from autograder.text import counted


class Package(click.ParamType):  # type: ignore[type-arg] # older versions of click know no arguments
    """A package as pip knows it: a name, and perhaps which versions."""

    name = "package"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The package as it was given."""
        from packaging.requirements import InvalidRequirement, Requirement

        try:
            Requirement(value)
        except InvalidRequirement:
            self.fail(f"{value!r} is not a package such as pandas or pandas>=2.", param, ctx)
        return str(value)


@click.command()
@click.argument("lab")
@course_option
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="Default: autograder-LAB.zip in the course."
)
@click.option(
    "--hidden-tests",
    type=click.Choice(VISIBILITIES),
    default="after_published",
    show_default=True,
    help="When Gradescope shows students what hidden tests found.",
)
@click.option(
    "--package",
    "packages",
    type=Package(),
    multiple=True,
    metavar="NAME",
    help="A further package that hand-ins may import.",
)
@click.option("--timeout", type=Seconds(), default=30.0, show_default=True, help="Seconds for one cell.")
@click.option("--seed", type=click.IntRange(0), default=0, help="For the tests' random inputs.", show_default=True)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "strict", "none"]),
    default="auto",
    show_default=True,
    help="auto: reduced at least; none: hand-ins can read the tests.",
)
def command(lab: str, course: Course, to: Path | None, packages: tuple[str, ...], hidden_tests: str, timeout: float,
            seed: int, sandbox: str) -> None:  # fmt: skip
    """Make the autograder archive that Gradescope takes for LAB: it grades each hand-in with this package.

    It holds the source notebooks with solutions and hidden tests: upload it to Gradescope and give it to nobody.
    """
    from autograder.gradescope.archive import write_archive

    assignment = course.assignment(lab)
    to = to or course.root / f"autograder-{lab}.zip"
    settings = Settings(lab, hidden_tests, timeout, sandbox, seed)
    try:
        needed = write_archive(assignment, settings, to, packages)
    except OSError as error:
        raise click.ClickException(f"{to} cannot be written ({error.strerror}); give another --to") from error
    click.echo(f"{to}: upload it under Configure Autograder; its image gets {len(needed)} packages")
    waiting = sum(item.manual for notebook in assignment.notebooks.values() for item in notebook.items)
    if waiting:
        click.echo(
            f"marked by a person: {counted(waiting, 'item')}, for which Gradescope needs manually graded questions"
        )
