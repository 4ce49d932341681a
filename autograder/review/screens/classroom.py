"""Class: everybody at a look, what waits for whom, and how a run that is going on gets on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tornado.web

from autograder.model.results import Status
from autograder.progress import read_progress
from autograder.review.handlers import ReviewHandler
from autograder.text import counted, one_line

if TYPE_CHECKING:
    from autograder.ledger import NotebookEntry, StudentEntry

KINDS = {
    "waiting": "waits for a person",
    "changed": "changed in the last run",
    "missing": "something not handed in",
    "unusable": "something cannot be used",
    "fault": "stopped by a fault",
    "late": "late",
    "final": "final",
}
"""What the rows can be filtered by."""


@dataclass(frozen=True)
class Row:
    """One student in the table."""

    entry: StudentEntry
    cells: tuple[Cell, ...]
    kinds: tuple[str, ...]
    faults: int
    late: int

    @property
    def search(self) -> str:
        """What a search looks at."""
        known = self.entry.known
        return one_line(" ".join((self.entry.name, self.entry.id, known.system_id, *known.keys)), 400).lower()


@dataclass(frozen=True)
class Cell:
    """One notebook of one student: the points, or why there are none; `tone` is empty, wait or bad."""

    points: float | None
    text: str
    tone: str = ""


class ClassHandler(ReviewHandler):
    """The class."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show it."""
        ledger = self.review.ledger
        changes = self.review.changes
        changed = {row["student"] for row in changes if row["change"] != "waits"}
        rows = [_row(entry, changed) for entry in ledger.students.values()]
        kinds = {kind: sum(kind in row.kinds for row in rows) for kind in KINDS}
        self.show(
            "class.html.j2",
            title="Class",
            ledger=ledger,
            rows=rows,
            kinds=[(kind, KINDS[kind], number) for kind, number in kinds.items() if number],
            wanted=self.get_query_argument("show", ""),
            search=self.get_query_argument("search", ""),
            waiting=sum(row.entry.waiting for row in rows),
            changes=[row for row in changes if row["change"] != "waits"],
            failed=self.review.run_failed,
        )


class ProgressHandler(ReviewHandler):
    """How far a run is, for the script that asks again and again."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Give it as data."""
        running = self.review.running
        done, most = read_progress(self.review.out) if running else (0, 0)
        text = f"A run is at work: {done} of {counted(most, 'notebook')} graded" if most else "A run is taking files in"
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"running": running, "done": done, "all": most, "text": text}))


def _row(entry: StudentEntry, changed: set[str]) -> Row:
    notebooks = entry.notebooks.values()
    faults = sum(item.mark.status is Status.FAULT for one in notebooks if one.handed_in for item in one.items)
    late = sum(one.late.minutes > 0 for one in notebooks)
    there = {
        "waiting": entry.waiting > 0,
        "changed": entry.id in changed,
        "missing": any(not one.handed_in and not one.refused for one in notebooks),
        "unusable": any(one.refused for one in notebooks),
        "fault": faults > 0,
        "late": late > 0,
        "final": entry.final,
    }
    kinds = tuple(kind for kind, is_so in there.items() if is_so)
    return Row(entry, tuple(_cell(one) for one in notebooks), kinds, faults, late)


def _cell(notebook: NotebookEntry) -> Cell:
    if notebook.refused:
        return Cell(None, "cannot be used", "bad")
    if not notebook.handed_in:
        return Cell(None, "not handed in", "soft")
    waiting = len(notebook.waiting)
    return Cell(notebook.points, f"{waiting} wait" if waiting else "", "wait" if waiting else "")


ROUTES = [(r"/review/?", ClassHandler), (r"/review/progress", ProgressHandler)]
