"""Where the items of a source notebook are decided: what runs before a test inside, which tests need not run outside.

And what is said of it: the reason, the line, and what to write instead.
"""

from __future__ import annotations

import re

from autograder.engine.protocol.learning import INSIDE, OUTSIDE, UNDECIDABLE, LearnedTest
from autograder.engine.source.cell_text import tree_and_error
from autograder.engine.source.model_trace import SHOW, TEST, ModelTrace, TracedCell, reads
from autograder.engine.source.names import bound_by, read_by
from autograder.model.decision import Decision
from autograder.model.results import Decided
from autograder.text import one_line

LONGEST = 500  # characters of a reason
MEND = "run the source notebook in nbgrader, and correct the model solution or the test until it has full marks"
MISSING = (
    (r"ModuleNotFoundError", "install the package that it needs where this one is installed"),
    (r"FileNotFoundError", "put the file that it needs beside the source notebook"),
    (r"took too long|took longer", "give cells more time (--timeout), or ask for less"),
)
"""What mends an item that the model solution fails either way, by what it met; MEND where nothing else is known."""

INSTEAD = (
    (r"\(a comparison\)", "compare plain values: an attribute, a number, `tuple(...)`, `dict(...)`, `str(...)`"),
    (r"came where a plain value was needed", "ask the object for a number, a text or a list, and compare that"),
    (r"^NameError|is not defined", "bind the name in a cell of the source notebook, or in the test cell itself"),
    (r"a test cannot hand", "hand over plain data, or a class that the test cell defines"),
    (r"FileNotFoundError", "have the file read by a function of the exercise, and test what that gives"),
    (r"is no Python", "leave magics out of the test cell"),
    (r"took too long|took longer", "ask fewer questions: have a given function go through the values"),
    (r"may come from the hand-in", "add the points up in a name of the test cell's own"),
)  # fmt: skip
"""What to write so that an item is decided outside, by what the model solution met there; OTHERWISE elsewhere."""

OTHERWISE = "keep to plain values and calls; docs/explanation/parity.md lists what a test cell can write instead"


def cells_before(trace: ModelTrace, item: str, *, needed: bool) -> list[str]:
    """The test cells before an item's, by grade id; with `needed` only those that bind names which it needs.

    What the hand-in's process has of such a name, because a cell needs it as well, need not be bound again.
    """
    place = next(place for place, cell in enumerate(trace.cells) if cell.kind == TEST and cell.grade_id == item)
    before = trace.cells[:place]
    if not needed:
        return [cell.grade_id for cell in before if cell.kind == TEST]
    found: list[str] = []
    wanted = reads(trace.cells[place])
    for cell in reversed(before):
        tree, _ = tree_and_error(cell.source)
        binds = set(cell.binds)
        if cell.kind == TEST:
            if cell.visible and (seen := tree_and_error(cell.visible)[0]) is not None:
                binds -= bound_by(seen)
            if binds & wanted and tree is not None:
                found.append(cell.grade_id)
                wanted = (wanted - binds) | read_by(tree)
        elif cell.kind != SHOW:
            wanted -= binds
    return found[::-1]


def left_out(trace: ModelTrace) -> frozenset[str]:
    """The items whose tests need not run outside: they are not decided there, and bind nothing for one that is."""
    elsewhere = trace.decided(INSIDE, UNDECIDABLE)
    wanted: set[str] = set()
    found: set[str] = set()
    for cell in reversed(trace.cells):
        if cell.kind != TEST:
            continue
        if cell.grade_id in elsewhere and not wanted.intersection(cell.binds):
            found.add(cell.grade_id)
        else:
            wanted |= reads(cell)
    return frozenset(found)


def decisions_of(trace: ModelTrace) -> list[Decision]:
    """A decision for each item that a test marks, in order."""
    cells = {cell.grade_id: cell for cell in trace.cells if cell.kind == TEST}
    return [
        _decision(trace.name, item.grade_id, trace.test(item.grade_id), cells.get(item.grade_id))
        for item in trace.items
        if not item.manual
    ]


def _decision(notebook: str, item: str, test: LearnedTest, cell: TracedCell | None) -> Decision:
    decided = Decided(test.decided)
    if test.decided == OUTSIDE:
        return Decision(notebook, item, decided)
    failure = test.failure
    lines = cell.source.split("\n") if cell is not None else []
    text = lines[failure.line - 1].strip() if 0 < failure.line <= len(lines) else ""
    known, otherwise = (INSTEAD, OTHERWISE) if test.decided == INSIDE else (MISSING, MEND)
    instead = next((advice for pattern, advice in known if re.search(pattern, failure.said)), otherwise)
    return Decision(notebook, item, decided, one_line(failure.said, LONGEST), failure.line if text else 0, text, instead)

