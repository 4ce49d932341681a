"""`autograder doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.commands.options import verbose_option
from autograder.doctor import BAD, FAULTY, Finding, examine, examine_course
from autograder.exceptions import AutograderError
from autograder.model.course import Course

COLOURS = {"ok": "green", "note": "yellow", "missing": "bold red", "faulty": "bold red"}


@click.command()
@click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Say of this course as well which items are not decided outside the hand-in's process, and why.",
)
@verbose_option
def command(course: Path | None) -> None:
    """Say what this machine can do, and what is missing; with --course also what a course's tests need.

    The levels of the sandbox are tried for real, and the model solutions of the course are graded. Exit status 0 when
    hand-ins can be graded here, 1 when not, or when the model solution fails an item either way.
    """
    console = Console()
    findings = examine()
    if course is not None:
        try:
            findings += examine_course(Course(course.resolve()))
        except AutograderError as error:
            findings.append(Finding("course", str(error), BAD))
    if console.is_terminal:
        console.print(table_of(findings))
    else:
        for finding in findings:
            click.echo(line_of(finding))
    sys.exit(1 if any(finding.verdict in (BAD, FAULTY) for finding in findings) else 0)


def table_of(findings: list[Finding]) -> Table:
    """The findings as a table for a terminal."""
    table = Table(show_edge=False, header_style="bold")
    for heading in ("", "what", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        verdict = Text(finding.verdict, style=COLOURS[finding.verdict])
        table.add_row(verdict, finding.subject, Text(finding.found), Text(finding.remedy))
    return table


def line_of(finding: Finding) -> str:
    """One finding as a plain line."""
    line = f"{finding.verdict:8}{finding.subject}: {finding.found}"
    return f"{line}. {finding.remedy}" if finding.remedy else line
