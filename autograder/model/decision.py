"""Where an item is decided, as it is known before the first hand-in: what a run, the doctor and the gate say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.model.results import Decided, NotebookResult
from autograder.text import counted, one_line


@dataclass(frozen=True)
class Decision:
    """Where an item is decided. Where that is not outside, `reason` says why: what the model solution met there.

    `line` is the line of the test cell where it met that, from 1, and `text` what stands there; 0 and empty where that
    is not known. `instead` says what to write so that the item is decided outside, or that it can be decided at all.
    """

    notebook: str
    item: str
    decided: Decided
    reason: str = ""
    line: int = 0
    text: str = ""
    instead: str = ""

    @property
    def place(self) -> str:
        """The item, and the line of its test cell, for a person."""
        where = f"{self.notebook}, {self.item}"
        return f"{where}, line {self.line} ({self.text})" if self.line else where


def decisions_in(result: NotebookResult) -> list[Decision]:
    """What a result says of where its items were decided: of a run that had nothing to grade."""
    return [
        Decision(result.notebook, item.item, item.decided, one_line(item.decided_why, 500))
        for item in result.items
        if item.decided is not None
    ]


def said_at_the_start(decisions: Iterable[Decision]) -> list[str]:
    """What a run says at its start of the items that are not decided outside; nothing when all are."""
    decisions = list(decisions)
    inside = sum(decision.decided is Decided.INSIDE for decision in decisions)
    said = undecidable(decisions)
    if inside:
        verb = "is" if inside == 1 else "are"
        said.append(
            f"{inside} of {counted(len(decisions), 'item')} {verb} decided inside the hand-in's own process, which is "
            "not proof against forging: `autograder doctor --course DIR` says which, why, and what to write instead"
        )
    return said


def undecidable(decisions: Iterable[Decision]) -> list[str]:
    """What a run says at its start: a line with how many items nobody gets a mark for, and one for each; or nothing."""
    decisions = list(decisions)
    found = [decision for decision in decisions if decision.decided is Decided.UNDECIDABLE]
    if not found:
        return []
    verb = "cannot be graded: the model solution fails " + ("it" if len(found) == 1 else "them")
    head = f"{len(found)} of {counted(len(decisions), 'item')} {verb}"
    return [head, *(f"{decision.place}: {decision.reason}" for decision in found)]
