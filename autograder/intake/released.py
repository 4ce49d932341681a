"""Our own notebook as students get it: what each cell is for, and how it is found again in a hand-in."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat

from autograder.intake.outline import attachments, keys_of, left_open
from autograder.intake.reading import normal
from autograder.model.course import Assignment, Notebook
from autograder.model.generating import generated
from autograder.notebook.cells import ANSWERS, Role, grade_id_of, is_given, role_of, source_of

DISTINCT_LINE = 12  # shorter lines occur everywhere


@dataclass(frozen=True)
class ReleasedCell:
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

    @property
    def is_answer(self) -> bool:
        """Whether it is the student's to write."""
        return self.role in ANSWERS

    @property
    def is_given(self) -> bool:
        """Whether its text is ours in every hand-in. What is neither given nor an answer the student may change."""
        return is_given(self.cell)


@dataclass(frozen=True)
class ReleasedNotebook:
    """One notebook of the assignment in its released form.

    `renamed` has the grade ids that cells had before, each with that of now. `given` is everything that our own cells
    define, answers left out; `distinct_ids` and `distinct_keys` occur in no other notebook.
    """

    name: str
    cells: tuple[ReleasedCell, ...]
    metadata: dict[str, Any] = field(repr=False, compare=False)
    given: frozenset[str]
    distinct_ids: frozenset[str] = frozenset()
    distinct_keys: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)

    @functools.cached_property
    def by_id(self) -> dict[str, ReleasedCell]:
        """The cells that have a grade id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @functools.cached_property
    def by_norm(self) -> dict[str, ReleasedCell]:
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
    def answer_keys(self) -> frozenset[str]:
        """The names by which its answers are known."""
        return frozenset().union(*(cell.keys for cell in self.cells))

    @functools.cached_property
    def before(self) -> tuple[int, ...]:
        """For each cell the index of the last prose cell above it, -1 when there is none."""
        found, last = [], -1
        for cell in self.cells:
            found.append(last)
            if cell.cell_type == "markdown" and not cell.is_answer:
                last = cell.index
        return tuple(found)


def distinct_lines(sources: Iterable[str]) -> frozenset[str]:
    """The lines of some cells that are long enough to mean something."""
    return frozenset(
        stripped for source in sources for line in source.splitlines() if len(stripped := line.strip()) >= DISTINCT_LINE
    )


def released_notebooks(assignment: Assignment) -> dict[str, ReleasedNotebook]:
    """Each notebook of an assignment. Raises CourseError when one cannot be released."""
    released = {name: released_notebook(assignment, notebook) for name, notebook in assignment.notebooks.items()}
    ids = Counter(grade_id for notebook in released.values() for grade_id in notebook.by_id)
    keys = Counter(key for notebook in released.values() for key in notebook.answer_keys)
    return {
        name: replace(
            notebook,
            distinct_ids=frozenset(grade_id for grade_id in notebook.by_id if ids[grade_id] == 1),
            distinct_keys=frozenset(key for key in notebook.answer_keys if keys[key] == 1),
        )
        for name, notebook in released.items()
    }


def released_notebook(assignment: Assignment, notebook: Notebook) -> ReleasedNotebook:
    """One notebook, by itself. Raises CourseError when it cannot be released."""
    released = released_form(assignment, notebook)
    model = {grade_id_of(cell): cell.source for cell in notebook.source.cells if grade_id_of(cell)}
    given = keys_of(
        cell["source"] for cell in released["cells"] if role_of(cell) not in ANSWERS and cell["cell_type"] == "code"
    )
    cells = tuple(
        released_cell(index, cell, model.get(grade_id_of(cell), ""), given)
        for index, cell in enumerate(released["cells"])
    )
    return ReleasedNotebook(notebook.name, cells, released.get("metadata", {}), given, renamed=notebook.renamed)


def released_cell(index: int, cell: dict[str, Any], solution: str, given: frozenset[str]) -> ReleasedCell:
    """One cell. `solution` is the model's text of it, `given` what cells define that are no answers."""
    role, source, code = role_of(cell), cell["source"], cell["cell_type"] == "code"
    keys: frozenset[str] = frozenset()
    if role in ANSWERS and code:
        # what only the model solution defines is its own business, unless the stub defines nothing
        keys = (left_open(source) or keys_of([solution])) - given
    attached = attachments(source) if code else {}
    return ReleasedCell(index, role, cell["cell_type"], grade_id_of(cell), source, normal(source), cell, keys, attached)


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
    return plain(json.loads(json.dumps(generated(assignment, notebook))))


def plain(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook with sources as text and neither outputs nor cell ids, in format 4.4."""
    cells = []
    for cell in notebook["cells"]:
        kept = {key: value for key, value in cell.items() if key not in ("id", "outputs", "execution_count")}
        cells.append({**kept, "source": source_of(cell)})
    return {"cells": cells, "metadata": notebook.get("metadata", {}), "nbformat": 4, "nbformat_minor": 4}


def grade_ids(notebook: Any) -> set[str]:
    """All grade ids of a notebook."""
    return {grade_id for cell in notebook["cells"] if (grade_id := grade_id_of(cell))}
