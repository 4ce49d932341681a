"""The class report as files: index.html, and each of its tables as CSV beside it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import jinja2

from autograder.files import write_atomically
from autograder.output.feedback.page import shown, style
from autograder.output.report.aggregate import Distribution
from autograder.output.report.findings import next_year, spread, taught
from autograder.output.report.tables import Table, cell_text
from autograder.text import escape_formula

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from autograder.output.report.aggregate import ClassSummary
    from autograder.output.report.findings import Group


def write(
    summary: ClassSummary, tables: Mapping[str, Table], folder: Path, waiting: Sequence[Group], title: str
) -> Path:
    """Write the report into `folder`; gives the path of its page."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables.values():
        write_atomically(folder / table.file, _csv(table))
    page = folder / "index.html"
    write_atomically(page, render(summary, tables, waiting, title))
    return page


def render(summary: ClassSummary, tables: Mapping[str, Table], waiting: Sequence[Group] = (), title: str = "") -> str:
    """The page as one self-contained HTML file, called `title`; `waiting` is who needs a person."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.output.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
    )
    environment.filters["cell"] = cell_text
    environment.filters["spread"] = spread
    items = [Distribution(f"{item.called} ({item.notebook})", item.max_points, item.marks) for item in summary.items]
    best, worst = taught(summary.items)
    return environment.get_template("report.html.j2").render(
        summary=summary,
        tables=tables,
        items=[item for item in items if item.marks],
        waiting=waiting,
        title=title or summary.assignment,
        best=best,
        worst=worst,
        next_year=list(dict.fromkeys(next_year(summary))),
        style=style(),
    )


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows(
        [escape_formula(value) if isinstance(value, str) else value for value in row] for row in table.rows
    )
    return text.getvalue().encode("utf-8", "backslashreplace")
