"""The cells of a hand-in in the order in which they are graded: ours where we gave them, the student's elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.engine.model_trace import ANSWER, FREE, PlanCell

if TYPE_CHECKING:
    from autograder.engine.model_trace import NotebookPlan

MAX_CELLS = 5000
MAX_SOURCE = 1_000_000  # characters of one cell


@dataclass(frozen=True)
class Step:
    """One cell to run. `index` is its place in the hand-in, -1 when missing; `cell` is None for an extra cell."""

    index: int
    source: str
    cell: PlanCell | None

    @property
    def grade_id(self) -> str:
        """The grade id of the source cell, if it has one."""
        return self.cell.grade_id if self.cell else ""


def walk(plan: NotebookPlan, content: dict[str, Any]) -> list[Step]:
    """The steps of a hand-in: the source's graded and locked cells in order, each followed by what follows it there.

    Only the first cell with a grade id counts; a copied answer cell runs as an extra cell, copies of our own cells do
    not.
    """
    ours = {cell.grade_id: cell for cell in plan.cells if cell.kind != FREE}
    first: list[Step] = []
    after: dict[str, list[Step]] = {}
    found: dict[str, Step] = {}
    place = first
    for index, cell in enumerate(_cells(content)):
        if cell.get("cell_type") != "code":
            continue
        source = _source(cell)
        grade_id = _grade_id(cell)
        known = ours.get(grade_id)
        if known is not None and grade_id not in found:
            found[grade_id] = Step(index, source if known.kind == ANSWER else known.source, known)
            place = after.setdefault(grade_id, [])
        elif known is None or known.kind == ANSWER:
            place.append(Step(index, source, None))
    steps = list(first)
    for own in plan.cells:
        if own.kind == FREE:
            continue
        if own.grade_id in found:
            steps.append(found[own.grade_id])
        elif own.kind != ANSWER:
            steps.append(Step(-1, own.source, own))
        steps.extend(after.get(own.grade_id, ()))
    return steps


def _cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    cells = content.get("cells")
    return [cell for cell in cells[:MAX_CELLS] if isinstance(cell, dict)] if isinstance(cells, list) else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source[:MAX_SOURCE] if isinstance(source, str) else ""


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    meta = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = meta.get("grade_id") if isinstance(meta, dict) else None
    return grade_id if isinstance(grade_id, str) else ""
