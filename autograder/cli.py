"""The `autograder` command.

Every command is a module in `autograder.commands` that is imported when it is asked for, so that `--help` is instant
and a part whose optional dependency is missing does not take the others with it.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import io
import os
import platform
import signal
import sys
from pathlib import Path
from typing import Any

import click

from autograder import DISTRIBUTION, __version__
from autograder.commands.options import verbose_option
from autograder.logs import quiet_libraries
from autograder.model.exceptions import CourseError

COMMANDS = {
    "init": "Write a new course, or a new lab into one.",
    "try": "Run one exercise while it is written: right, untouched, wrong.",
    "build": "Turn the text masters into source notebooks.",
    "release": "Make the students' notebooks, once the gate has proved them.",
    "intake": "Look at hand-ins: what each file is, whose, and who is missing.",
    "grade": "Mark hand-ins: archives, folders, notebooks.",
    "review": "Look at the class, mark and give back in a browser.",
    "feedback": "Write each student's feedback pages.",
    "report": "Write the class report.",
    "status": "Say how the class stands, and who waits for a person.",
    "student": "Say everything about one student.",
    "export": "Give the marks to another system, or write them as CSV or JSON.",
    "gradescope": "Make an autograder archive for Gradescope.",
    "doctor": "Say what this machine can do, and what is missing.",
}
"""The commands in the order of the flow, with the line that the group's help shows for each."""


_MODULES = {"init": "authors.init", "try": "authors.trying", "build": "authors.build", "release": "authors.release"}
"""Where a command stands that does not stand in a module of its own name."""


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
            module = importlib.import_module(f"autograder.commands.{_MODULES.get(cmd_name, cmd_name)}")
        except ModuleNotFoundError as error:
            raise _missing(cmd_name, error) from error
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was asked for; for one that is misspelt, what may have been meant."""
        alike = difflib.get_close_matches(args[0], COMMANDS, 2) if args[0] not in COMMANDS else []
        if alike:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {' or '.join(alike)}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for; it imports its heavy parts as it goes."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _missing(ctx.invoked_subcommand or "", error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _missing(command: str, error: ModuleNotFoundError) -> click.ClickException:
    return click.ClickException(
        f"`autograder {command}` needs the module {error.name}, which is not installed; "
        f"`pip install {DISTRIBUTION}` brings what it needs, and with [course], [cluster], [postgresql] or [data] "
        "behind the name what some courses need as well"
    )


def _show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    del parameter
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"{DISTRIBUTION} {__version__}")
    click.echo(f"Python {platform.python_version()}")
    for package in ("nbgrader", "torch"):
        try:
            click.echo(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            click.echo(f"{package}: not installed")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Say the versions of this package, Python, nbgrader and torch.",
)
@verbose_option
def cli() -> None:
    """Build, prove, release and mark a lab of Jupyter notebooks."""


class LastingStream(io.FileIO):
    """A standard stream to which writing never fails: when nobody reads it any more, the work goes on to its end.

    `lost` says why something could not be written; it stays empty when only the reader has gone.
    """

    lost = ""

    def write(self, data: Any) -> int | None:  # type: ignore[override] # as RawIOBase has it
        """Write, or throw away what nobody can have."""
        try:
            return super().write(data)
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.lost = error.strerror or str(error)
            with Path(os.devnull).open("wb") as nothing:
                os.dup2(nothing.fileno(), self.fileno())
            return len(data)


def lasting(stream: Any) -> tuple[Any, LastingStream]:
    """A standard stream again, as one that outlives its reader and shows in another way what its encoding lacks."""
    raw = LastingStream(stream.fileno(), "wb", closefd=False)
    again = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    return again, raw


def leave_out_grammar_of_addresses() -> None:
    """Have jsonschema, which reads notebooks, do without its optional grammar of internet addresses.

    Building that grammar takes a second at every start, more than anything else that is imported, and the schemas of
    notebooks hold no addresses.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # for Python: there is no such module


def end_as_by_hand() -> None:
    """Let what a scheduler or a service manager ends, or a terminal that is closed, end as Ctrl-C does.

    A signal that whoever started this wants ignored (`nohup`) stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def main() -> None:
    """Run the command line. Exit status 2 for wrong use, a course that cannot be used included."""
    quiet_libraries()
    end_as_by_hand()
    leave_out_grammar_of_addresses()
    written = None
    if sys.stdout is not None and sys.stderr is not None:
        sys.stdout, written = lasting(sys.stdout)
        sys.stderr, _ = lasting(sys.stderr)
    status = _run()
    if written is not None:
        sys.stdout.flush()
        if written.lost:
            click.echo(f"autograder: not all of the output could be written ({written.lost})", err=True)
            status = status or 1
        sys.stderr.flush()
    sys.exit(status)


def _run() -> int:
    try:
        cli()
    except CourseError as error:
        click.echo(f"autograder: {error}", err=True)
        return 2
    except SystemExit as end:
        if isinstance(end.code, str):
            click.echo(end.code, err=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
