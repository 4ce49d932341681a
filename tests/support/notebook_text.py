"""Notebooks as text, for cases that are read as much as run.

A cell starts with `# %%`, its type and what it is: `# %% code locked=shape`, `# %% markdown written=why`. In a hand-in
`# %% = shape` stands for the released cell as it is, `# %% = shape..total` for all graded cells from one to the other,
`# %% ~ shape` for the same without metadata, `# %% code id=area` for a cell that claims this grade id, `# %% code` for
one without.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat

from autograder.notebook.cells import nbgrader_metadata
from support.notebooks import nbgrader_metadata as metadata_of
from support.notebooks import write_course

SHAPES = """\
# %% markdown
# Shapes, and everything that grows out of them

This notebook is about squares.
# %% code locked=checker
def expect(got, want):
    assert got == want, "not what was asked"
# %% code locked=shape
class Shape:
    def __init__(self, size):
        self.size = size
# %% markdown
## The area of a square grows with its side
# %% code answer=area-answer
def area(self):
    # the area of a square
    ### BEGIN SOLUTION
    return self.size * self.size
    ### END SOLUTION


Shape.area = area
# %% code test=area
expect(Shape(3).area(), 9)
### BEGIN HIDDEN TESTS
expect(Shape(5).area(), 25)
### END HIDDEN TESTS
# %% code answer=border-answer
def border(self):
    # the length of a square's border
    ### BEGIN SOLUTION
    return 4 * self.size
    ### END SOLUTION


Shape.border = border
# %% code test=border
expect(Shape(3).border(), 12)
# %% code locked=demo
tile = Shape(2)
print("a tile of", tile.size)
# %% markdown
Why is an area never negative? Answer in a sentence or two.
# %% markdown written=why
### BEGIN SOLUTION
A square is never negative.
### END SOLUTION
# %% code answer=total-answer
total = None
### BEGIN SOLUTION
total = Shape(2).area() + Shape(3).area()
### END SOLUTION
# %% code test=total
expect(total, 13)
# %% markdown
The rest of the page is yours: try what you like.
# %% code
# a free cell
"""

CUBES = """\
# %% markdown
# Cubes, one dimension further up

This other notebook is about cubes.
# %% code locked=checker
def expect(got, want):
    assert got == want, "not what was asked"
# %% code answer=volume-answer
def volume(side):
    ### BEGIN SOLUTION
    return side**3
    ### END SOLUTION
# %% code test=volume
expect(volume(2), 8)
"""


def read_cells(text: str, released: dict[str, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The cells of a notebook written as text."""
    cells = []
    for block in ("\n" + text).split("\n# %% ")[1:]:
        head, _, source = block.partition("\n")
        kind, _, what = head.partition(" ")
        source = source.rstrip("\n")
        if kind in ("=", "~"):
            for name in spelled_out(what.split(), list(released or {})):
                cell = copy.deepcopy((released or {})[name])
                cells.append(cell if kind == "=" else cell | {"metadata": {}})
            continue
        role, _, grade_id = what.partition("=")
        meta: dict[str, Any] = {}
        if role == "id":
            meta = copy.deepcopy((released or {}).get(grade_id, {}).get("metadata", {}))
            meta = meta or {"nbgrader": {"grade_id": grade_id, "schema_version": 3}}
        elif role:
            meta = {"nbgrader": {**metadata_of(role, grade_id, points=1), "cell_type": kind}}
        cell = {"cell_type": kind, "metadata": meta, "source": source}
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    return cells


def spelled_out(names: list[str], order: list[str]) -> list[str]:
    """The names with each range, `shape..total`, replaced by what is in it."""
    found = []
    for name in names:
        first, _, last = name.partition("..")
        found += order[order.index(first) : order.index(last or first) + 1]
    return found


def as_notebook(cells: list[dict[str, Any]], **metadata: Any) -> dict[str, Any]:
    """Cells as a notebook in format 4.4."""
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def write_shapes(root: Path) -> Path:
    """A course with one assignment, `shapes`, of two notebooks."""
    texts = {"1_squares": SHAPES, "2_cubes": CUBES}
    return write_course(root, "shapes", {name: notebook_of(text) for name, text in texts.items()})


def notebook_of(text: str) -> Any:
    """A source notebook written as text, whose cells have ids in their order."""
    cells = [cell | {"id": f"c{number}"} for number, cell in enumerate(read_cells(text))]
    return nbformat.from_dict(as_notebook(cells) | {"nbformat_minor": 5})


def by_grade_id(cells: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The graded cells of a notebook by their ids."""
    return {meta["grade_id"]: cell for cell in cells if (meta := nbgrader_metadata(cell))}
