"""What a run changed: marks that rose, fell, appeared or went, and who needs a person and why; OUT/changes.csv."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from typing import TYPE_CHECKING

from autograder.files import write_atomically
from autograder.text import counted, escape_formula, one_line

if TYPE_CHECKING:
    from autograder.ledger.entries import Waiting
    from autograder.outdir import OutDir

COLUMNS = ("student", "notebook", "item", "change", "before", "after", "by", "why")
WHY_LIMIT = 500


class Kind(StrEnum):
    """What became of a mark."""

    ROSE = "rose"
    FELL = "fell"
    APPEARED = "appeared"
    WENT = "went"
    RESCALED = "out of other points"  # the same points, out of more or fewer
    WAITS = "waits"  # no change, or none that matters: a person is needed


@dataclass(frozen=True)
class Change:
    """One mark that is another than after the run before. Marks are None where there is none; `by` gave the new one."""

    student: str
    notebook: str
    item: str
    kind: Kind
    before: float | None
    after: float | None
    by: str
    why: str


@dataclass(frozen=True)
class Changes:
    """What a run changed and what waits. `first` says that there was no run before it."""

    marks: tuple[Change, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    first: bool = False

    @property
    def counts(self) -> Counter[Kind]:
        """How many marks changed in each way."""
        return Counter(change.kind for change in self.marks)

    @property
    def text(self) -> str:
        """One sentence on the marks."""
        if self.first:
            return f"first run: {counted(len(self.marks), 'mark')}"
        found = [f"{number} {kind}" for kind in Kind if (number := self.counts[kind])]
        return f"marks since the run before: {', '.join(found)}" if found else "no mark changed since the run before"


def kind_of(before: float | None, after: float | None, *, rescaled: bool) -> Kind | None:
    """What became of a mark, None where it is as it was."""
    if before is None or after is None:
        return None if before is after else Kind.APPEARED if before is None else Kind.WENT
    if round(before - after, 9):
        return Kind.ROSE if after > before else Kind.FELL
    return Kind.RESCALED if rescaled else None


def write_changes(out: OutDir, changes: Changes) -> None:
    """Write OUT/changes.csv: a row for each mark that changed, then one for each thing that waits for a person."""
    text = StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in changes.marks:
        numbers = [_number(one.before), _number(one.after)]
        table.writerow([*_safe(one.student, one.notebook, one.item, one.kind), *numbers, *_safe(one.by, one.why)])
    for each in changes.waiting:
        table.writerow(
            [*_safe(each.student, each.notebook, each.item, Kind.WAITS), "", "", *_safe("", f"{each.need}: {each.why}")]
        )
    write_atomically(out.changes, text.getvalue().encode("utf-8", "backslashreplace"), durable=True)


def read_changes(out: OutDir) -> list[dict[str, str]]:
    """The rows of OUT/changes.csv as text by column; none where there is no such file."""
    with out.explained():
        if not out.changes.exists():
            return []
        with out.changes.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def students_in(rows: Iterable[Change]) -> Sequence[str]:
    """The students of some changes, each once."""
    return list(dict.fromkeys(row.student for row in rows))


def _number(points: float | None) -> str:
    return "" if points is None else f"{round(points, 4):.10g}"


def _safe(*texts: str) -> list[str]:
    return [escape_formula(one_line(str(text), WHY_LIMIT)) for text in texts]
