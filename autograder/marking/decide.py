"""The mark that the tests give an item: one pure function of what the examiner found.

What a person gave and whether anything was answered at all come in later, in final.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.model.results import CheckResult, ItemResult, Status

if TYPE_CHECKING:
    from autograder.model.course import Item

NOT_OWN_NUMBER = (
    "the test cell ends in a number that may come from the hand-in, which cannot count as partial credit; "
    "add the points up in a name of the test cell's own, or use checks, and grade again"
)


@dataclass(frozen=True)
class Outcome:
    """What came of running one test cell.

    `error` is empty when it ran to its end, and otherwise what the student may read of why it did not; `for_markers` is
    all of it, where that is more. `fault` says why the hand-in made a mark impossible, `grader` what went wrong on our
    side. `ends_in_number` says that its final value is nbgrader's partial credit, and `partial` is that number when the
    test itself made it, None when it may be the hand-in's.
    """

    checks: tuple[CheckResult, ...] = ()
    error: str = ""
    fault: str = ""
    grader: str = ""
    ends_in_number: bool = False
    partial: float | None = None
    for_markers: str = ""


def decide(item: Item, outcome: Outcome | None) -> ItemResult:  # noqa: PLR0911 - one return for each kind of outcome
    """The mark of an item: named checks add up, plain tests are all or nothing, its own number is partial."""
    checks = outcome.checks if outcome is not None else ()
    earned = min(sum(check.points for check in checks if check.passed), item.points)

    def result(points: float | None, status: Status, message: str = "", for_markers: str = "") -> ItemResult:
        return ItemResult(item.grade_id, points, item.points, status, message, checks, for_markers=for_markers)

    if item.manual:
        return result(None, Status.MANUAL)
    if outcome is None:
        return result(None, Status.GRADER_ERROR, "the test cell was not run")
    if outcome.grader:
        return result(None, Status.GRADER_ERROR, outcome.grader, outcome.for_markers)
    if outcome.fault:
        return result(earned, Status.FAULT, outcome.fault)
    if outcome.error:
        return result(0.0, Status.SCORED, outcome.error, outcome.for_markers)
    if checks:
        failed = next((check for check in checks if not check.passed), None)
        texts = (failed.message, failed.for_markers) if failed else ()
        return result(earned, Status.SCORED, *texts)
    if outcome.ends_in_number:
        if outcome.partial is None or not math.isfinite(outcome.partial):
            return result(None, Status.GRADER_ERROR, NOT_OWN_NUMBER)
        return result(min(max(outcome.partial, 0.0), item.points), Status.SCORED)
    return result(item.points, Status.SCORED)
