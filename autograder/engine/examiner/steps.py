"""The cells of a hand-in in the order in which they are graded: ours where we gave them, the student's elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.engine.source.model_trace import ANSWER, FREE, TracedCell
from autograder.notebook.cells import grade_id_of, source_of

if TYPE_CHECKING:
    from autograder.engine.source.model_trace import ModelTrace

MAX_CELLS = 5000
MAX_SOURCE = 1_000_000  # characters of one cell


@dataclass(frozen=True)
class Step:
    """One cell to run. `index` is its place in the hand-in, -1 for one of ours; `cell` is None for an extra cell.

    `source` is its text, or code without a text where that is not to be known.
    """

    index: int
    source: str | bytes
    cell: TracedCell | None

    @property
    def grade_id(self) -> str:
        """The grade id of the source cell, if it has one."""
        return self.cell.grade_id if self.cell else ""

    @property
    def key(self) -> str:
        """What the cell is called in every run over the hand-in, and to the grader."""
        return f"cell {self.index}" if self.index >= 0 else f"our {self.grade_id}"


def steps_of(trace: ModelTrace, content: dict[str, Any]) -> list[Step]:
    """The steps of a hand-in: the source's graded and locked cells in order, each followed by what follows it there.

    A given cell that is the student's to change runs where it was handed in, and an answer that is not there does not
    run: the steps of ours in their places are without source, for the examiner alone. Only the first cell with a grade
    id counts; a copied answer cell runs as an extra cell, copies of our own cells do not.
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
        if own.kind in (FREE, ANSWER) and own.grade_id not in found:
            steps.append(Step(-1, "", own))
            continue
        steps.append(found.get(own.grade_id) or Step(-1, own.source, own))
        steps.extend(after.get(own.grade_id, ()))
    return steps


def model_steps(trace: ModelTrace) -> list[Step]:
    """The steps of the model solution."""
    return [Step(-1, cell.source, cell) for cell in trace.cells]


def with_substitutes(steps: list[Step], trace: ModelTrace, substituted: frozenset[str]) -> list[Step]:
    """The same steps with the model's answers in the place of the hand-in's, for the answer cells named.

    They go as code: of their text nothing comes to where the hand-in is.
    """
    ours = {cell.grade_id: Step(-1, cell.prepared, cell) for cell in trace.cells if cell.grade_id in substituted}
    return [ours.get(step.grade_id, step) for step in steps]


def _cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    cells = content.get("cells")
    return [cell for cell in cells[:MAX_CELLS] if isinstance(cell, dict)] if isinstance(cells, list) else []
