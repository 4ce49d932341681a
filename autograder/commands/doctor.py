"""`autograder doctor`."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.doctor import BAD, Finding, examine

COLOURS = {"ok": "green", "note": "yellow", "missing": "bold red"}


@click.command()
def command() -> None:
    """Say what this machine can do, and what is missing.

    The levels of the sandbox are tried for real. Exit status 0 when hand-ins can be graded here, 1 when not.
    """
    console = Console()
    findings = examine()
    if console.is_terminal:
        console.print(table_of(findings))
    else:
        for finding in findings:
            click.echo(line_of(finding))
    sys.exit(1 if any(finding.verdict == BAD for finding in findings) else 0)


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
