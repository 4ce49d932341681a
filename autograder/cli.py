"""The `autograder` command.

Every command is a module in `autograder.commands` that is imported when it is asked for, so that `--help` is instant
and a part whose optional dependency is missing does not take the others with it.
"""

from __future__ import annotations

import importlib
import sys

import click

from autograder import __version__
from autograder.model.exceptions import CourseError

COMMANDS = {
    "build": "Turn the text masters into source notebooks.",
    "release": "Make the students' notebooks, once the gate has proved them.",
    "grade": "Mark hand-ins: archives, folders, notebooks.",
    "feedback": "Write each student's feedback pages.",
    "report": "Write the class report.",
    "export": "Write the marks for Canvas, Moodle or as CSV.",
    "doctor": "Say what this machine can do, and what is missing.",
}
"""The commands in the order of the flow, with the line that the group's help shows for each."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in the order of the flow."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command. A missing dependency becomes a message that names it."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(f"autograder.commands.{cmd_name}")
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"`autograder {cmd_name}` needs the module {error.name}, which is not installed; "
                "`make install` in the repository installs everything"
            ) from error
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def cli() -> None:
    """Build, prove, release and mark a lab of Jupyter notebooks."""


def main() -> None:
    """Run the command line. Exit status 2 for wrong use, a course that cannot be used included."""
    try:
        cli()
    except CourseError as error:
        click.echo(f"autograder: {error}", err=True)
        sys.exit(2)
