"""The class in numbers: one pass over the results, memory for a few numbers a mark."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.model.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.model.course import Assignment, Item
    from autograder.model.results import ItemResult, NotebookResult

EASY = 0.97  # of the points, on average: hardly anyone loses any
HARD = 0.20  # of the points, on average: hardly anyone gets any
LEAST_FOR_FLAGS = 10  # marks below which an average says little
BINS = 10


@dataclass(frozen=True)
class Distribution:
    """Marks of one kind, as shares of what could be had, sorted into ten equal bins (the last one takes 100%)."""

    title: str
    max_points: float
    marks: tuple[float, ...]

    @property
    def bins(self) -> tuple[int, ...]:
        """How many marks lie in each tenth."""
        counts = Counter(
            min(int(BINS * mark / self.max_points), BINS - 1) if self.max_points else 0 for mark in self.marks
        )
        return tuple(counts[index] for index in range(BINS))

    @property
    def mean(self) -> float | None:
        """The mean mark in points."""
        return statistics.fmean(self.marks) if self.marks else None

    @property
    def median(self) -> float | None:
        """The median mark in points."""
        return statistics.median(self.marks) if self.marks else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation in points; None for fewer than two marks."""
        return statistics.stdev(self.marks) if len(self.marks) > 1 else None


@dataclass(frozen=True)
class ItemSummary:
    """One item over the whole class.

    `difficulty` is the mean share of the points that was earned (1: everyone has all). `discrimination` is the
    correlation between the item and the rest of its notebook (the corrected item-total correlation); None where one of
    them does not vary. `mistakes` counts how many hand-ins made each known mistake.
    """

    notebook: str
    item: str
    max_points: float
    statuses: Counter[str]
    marks: tuple[float, ...]
    difficulty: float | None
    discrimination: float | None
    followed_through: int
    mistakes: tuple[tuple[str, int], ...]

    @property
    def flag(self) -> str:
        """Why a person should look at this item, or nothing."""
        if self.difficulty is None or len(self.marks) < LEAST_FOR_FLAGS:
            return ""
        if self.difficulty >= EASY:
            return "nearly everyone has it"
        if self.difficulty <= HARD:
            return "hardly anyone has it"
        if self.discrimination is not None and self.discrimination < 0:
            return "those who have it do worse elsewhere"
        return ""


@dataclass
class ClassSummary:
    """What the class report shows, apart from likeness."""

    assignment: str
    students: int = 0
    notebooks: int = 0
    waiting: int = 0
    faults: int = 0
    grader_errors: int = 0
    total: Distribution | None = None
    by_notebook: tuple[Distribution, ...] = ()
    items: tuple[ItemSummary, ...] = ()
    seconds: tuple[float, ...] = ()
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    restarts: int = 0
    sandboxes: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    seeds: Counter[int] = field(default_factory=Counter)


def summarise(
    assignment: Assignment,
    results: Iterable[NotebookResult],
    given: Mapping[tuple[str, str, str], float] | None = None,
) -> ClassSummary:
    """The class in numbers.

    `given` holds the points that a person gave, by (student, notebook, item). An item that waits for a person counts in
    no average; a missing one counts as zero.
    """
    given = {} if given is None else given  # may be filled while the results are read
    summary = ClassSummary(assignment.name)
    shares: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    statuses: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    mistakes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    followed: Counter[tuple[str, str]] = Counter()
    totals: dict[str, dict[str, float]] = defaultdict(dict)
    seconds: list[float] = []
    for result in results:
        if result.notebook not in assignment.notebooks:
            continue
        handed_in = any(item.status is not Status.MISSING for item in result.items)
        summary.notebooks += handed_in
        if handed_in:
            _count_run(summary, seconds, result)
        marks = {
            item.item: given.get((result.student, result.notebook, item.item), item.points) for item in result.items
        }
        for item in result.items:
            key = (result.notebook, item.item)
            points = marks[item.item]
            statuses[key][_status(item, points)] += 1
            if points is not None:
                shares[key][result.student] = points
            mistakes[key].update({check.mistake for check in item.checks if check.mistake})
            followed[key] += bool(item.follow_through)
        summary.waiting += any(points is None for points in marks.values())
        summary.faults += any(item.status is Status.FAULT for item in result.items)
        summary.grader_errors += any(item.status is Status.GRADER_ERROR for item in result.items)
        totals[result.student][result.notebook] = sum(points for points in marks.values() if points is not None)
    summary.students = len(totals)
    summary.seconds = tuple(sorted(seconds))
    summary.items = tuple(
        _item_summary(name, item, shares, statuses, mistakes, followed, totals)
        for name, notebook in assignment.notebooks.items()
        for item in notebook.items
    )
    summary.by_notebook = tuple(
        Distribution(name, notebook.max_points, tuple(marks[name] for marks in totals.values() if name in marks))
        for name, notebook in assignment.notebooks.items()
    )
    whole = sum(notebook.max_points for notebook in assignment.notebooks.values())
    summary.total = Distribution("all notebooks", whole, tuple(sum(marks.values()) for marks in totals.values()))
    return summary


def _count_run(summary: ClassSummary, seconds: list[float], result: NotebookResult) -> None:
    seconds.append(result.seconds)
    summary.cpu_seconds += result.cpu_seconds
    summary.peak_memory_mb = max(summary.peak_memory_mb, result.peak_memory_mb)
    summary.restarts += result.restarts
    summary.sandboxes[result.sandbox] += 1
    summary.seeds[result.seed] += 1
    summary.versions[", ".join(f"{name} {version}" for name, version in sorted(result.versions.items()))] += 1


def _status(item: ItemResult, points: float | None) -> str:
    """An item's status, or `marked` when a person has given what the tests could not."""
    return "marked" if item.points is None and points is not None else item.status.value


def _item_summary(
    notebook: str,
    item: Item,
    shares: Mapping[tuple[str, str], Mapping[str, float]],
    statuses: Mapping[tuple[str, str], Counter[str]],
    mistakes: Mapping[tuple[str, str], Counter[str]],
    followed: Mapping[tuple[str, str], int],
    totals: Mapping[str, Mapping[str, float]],
) -> ItemSummary:
    key = (notebook, item.grade_id)
    marks = shares.get(key, {})
    rest = [totals[student].get(notebook, 0.0) - points for student, points in marks.items()]
    return ItemSummary(
        notebook=notebook,
        item=item.grade_id,
        max_points=item.points,
        statuses=statuses.get(key, Counter()),
        marks=tuple(marks.values()),
        difficulty=statistics.fmean(marks.values()) / item.points if marks and item.points else None,
        discrimination=_correlation(list(marks.values()), rest),
        followed_through=followed.get(key, 0),
        mistakes=tuple(mistakes.get(key, Counter()).most_common()),
    )


def _correlation(left: list[float], right: list[float]) -> float | None:
    """Pearson's correlation; None where it is not defined."""
    if len(left) < 3 or math.isclose(min(left), max(left)) or math.isclose(min(right), max(right)):  # noqa: PLR2004
        return None
    return statistics.correlation(left, right)
