"""The tables of the class report, once for the page and once as CSV files."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.model.submission import Action, FileRecord
from autograder.output.feedback.page import points_text
from autograder.output.report.findings import alike_groups
from autograder.output.tables import details_of

MOST_NAMED = 6

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autograder.output.report.aggregate import ClassSummary
    from autograder.output.report.likeness import AlikePair


@dataclass(frozen=True)
class Table:
    """A table: `file` is the name of its CSV file, `numeric` the columns that are set to the right."""

    title: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numeric: frozenset[int] = frozenset()


def tables(
    summary: ClassSummary,
    pairs: Sequence[AlikePair],
    intake: Iterable[FileRecord],
    name: Callable[[str], str],
) -> dict[str, Table]:
    """Every table of the report. `name` gives the name under which a student appears."""
    intake = list(intake)
    return {
        "overview": _overview(summary, intake),
        "distribution": _distribution(summary),
        "items": _items(summary),
        "flags": _flags(summary),
        "decided": _decided(summary),
        "mistakes": _mistakes(summary),
        "hidden": _hidden(summary, name),
        "alike": _alike(pairs, name),
        "groups": _groups(pairs, name),
        "intake": _intake(intake, name),
        "intake-groups": _intake_groups(intake, name),
        "resources": _resources(summary),
    }


def _overview(summary: ClassSummary, intake: list[FileRecord]) -> Table:
    actions = [record.action for record in intake]
    rows = (
        ("students", summary.students),
        ("students of whom a notebook could be graded", summary.handed_in),
        ("notebooks handed in", summary.notebooks),
        ("files repaired", actions.count(Action.REPAIRED)),
        ("files refused", actions.count(Action.REFUSED)),
        (
            "files passed over (older attempts, other assignments)",
            actions.count(Action.DUPLICATE) + actions.count(Action.IGNORED),
        ),
        ("notebooks in which a cell hung, died or exhausted a limit", summary.faults),
        ("notebooks that wait for a person", summary.waiting),
        ("notebooks for which the grader itself failed", summary.grader_errors),
    )
    return Table("The class", "overview.csv", ("what", "how many"), rows, frozenset({1}))


def _distribution(summary: ClassSummary) -> Table:
    whole = (summary.total,) if summary.total else ()
    rows = tuple(
        (d.title, len(d.marks), d.max_points, _rounded(d.mean), _rounded(d.median), _rounded(d.deviation), *d.bins)
        for d in (*whole, *summary.by_notebook)
    )
    bins = tuple(f"{10 * index} to {10 * index + 10}%" for index in range(10))
    columns = ("notebook", "marks", "points", "mean", "median", "deviation", *bins)
    return Table("Distribution of marks", "distribution.csv", columns, rows, frozenset(range(1, len(columns))))


def _items(summary: ClassSummary) -> Table:
    rows = tuple(
        (
            item.notebook,
            item.called,
            item.item,
            item.max_points,
            len(item.marks),
            _rounded(item.difficulty),
            _rounded(item.discrimination),
            item.followed_through,
            ", ".join(sorted(item.decided)),
            ", ".join(f"{status} {count}" for status, count in sorted(item.statuses.items())),
        )
        for item in summary.items
    )
    columns = (
        "notebook",
        "exercise",
        "item",
        "points",
        "marks",
        "difficulty",
        "discrimination",
        "followed through",
        "decided",
        "how they ended",
    )
    return Table("Items", "items.csv", columns, rows, frozenset({3, 4, 5, 6, 7}))


def _flags(summary: ClassSummary) -> Table:
    rows = tuple(
        (item.notebook, item.item, item.flag, _rounded(item.difficulty), _rounded(item.discrimination))
        for item in summary.items
        if item.flag
    )
    columns = ("notebook", "item", "why", "difficulty", "discrimination")
    return Table("Items to look at", "flags.csv", columns, rows, frozenset({3, 4}))


def _decided(summary: ClassSummary) -> Table:
    rows = tuple((item.notebook, item.item, item.decided, item.why) for item in summary.not_outside)
    columns = ("notebook", "item", "decided", "what the model solution met outside")
    return Table("Items that are not decided outside", "decided.csv", columns, rows)


def _mistakes(summary: ClassSummary) -> Table:
    rows = tuple(
        (item.notebook, item.called, item.item, mistake, count, item.tried, item.examples.get(mistake, ""))
        for item in summary.items
        for mistake, count in item.mistakes
    )
    rows = tuple(sorted(rows, key=lambda row: -row[4]))
    columns = ("notebook", "exercise", "item", "mistake", "made by", "of", "an example")
    return Table("Mistakes", "mistakes.csv", columns, rows, frozenset({4, 5}))


def _hidden(summary: ClassSummary, name: Callable[[str], str]) -> Table:
    rows = tuple(
        (failed.notebook, failed.item, failed.check, name(failed.student), failed.said) for failed in summary.hidden
    )
    columns = ("notebook", "item", "check", "student", "what it said")
    return Table("Hidden checks that failed, in full", "hidden.csv", columns, rows)


def _alike(pairs: Sequence[AlikePair], name: Callable[[str], str]) -> Table:
    rows = tuple(
        (pair.notebook, name(pair.first), name(pair.second), f"{pair.likeness:.0%}", pair.shared) for pair in pairs
    )
    columns = ("notebook", "one", "other", "alike", "shared fingerprints")
    return Table("Pairs of hand-ins", "alike.csv", columns, rows, frozenset({3, 4}))


def _groups(pairs: Sequence[AlikePair], name: Callable[[str], str]) -> Table:
    rows = tuple(
        (notebook, len(students), ", ".join(map(name, students)), f"{least:.0%}", f"{most:.0%}")
        for notebook, students, least, most in alike_groups(pairs)
    )
    columns = ("notebook", "students", "who", "alike, least", "most")
    return Table("Groups of hand-ins", "alike-groups.csv", columns, rows, frozenset({1, 3, 4}))


_NAMED_CELL = re.compile(r"`[^`]*`|\b\d+\b")


def _intake_groups(intake: list[FileRecord], name: Callable[[str], str]) -> Table:
    """The same by what happened: a line for each repair or reason, whatever cell or place it was about."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for record in intake:
        for detail in record.details if record.action is not Action.TAKEN else ():
            what = _NAMED_CELL.sub("...", detail)
            found.setdefault((str(record.action), what), {})[
                name(record.student) if record.student else "nobody known"
            ] = None
    rows = tuple(
        (action, what, len(who), ", ".join(list(who)[:MOST_NAMED]) + (" ..." if len(who) > MOST_NAMED else ""))
        for (action, what), who in sorted(found.items(), key=lambda one: (one[0][0], -len(one[1])))
    )
    return Table(
        "What happened to files", "intake-groups.csv", ("action", "what", "students", "who"), rows, frozenset({2})
    )


