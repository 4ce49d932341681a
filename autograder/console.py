"""What a person sees while waiting and at the end: progress, tables; plain lines when not at a terminal.

Names and messages come from hand-ins: they are shown as printable text and never read as markup or terminal commands.
"""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.batch import Outcome
from autograder.grading import Summary, Total
from autograder.model.decision import Decision, said_at_the_start
from autograder.model.results import Status
from autograder.output.status import change_data, change_lines, spread_lines, waiting_data, waiting_lines
from autograder.text import counted, for_terminal

PLAIN_SECONDS = 5.0
"""The time between two plain lines."""

PLAIN_WIDTH = 120
"""Columns of what is printed to a file or a pipe, which have no width of their own."""

SHOWN_STUDENTS = 20
"""The longest table that is printed; of a larger class the spread is told, and marks.csv has everybody."""

SHOWN_NOTES = 5
LONGEST_NOTE = 240
ALL = "all notebooks"


def make_console(*, quiet: bool = False) -> Console:
    """The console to print on: as wide as the terminal, or as lines in a log are. A `quiet` one prints nothing."""
    console = Console(quiet=quiet)
    return console if console.is_terminal else Console(width=PLAIN_WIDTH, quiet=quiet)


class GradingProgress:
    """Shows how a grading run goes: how many notebooks, how fast, how long still, the marks and faults so far."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Progress | None = None
        if console.is_terminal:
            self._live = Progress(
                TextColumn("grading"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[so_far]}"),
                console=console,
                transient=True,
            )
        self._done = self._all = self._faults = self._errors = 0
        self._points = self._max_points = 0.0
        self._start = self._said = time.monotonic()

    def __enter__(self) -> GradingProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
        elif self._all:
            self._console.print(self._line(), markup=False, highlight=False)

    def begin(self, notebooks: int) -> None:
        """Grading begins; so many notebooks are to come."""
        self._all = notebooks
        self._start = self._said = time.monotonic()
        if self._live is not None:
            self._live.start()
            self._live.add_task("grading", total=notebooks, so_far="")
        else:
            self._console.print(f"grading {notebooks} notebooks", markup=False, highlight=False)

    def decided(self, decisions: list[Decision]) -> None:
        """Say which items nobody gets a mark for, and how many are decided inside."""
        for line in said_at_the_start(decisions):
            self._console.print(Text(for_terminal(line)), soft_wrap=True)

    def graded(self, outcome: Outcome) -> None:
        """Count one notebook."""
        self._done += 1
        items = outcome.result.items
        self._faults += any(item.status is Status.FAULT for item in items)
        self._errors += any(item.status is Status.GRADER_ERROR for item in items)
        self._points += sum(item.points or 0.0 for item in items if item.status is Status.SCORED)
        self._max_points += sum(item.max_points for item in items if item.status is Status.SCORED)
        if self._live is not None:
            self._live.update(self._live.task_ids[0], completed=self._done, so_far=", ".join(self._so_far()))
        elif time.monotonic() - self._said >= PLAIN_SECONDS:
            self._said = time.monotonic()
            self._console.print(self._line(), markup=False, highlight=False)

    def _so_far(self) -> list[str]:
        seconds = max(time.monotonic() - self._start, 1e-3)
        parts = [f"{60 * self._done / seconds:.0f} a minute"]
        if self._max_points:
            parts.append(f"marks so far {self._points / self._max_points:.0%}")
        if self._faults:
            parts.append(f"{self._faults} with faults")
        if self._errors:
            parts.append(f"{self._errors} with grader errors")
        return parts

    def _line(self) -> str:
        parts = [f"{self._done} of {self._all}", *self._so_far()]
        if 0 < self._done < self._all:
            left = (time.monotonic() - self._start) / self._done * (self._all - self._done)
            parts.insert(1, f"{left:.0f} s left")
        return ", ".join(parts)


def marks_table(summary: Summary) -> Table:
    """The marks of a run: a line a student, a column a notebook."""
    table = Table(title=None, header_style="bold", show_edge=False)
    table.add_column("student", overflow="fold")
    for name, points in summary.max_points.items():
        table.add_column(Text(f"{for_terminal(name)} (of {points:g})"), justify="right", overflow="fold")
    table.add_column(f"total (of {sum(summary.max_points.values()):g})", justify="right")
    table.add_column("remarks", overflow="fold")
    for total in summary.totals:
        cells = [
            "missing" if name in total.missing else "?" if name in total.unusable else f"{total.points[name]:g}"
            for name in summary.max_points
        ]
        points_of_all = f"{sum(total.points.values()):g}"
        table.add_row(Text(for_terminal(total.student)), *cells, points_of_all, Text("; ".join(_remarks(total))))
    return table


def _remarks(total: Total) -> list[str]:
    counts = (
        (total.waiting, "waiting for a person"),
        (total.faults, "not gradable, see marks.csv"),
        (total.grader_errors, "without a mark, see marks.csv"),
    )
    remarks = [f"{counted(count, 'item')} {what}" for count, what in counts if count]
    remarks += [f"{name} cannot be used" for name in total.unusable]
    return [for_terminal(remark) for remark in (*remarks, *([total.late] if total.late else []))]


def print_summary(console: Console, summary: Summary) -> None:
    """The marks, what changed, what needs a person, and where the files are: what fits a screen, whatever the class."""

    def say(line: str) -> None:
        console.print(Text(for_terminal(line)), soft_wrap=True)

    if len(summary.totals) <= SHOWN_STUDENTS:
        console.print(marks_table(summary))
    else:
        for line in spread_lines(_marks(summary), {ALL: sum(summary.max_points.values()), **summary.max_points}):
            say(line)
        missing = Counter(name for total in summary.totals for name in total.missing)
        for name, number in missing.items():
            say(f"{name}: missing of {counted(number, 'student')}")
    say("")
    say(summary.changes.text)
    if not summary.changes.first:
        for line in change_lines(summary.changes.marks):
            say(line)
    for line in waiting_lines(summary.changes.waiting):
        say(line)
    log = summary.out.logs / "grade.log"
    for line in summary.notes[:SHOWN_NOTES]:
        say(f"note: {line if len(line) <= LONGEST_NOTE else line[:LONGEST_NOTE] + '...'}")
    if len(summary.notes) > SHOWN_NOTES:
        say(f"... and {len(summary.notes) - SHOWN_NOTES} more notes; {log} has all of them")
    what = f"{counted(len(summary.totals), 'student')}; {summary.graded} notebooks graded, {summary.reused} unchanged"
    seed = "" if summary.seed is None else f"; seed {summary.seed}"
    console.print(f"\n{what}{seed}; sandbox {summary.sandbox or 'not needed'}", highlight=False)
    out = summary.out
    for path, meaning in (
        (out.marks, "a row for each student and item"),
        (out.changes, "what this run changed, and what waits for a person"),
        (out.intake, "a row for each file that was found"),
        (out.gradebook, "nbgrader's gradebook, for formgrader and nbgrader export"),
        (out.autograded_root, "the notebooks with their outputs, for formgrader"),
    ):
        if path.exists():
            say(f"{path}  {meaning}")


def summary_data(summary: Summary) -> dict[str, Any]:
    """The same for programs, with everybody."""
    return {
        "assignment": summary.out.assignment,
        "out": str(summary.out.root),
        "graded": summary.graded,
        "unchanged": summary.reused,
        "sandbox": summary.sandbox,
        "max_points": summary.max_points,
        "students": [
            {
                "student": total.student,
                "points": total.points,
                "missing": total.missing,
                "waiting": total.waiting,
                "unusable": total.unusable,
                "faults": total.faults,
                "grader_errors": total.grader_errors,
                "late": total.late,
            }
            for total in summary.totals
        ],
        "first": summary.changes.first,
        "changes": [change_data(change) for change in summary.changes.marks],
        "waiting": [waiting_data(each) for each in summary.changes.waiting],
        "notes": summary.notes,
    }


def _marks(summary: Summary) -> dict[str, list[float]]:
    """The marks of those who handed something in that could be graded; of a notebook, of those who handed it in."""
    marks: dict[str, list[float]] = {ALL: []}
    for total in summary.totals:
        graded = [name for name in summary.max_points if name not in total.missing and name not in total.unusable]
        if graded:
            marks[ALL].append(sum(total.points.values()))
        for name in graded:
            marks.setdefault(name, []).append(total.points[name])
    return marks
