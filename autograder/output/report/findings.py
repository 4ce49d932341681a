"""What an instructor asks of a class, answered in sentences: how it did, what went wrong most, what to change."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.output.feedback.page import points_text
from autograder.output.report.aggregate import EASY, HARD, LEAST_FOR_FLAGS
from autograder.output.status import quartiles
from autograder.text import counted

if TYPE_CHECKING:
    from autograder.ledger import Waiting
    from autograder.output.report.aggregate import ClassSummary, Distribution, ItemSummary
    from autograder.output.report.likeness import AlikePair

COMMON = 0.15  # of those who tried an exercise: a mistake that so many make is the course's
NAMED = 8


@dataclass(frozen=True)
class Group:
    """What waits for one and the same reason: a sentence, and one line for each of those it is about."""

    title: str
    lines: tuple[str, ...]


def spread(found: Distribution) -> str:
    """A distribution as a sentence: the median, the middle half, the ends."""
    if not found.marks:
        return "nobody has handed it in"
    low, _, high = quartiles(found.marks)
    ends = f"from {points_text(min(found.marks))} to {points_text(max(found.marks))}"
    median = f"median {points_text(statistics.median(found.marks))} of {points_text(found.max_points)}"
    half = f"the middle half from {points_text(low)} to {points_text(high)}"
    return f"{median}; {half}; all {ends} ({counted(len(found.marks), 'student')})"


def needs(waiting: Iterable[Waiting], name: Callable[[str], str], *, anonymous: bool) -> list[Group]:
    """Who needs a person, grouped by what is to be done."""
    found: dict[str, list[str]] = defaultdict(list)
    titles = {
        "mark": ("answer", "to mark"),
        "look again": ("mark", "to look at again"),
        "unusable": ("notebook", "that cannot be used: without a mark"),
        "grader": ("item", "for which the grader itself failed"),
        "file": ("file", "to look at"),
    }
    for each in waiting:
        place = ", ".join(
            part for part in (name(each.student) if each.student else "", each.notebook, each.item) if part
        )
        why = "" if anonymous or each.need == "mark" else f": {each.why}"  # reasons name files, and files name people
        found[str(each.need)].append(f"{place}{why}")
    return [
        Group(f"{counted(len(found[need]), one)} {rest}", tuple(found[need]))
        for need, (one, rest) in titles.items()
        if found[need]
    ]


def taught(items: Sequence[ItemSummary]) -> tuple[list[ItemSummary], list[ItemSummary]]:
    """The exercises that told best who knows the matter, and those that went worst. Both are short."""
    enough = [item for item in items if item.difficulty is not None and len(item.marks) >= LEAST_FOR_FLAGS]
    best = [item for item in enough if item.discrimination is not None and item.discrimination > 0]
    best.sort(key=lambda item: -(item.discrimination or 0.0))
    worst = sorted(
        (item for item in enough if item.flag and (item.difficulty or 0.0) < EASY),
        key=lambda item: item.difficulty or 0.0,
    )
    return best[:5], worst[:NAMED]


def next_year(summary: ClassSummary) -> Iterator[str]:
    """What the numbers say should be changed."""
    easy: list[str] = []
    for item in summary.items:
        if item.difficulty is None or len(item.marks) < LEAST_FOR_FLAGS or not item.flag:
            continue
        where = f"{item.called} ({item.notebook})"
        if item.difficulty <= HARD:
            yield f"{where}: hardly anyone has it; see whether text and test ask the same, or give a step in between"
        elif item.difficulty >= EASY:
            easy.append(where)
        else:
            yield f"{where}: those who have it do worse elsewhere; look for a test that refuses a right answer"
    if easy:
        named = f"{'; '.join(easy[:NAMED])}{' and others' if len(easy) > NAMED else ''}"
        yield f"{counted(len(easy), 'exercise')} nearly everyone has, which is right for a first step only: {named}"
    for item in summary.items:
        for mistake in item.mistakes:
            tried = item.tried
            if tried >= LEAST_FOR_FLAGS and mistake[1] >= COMMON * tried:
                where = f"{item.called} ({item.notebook})"
                yield f"{where}: {mistake[1]} of {tried} made one mistake, {mistake[0]}; teach it"


def alike_groups(pairs: Iterable[AlikePair]) -> list[tuple[str, list[str], float, float]]:
    """Students whose answers to a notebook are alike, joined: notebook, who, the least and the greatest likeness."""
    groups: dict[str, list[tuple[set[str], list[float]]]] = defaultdict(list)
    for pair in pairs:
        joined, degrees = {pair.first, pair.second}, [pair.likeness]
        apart = []
        for students, known in groups[pair.notebook]:
            if students & joined:
                joined |= students
                degrees += known
            else:
                apart.append((students, known))
        groups[pair.notebook] = [*apart, (joined, degrees)]
    found = [
        (notebook, sorted(students), min(degrees), max(degrees))
        for notebook, several in groups.items()
        for students, degrees in several
    ]
    return sorted(found, key=lambda group: (-group[3], -len(group[1]), group[0], group[1]))
