"""The cells of a hand-in in the order in which they are graded: ours where we gave them, the student's elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.engine.model_trace import ANSWER, FREE, TracedCell
from autograder.notebook.cells import grade_id_of, source_of

if TYPE_CHECKING:
    from autograder.engine.model_trace import ModelTrace

MAX_CELLS = 5000
MAX_SOURCE = 1_000_000  # characters of one cell


@dataclass(frozen=True)
class Step:
    """One cell to run. `index` is its place in the hand-in, -1 for one of ours; `cell` is None for an extra cell."""

    index: int
    source: str
    cell: TracedCell | None

    @property
    def grade_id(self) -> str:
        """The grade id of the source cell, if it has one."""
        return self.cell.grade_id if self.cell else ""


def steps_of(trace: ModelTrace, content: dict[str, Any]) -> list[Step]:
    """The steps of a hand-in: the source's graded and locked cells in order, each followed by what follows it there.

    Only the first cell with a grade id counts; a copied answer cell runs as an extra cell, copies of our own cells do
    not.
    """
    ours = {cell.grade_id: cell for cell in trace.cells if cell.kind != FREE}
    first: list[Step] = []
    after: dict[str, list[Step]] = {}
    found: dict[str, Step] = {}
    place = first
    for index, cell in enumerate(_cells(content)):
        if cell.get("cell_type") != "code":
            continue
        source = source_of(cell)[:MAX_SOURCE]
        grade_id = grade_id_of(cell)
        known = ours.get(grade_id)
        if known is not None and grade_id not in found:
            found[grade_id] = Step(index, source if known.kind == ANSWER else known.source, known)
            place = after.setdefault(grade_id, [])
        elif known is None or known.kind == ANSWER:
            place.append(Step(index, source, None))
    steps = list(first)
    for own in trace.cells:
        if own.kind == FREE:
            continue
        if own.grade_id in found:
            steps.append(found[own.grade_id])
        elif own.kind != ANSWER:
            steps.append(Step(-1, own.source, own))
        steps.extend(after.get(own.grade_id, ()))
    return steps


def with_substitutes(steps: list[Step], trace: ModelTrace, substituted: frozenset[str]) -> list[Step]:
    """The same steps with the model's answers in the place of the hand-in's, for the answer cells named."""
    ours = {cell.grade_id: Step(-1, cell.source, cell) for cell in trace.cells if cell.grade_id in substituted}
    found = [ours.get(step.grade_id, step) for step in steps]
    there = {step.grade_id for step in found}
    for grade_id, substitute in ours.items():
        if grade_id not in there:  # the student deleted it: it belongs before the next of our cells that are there
            cells = [cell.grade_id for cell in trace.cells]
            following = set(cells[cells.index(grade_id) + 1 :])
            places = (n for n, step in enumerate(found) if step.grade_id and step.grade_id in following)
            found.insert(next(places, len(found)), substitute)
    return found


def _cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    cells = content.get("cells")
    return [cell for cell in cells[:MAX_CELLS] if isinstance(cell, dict)] if isinstance(cells, list) else []
