"""The class in numbers: one pass over the results, memory for a few numbers a mark."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.marking.late import after_penalty
from autograder.model.results import Decided, Status
from autograder.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.marking.final import FinalMark
    from autograder.model.course import Assignment, Item
    from autograder.model.results import CheckResult, ItemResult, NotebookResult
    from autograder.output.outcomes import NotebookOutcome

EASY = 0.97  # of the points, on average: hardly anyone loses any
HARD = 0.20  # of the points, on average: hardly anyone gets any
LEAST_FOR_FLAGS = 10  # marks below which an average says little
BINS = 10
MOST_EXAMPLE = 120  # characters of what was asked, and of what came


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
    decided: Counter[str]
    marks: tuple[float, ...]
    difficulty: float | None
    discrimination: float | None
    followed_through: int
    mistakes: tuple[tuple[str, int], ...]
    title: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    """For each mistake an answer that shows it: what was asked, what came."""

    @property
    def called(self) -> str:
        """What the item is called: its title, or its grade id where it has none."""
        return self.title or self.item

    @property
    def tried(self) -> int:
        """How many handed in a notebook with this item in it."""
        return sum(count for status, count in self.statuses.items() if status != Status.MISSING.value)

    @property
    def flag(self) -> str:
        """Why a person should look at this item, or nothing; nothing as well while answers wait to be marked."""
        if self.difficulty is None or len(self.marks) < LEAST_FOR_FLAGS or self.statuses[Status.MANUAL.value]:
            return ""
        if self.difficulty >= EASY:
            return "nearly everyone has it"
        if self.difficulty <= HARD:
            return "hardly anyone has it"
        if self.discrimination is not None and self.discrimination < 0:
            return "those who have it do worse elsewhere"
        return ""


@dataclass(frozen=True)
class HiddenFailure:
    """A hidden check (empty for a plain test) that failed, and what of it is for markers only."""

    notebook: str
    item: str
    check: str
    student: str
    said: str


@dataclass(frozen=True)
class NotOutside:
    """An item that is not decided outside the hand-in's process: where, and what the model solution met there."""

    notebook: str
    item: str
    decided: str
    why: str


@dataclass
class ClassSummary:
    """What the class report shows, apart from likeness."""

    assignment: str
    students: int = 0
    handed_in: int = 0
    notebooks: int = 0
    waiting: int = 0
    faults: int = 0
    grader_errors: int = 0
    total: Distribution | None = None
    by_notebook: tuple[Distribution, ...] = ()
    items: tuple[ItemSummary, ...] = ()
    hidden: tuple[HiddenFailure, ...] = ()
    not_outside: tuple[NotOutside, ...] = ()
    seconds: tuple[float, ...] = ()
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    restarts: int = 0
    sandboxes: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)


def summarise(assignment: Assignment, outcomes: Iterable[NotebookOutcome]) -> ClassSummary:
    """The class in numbers.

    The marks are those that count. An item without one (it waits for a person, or the grader failed) counts in no
    average, and neither does what was not handed in: it says nothing of an exercise. What being late costs is taken off
    a notebook. Further exercises count in no sum.
    """
    summary = ClassSummary(assignment.name)
    shares: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    statuses: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    decided: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    mistakes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    followed: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    students: set[str] = set()
    totals: dict[str, dict[str, float]] = defaultdict(dict)
    seconds: list[float] = []
    hidden: list[HiddenFailure] = []
    not_outside: dict[NotOutside, None] = {}
    for outcome in outcomes:
        result = outcome.result
        if result.notebook not in assignment.notebooks:
            continue
        if outcome.content:
            summary.notebooks += 1
            _count_run(summary, seconds, result)
        further = {item.grade_id for item in assignment.notebooks[result.notebook].items if item.further}
        marks = [outcome.mark(item) for item in result.items]
        for item, mark in zip(result.items, marks, strict=True):
            key = (result.notebook, item.item)
            decided[key].update([item.decided.value] if item.decided is not None else [])
            statuses[key][_how_further(item) if item.item in further else _status(item, mark)] += 1
            if mark.points is not None and mark.status is not Status.MISSING:
                shares[key][result.student] = mark.points
            mistakes[key].update({check.mistake for check in item.checks if check.mistake})
            for check in item.checks:
                if check.mistake and check.mistake not in examples[key] and (check.got or check.inputs):
                    examples[key][check.mistake] = _example(check)
            followed[key] += bool(item.follow_through)
            if item.decided not in (None, Decided.OUTSIDE):
                not_outside[NotOutside(*key, item.decided.value, item.decided_why)] = None
            hidden += _hidden_failures(result, item)
        summary.waiting += any(mark.waiting for mark in marks)
        summary.faults += bool(outcome.content) and any(item.status is Status.FAULT for item in result.items)
        summary.grader_errors += any(item.status is Status.GRADER_ERROR for item in result.items)
        students.add(result.student)
        if outcome.content:
            points = sum(mark.points or 0.0 for mark in marks)
            totals[result.student][result.notebook] = after_penalty(points, outcome.late.penalty)
    summary.students = len(students)
    summary.handed_in = len(totals)
    summary.hidden = tuple(hidden)
    summary.not_outside = tuple(not_outside)
    summary.seconds = tuple(sorted(seconds))
    summary.items = tuple(
        replace(
            _item_summary(name, item, shares, statuses, decided, mistakes, followed, totals),
            title=notebook.titles.of(item.grade_id),
            examples=examples.get((name, item.grade_id), {}),
        )
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
    summary.versions[result.ran_under] += 1


def _example(check: CheckResult) -> str:
    parts = (("asked at", check.inputs), ("got", check.got), ("expected", check.expected))
    return "; ".join(f"{what} {one_line(text, MOST_EXAMPLE)}" for what, text in parts if text)


def _hidden_failures(result: NotebookResult, item: ItemResult) -> list[HiddenFailure]:
    said = [(check.name, check.for_markers) for check in item.checks] or [("", item.for_markers)]
    return [HiddenFailure(result.notebook, item.item, name, result.student, words) for name, words in said if words]


def _status(item: ItemResult, mark: FinalMark) -> str:
    """An item's status, or `marked` when a person has given what the tests could not."""
    return "marked" if item.points is None and mark.by_person and mark.final else mark.status.value


def _how_further(item: ItemResult) -> str:
    """How an exercise ended that counts nothing."""
    if item.status is not Status.SCORED:
        return f"further, not counted: {item.status.value}"
    return f"further, not counted: {'right' if item.share == 1 else 'partly right' if item.share else 'not right yet'}"


def _item_summary(
    notebook: str,
    item: Item,
    shares: Mapping[tuple[str, str], Mapping[str, float]],
    statuses: Mapping[tuple[str, str], Counter[str]],
    decided: Mapping[tuple[str, str], Counter[str]],
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
        decided=decided.get(key, Counter()),
        marks=tuple(marks.values()),
        difficulty=statistics.fmean(marks.values()) / item.points if marks and item.points else None,
        discrimination=_correlation(list(marks.values()), rest),
        followed_through=followed.get(key, 0),
        mistakes=tuple(sorted(mistakes.get(key, Counter()).items(), key=lambda made: (-made[1], made[0]))),
    )


def _correlation(left: list[float], right: list[float]) -> float | None:
    """Pearson's correlation; None where it is not defined."""
    if len(left) < 3 or math.isclose(min(left), max(left)) or math.isclose(min(right), max(right)):  # noqa: PLR2004
        return None
    return statistics.correlation(left, right)