def _intake(intake: list[FileRecord], name: Callable[[str], str]) -> Table:
    """What happened to files. The path is left out: in an anonymous report it would name the student."""
    rows = tuple(
        (name(record.student) if record.student else "", record.notebook, record.action, "\n".join(details_of(record)))
        for record in intake
        if record.action is not Action.TAKEN
    )
    return Table("Files", "intake.csv", ("student", "notebook", "action", "detail"), rows)


def _resources(summary: ClassSummary) -> Table:
    seconds = summary.seconds
    rows: list[tuple[str, Any]] = [
        ("seconds of wall clock, all notebooks", _rounded(sum(seconds))),
        ("seconds of CPU, all notebooks", _rounded(summary.cpu_seconds)),
    ]
    if seconds:
        rows += [
            ("seconds for a notebook, median", _rounded(statistics.median(seconds))),
            ("seconds for a notebook, longest", _rounded(seconds[-1])),
        ]
    rows += [
        ("largest resident memory of a hand-in, MB", _rounded(summary.peak_memory_mb)),
        ("restarts of a student process", summary.restarts),
    ]
    rows += [(f"sandbox {level or 'unknown'}", count) for level, count in summary.sandboxes.most_common()]
    rows += [(versions or "versions unknown", count) for versions, count in summary.versions.most_common()]
    return Table("Resources", "resources.csv", ("what", "how much"), tuple(rows), frozenset({1}))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def cell_text(value: object) -> str:
    """A value as it stands in a table of the page."""
    if value is None:
        return "\N{EN DASH}"
    return points_text(float(value)) if isinstance(value, float) else str(value)
