"""Our own notebook as students get it: what each cell is for, and how it is found again in a hand-in."""

from __future__ import annotations

import copy
import functools
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import nbformat

from autograder.intake.outline import attachments, keys_of, left_open
from autograder.intake.reading import normal
from autograder.model.course import Assignment, Notebook
from autograder.notebook.cells import nbgrader_metadata

DISTINCT_LINE = 12  # shorter lines occur everywhere


class Role(Enum):
    """What a cell of our notebook is for."""

    ANSWER = "answer"  # the student's to write: code, text, or both for a task
    TEST = "test"  # graded by running it
    LOCKED = "locked"  # given, ours
    OPEN = "open"  # given, the student may change it


@dataclass(frozen=True)
class PlanCell:
    """One cell of our notebook.

    `keys` are names by which an answer is known when its grade id is lost: what the stub leaves open, or else what the
    model solution defines, and no given cell does. `attached` gives for `Class.method` the function that the stub
    attaches.
    """

    index: int
    role: Role
    cell_type: str
    grade_id: str
    source: str
    norm: str
    cell: dict[str, Any] = field(repr=False, compare=False)
    keys: frozenset[str] = frozenset()
    attached: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Plan:
    """One notebook of the assignment in its released form. `distinct_ids` and `distinct_keys` occur in no other one."""

    name: str
    cells: tuple[PlanCell, ...]
    metadata: dict[str, Any] = field(repr=False, compare=False)
    minor: int = 4
    distinct_ids: frozenset[str] = frozenset()
    distinct_keys: frozenset[str] = frozenset()

    @functools.cached_property
    def by_id(self) -> dict[str, PlanCell]:
        """The cells that have a grade id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @functools.cached_property
    def by_norm(self) -> dict[str, PlanCell]:
        """The cells that can be told by their text alone: no other cell has the same."""
        counts = Counter(cell.norm for cell in self.cells)
        return {cell.norm: cell for cell in self.cells if cell.norm and counts[cell.norm] == 1}

    @functools.cached_property
    def norms(self) -> frozenset[str]:
        """The texts of all cells."""
        return frozenset(cell.norm for cell in self.cells)

    @functools.cached_property
    def lines(self) -> frozenset[str]:
        """The lines that tell this notebook from others."""
        return distinct_lines(cell.norm for cell in self.cells)

    @functools.cached_property
    def given(self) -> frozenset[str]:
        """Everything that our own cells define, answers left out."""
        return keys_of(cell.source for cell in self.cells if cell.role is not Role.ANSWER and cell.cell_type == "code")

    def answers_in(self, keys: frozenset[str]) -> dict[int, frozenset[str]]:
        """Which answers a cell that defines `keys` may hold, and by which of the names.

        A name that two answers have in common speaks for the one of which the cell has a name of its own, too.
        """
        found: dict[int, frozenset[str]] = {}
        claimed: set[str] = set()
        for index, own in self._own_keys.items():
            if own & keys:
                found[index] = self.cells[index].keys & keys
                claimed |= found[index]
        for index in self._own_keys:
            if index not in found and (common := (self.cells[index].keys & keys) - claimed):
                found[index] = common
                claimed |= common
        return found

    @functools.cached_property
    def _own_keys(self) -> dict[int, frozenset[str]]:
        """For each answer that defines something the names that no other one defines."""
        counts = Counter(key for cell in self.cells for key in cell.keys)
        return {cell.index: frozenset(key for key in cell.keys if counts[key] == 1) for cell in self.cells if cell.keys}

    @functools.cached_property
    def before(self) -> tuple[int, ...]:
        """For each cell the index of the last prose cell above it, -1 when there is none."""
        found, last = [], -1
        for cell in self.cells:
            found.append(last)
            if cell.cell_type == "markdown" and cell.role is not Role.ANSWER:
                last = cell.index
        return tuple(found)


def distinct_lines(sources: Iterable[str]) -> frozenset[str]:
    """The lines of some cells that are long enough to mean something."""
    return frozenset(
        stripped for source in sources for line in source.splitlines() if len(stripped := line.strip()) >= DISTINCT_LINE
    )


def plans_of(assignment: Assignment) -> dict[str, Plan]:
    """The plan of each notebook of an assignment."""
    plans = {name: plan_of(assignment, notebook) for name, notebook in assignment.notebooks.items()}
    ids = Counter(grade_id for plan in plans.values() for grade_id in plan.by_id)
    keys = Counter(key for plan in plans.values() for key in answer_keys(plan))
    return {
        name: Plan(
            name,
            plan.cells,
            plan.metadata,
            plan.minor,
            frozenset(grade_id for grade_id in plan.by_id if ids[grade_id] == 1),
            frozenset(key for key in answer_keys(plan) if keys[key] == 1),
        )
        for name, plan in plans.items()
    }


def answer_keys(plan: Plan) -> frozenset[str]:
    """The names by which the answers of a notebook are known."""
    return frozenset().union(*(cell.keys for cell in plan.cells))


def plan_of(assignment: Assignment, notebook: Notebook) -> Plan:
    """The plan of one notebook."""
    released = released_form(assignment, notebook)
    model = {meta["grade_id"]: cell.source for cell in notebook.source.cells if (meta := nbgrader_metadata(cell))}
    roles = [role_of(cell) for cell in released["cells"]]
    others = keys_of(
        cell["source"]
        for cell, role in zip(released["cells"], roles, strict=True)
        if role is not Role.ANSWER and cell["cell_type"] == "code"
    )
    known: list[frozenset[str]] = []
    for cell, role in zip(released["cells"], roles, strict=True):
        known.append(frozenset())
        if role is Role.ANSWER and cell["cell_type"] == "code":
            # what only the model solution defines is its own business, unless the stub defines nothing
            solution = model.get(nbgrader_metadata(cell).get("grade_id", ""), "")
            known[-1] = (left_open(cell["source"]) or keys_of([solution])) - others
    cells = tuple(
        PlanCell(
            index,
            role,
            cell["cell_type"],
            nbgrader_metadata(cell).get("grade_id", ""),
            cell["source"],
            normal(cell["source"]),
            cell,
            keys,
            attachments(cell["source"]) if cell["cell_type"] == "code" else {},
        )
        for index, (cell, role, keys) in enumerate(zip(released["cells"], roles, known, strict=True))
    )
    return Plan(notebook.name, cells, released.get("metadata", {}), released.get("nbformat_minor", 4))


def role_of(cell: dict[str, Any]) -> Role:
    """What a cell is for, by its nbgrader metadata."""
    meta = nbgrader_metadata(cell)
    if meta.get("solution") or meta.get("task"):
        return Role.ANSWER
    if meta.get("grade"):
        return Role.TEST
    return Role.LOCKED if meta.get("locked") else Role.OPEN


def released_form(assignment: Assignment, notebook: Notebook) -> dict[str, Any]:
    """The notebook as students get it: the released file when it is there and current, otherwise made from source."""
    path = assignment.course.directory("release", assignment.name) / f"{notebook.name}.ipynb"
    if path.is_file():
        try:
            released = json.loads(nbformat.writes(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)))
        except (OSError, ValueError):
            released = None
        if released is not None and grade_ids(released) == grade_ids(notebook.source):
            return plain(released)
    return plain(derive(assignment, notebook))


def derive(assignment: Assignment, notebook: Notebook) -> dict[str, Any]:
    """The released form by the course's own generate step; only what fills the gradebook is left out of it."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells
    from traitlets.utils.importstring import import_item

    config = assignment.course.nbgrader.config
    chosen = config.GenerateAssignment.get("preprocessors") or GenerateAssignment.preprocessors.default()
    steps = [import_item(step) if isinstance(step, str) else step for step in chosen]
    released = copy.deepcopy(notebook.source)
    resources: dict[str, Any] = {}
    for step in steps:
        if step is not SaveCells:
            released, resources = step(config=config).preprocess(released, resources)
    return json.loads(json.dumps(released))


def plain(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook with sources as text and neither outputs nor cell ids, in format 4.4."""
    cells = []
    for cell in notebook["cells"]:
        source = cell.get("source", "")
        kept = {key: value for key, value in cell.items() if key not in ("id", "outputs", "execution_count")}
        cells.append({**kept, "source": "".join(source) if isinstance(source, list) else source})
    return {"cells": cells, "metadata": notebook.get("metadata", {}), "nbformat": 4, "nbformat_minor": 4}


def grade_ids(notebook: Any) -> set[str]:
    """All grade ids of a notebook."""
    return {meta["grade_id"] for cell in notebook["cells"] if (meta := nbgrader_metadata(cell))}
