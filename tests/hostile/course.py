"""The course that the hostile hand-ins are handed in for, and how a case's text becomes a hand-in.

A case is a text file: a head of `# key: value` lines, then cells. Keys: `title` (what is tried), `earns` (item=points for what
does not get full marks, `?` for anything between 0 and full), `says` (text that the message of the first such item holds),
`edit` (what was done to the notebook itself, see EDITS). Cells begin with `# %% answer=ITEM` (instead of the model's answer),
`# %% after=ITEM` (an extra cell below that item's tests), `# %% test=ITEM` (the released test cell, overwritten),
`# %% first` (an extra cell at the very top) or `# %% markdown` (prose at the end).
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Assignment, Course
from autograder.handin import Handin

CANARIES = ("canary-in-a-comment", "canary-in-a-name", "canary_in_a_variable", "74153.25")
"""Texts of the hidden tests, in each of the forms in which they could leave."""

CHECKER = (Path(__file__).parents[2] / "notebooks" / "checker.py").read_text(encoding="utf-8")

GIVEN = """\
import math
import random
import numpy as np
import torch

class Pair:
    def __init__(self, value, dvalue):
        self.value = value
        self.dvalue = dvalue
"""

HIDDEN = "### BEGIN HIDDEN TESTS\n# canary-in-a-comment\n{tests}\n### END HIDDEN TESTS"

ITEMS: dict[str, tuple[float, str, str, str]] = {
    # item: points, the model's answer, visible tests, hidden tests
    "area": (
        2,
        "def area(r):\n    return math.pi * r * r",
        "assert abs(area(1.0) - math.pi) < 1e-9",
        "canary_in_a_variable = random.uniform(2, 9)\n"
        "assert abs(area(canary_in_a_variable) - math.pi * canary_in_a_variable ** 2) < 1e-9\n"
        "assert abs(area(74153.25) - math.pi * 74153.25 ** 2) < 1e-3",
    ),
    "product": (
        4,
        "def product(a, b):\n    return Pair(a.value * b.value, a.value * b.dvalue + a.dvalue * b.value)\n\n"
        "Pair.__mul__ = product",
        "with task('product') as check:\n"
        "    with check('the value', 1, hint='multiply'):\n"
        "        expect((Pair(2.0, 1.0) * Pair(5.0, 0.5)).value, 10.0)",
        "    a, b, da, db = (random.uniform(2, 5) for _ in range(4))\n"
        "    with check('the tangent', 3, hint='both factors'):\n"
        "        got = Pair(a, da) * Pair(b, db)\n"
        "        expect(got.dvalue, a * db + b * da)",
    ),
    "slope": (
        2,
        "def slope(f, x):\n    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6",
        "assert math.isclose(slope(lambda x: x * x, 3.0), 6.0, rel_tol=1e-4)",
        "def secret(x):\n    canary_in_a_variable = 74153.25\n    return canary_in_a_variable * x * x\n\n"
        "where = random.uniform(1, 2)\n"
        "assert math.isclose(slope(secret, where), 2 * 74153.25 * where, rel_tol=1e-4)",
    ),
    "scaled": (
        2,
        "def scaled(t):\n    return 3 * t + 1",
        "assert torch.allclose(scaled(torch.zeros(2)), torch.ones(2))",
        "t = torch.rand(5)\nassert torch.allclose(scaled(t), 3 * t + 1)\n"
        "assert (scaled(t) - (3 * t + 1)).abs().max().item() < 1e-6",
    ),
    "spread": (
        2,
        "def spread(values):\n    return np.array(values) - np.mean(values)",
        "assert spread([1.0, 3.0]).shape == (2,)",
        "values = [random.random() for _ in range(6)]\n"
        "assert np.allclose(spread(values), np.array(values) - np.mean(values))\n"
        "assert np.abs(spread(values) - (np.array(values) - np.mean(values))).max() < 1e-9",
    ),
    "shout": (
        1,
        "def shout(text):\n    return text.upper() + '!'",
        "assert shout('ada') == 'ADA!'",
        "assert shout('canary-in-a-name') == 'CANARY-IN-A-NAME!'\nassert len(shout('xyz')) == 4",
    ),
    "evens": (
        2,
        "def evens(n):\n    return [2 * k for k in range(n)]",
        "assert evens(3) == [0, 2, 4]",
        "n = random.randrange(5, 40)\nassert sum(evens(n)) == n * (n - 1)\nassert list(evens(n)) == list(range(0, 2 * n, 2))\n"
        "assert n * 2 - 2 in evens(n)",
    ),
    "answer": (
        1,
        "answer = 42.0",
        "assert isinstance(answer, float)",
        "assert math.isclose(answer, 42.0)\nassert answer == 42.0\nassert 41 < answer < 43",
    ),
    "partly": (
        3,
        "def cube(x):\n    return x ** 3",
        "earned = 1 if cube(2) == 8 else 0",
        "seed = random.randrange(3, 99)\nif cube(seed) == seed ** 3:\n    earned += 2",
    ),
    "fills": (
        2,
        "def fills(box):\n    box.content = 'full'\n    return 2 * box.size",
        "class Box:\n    def __init__(self, size):\n        self.size = size\n        self._secret = str(size)\n\n"
        "    def double(self):\n        return 2 * self.size\n\nassert fills(Box(3)) == 6",
        "box = Box(random.randrange(10, 99))\nbox._secret = 'canary-in-a-name'\nsize = box.size\n"
        "assert fills(box) == 2 * size and box.double() == 2 * size\nassert box.content == 'full'",
    ),
    "refuses": (
        1,
        "def root(x):\n    if x < 0:\n        raise ValueError('below zero')\n    return math.sqrt(x)",
        "assert root(4.0) == 2.0",
        "x = random.uniform(1, 9)\nassert abs(root(x * x) - x) < 1e-9\ntry:\n    root(-x)\nexcept ValueError:\n    pass\n"
        "else:\n    raise AssertionError('canary-in-a-name')",
    ),
}
FULL = {item: points for item, (points, *_) in ITEMS.items()}


def _cell(make: Any, grade_id: str, source: str, **flags: Any) -> Any:
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, **flags}
    return make(source, metadata={"nbgrader": {**meta, "grade_id": grade_id}})


def source_notebook() -> Any:
    """The instructor's notebook, with the model's answers and the hidden tests."""
    checker = _cell(new_code_cell, "checker", CHECKER, locked=True)
    checker.metadata["autograder"] = {"checker": True}
    cells = [new_markdown_cell("# Victims"), checker, _cell(new_code_cell, "given", GIVEN, locked=True)]
    for item, (points, answer, visible, hidden) in ITEMS.items():
        tests = f"{visible}\n{HIDDEN.format(tests=hidden)}"
        if item == "partly":
            tests += "\nearned"
        cells.append(_cell(new_code_cell, f"{item}-answer", answer, solution=True))
        cells.append(_cell(new_code_cell, item, tests, grade=True, locked=True, points=points))
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}})


def write_course(root: Path) -> Assignment:
    """Write the course into a folder and read its assignment."""
    folder = root / "source" / "victims"
    folder.mkdir(parents=True)
    nbformat.write(source_notebook(), folder / "victim.ipynb")
    return Course(root).assignment("victims")


def released() -> Any:
    """The notebook as students get it, with honest answers: what a hostile hand-in starts from."""
    notebook = copy.deepcopy(source_notebook())
    for cell in notebook.cells:
        cell.source = re.sub(r"### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS\n?", "", cell.source, flags=re.DOTALL)
    return notebook


@dataclass
class Case:
    """One hostile hand-in and what has to come of it."""

    name: str
    title: str
    earns: dict[str, str]
    says: str = ""
    edits: list[str] = field(default_factory=list)
    cells: list[tuple[str, str, str]] = field(default_factory=list)

    def handin(self) -> Handin:
        """The hand-in."""
        notebook = released()
        for kind, where, source in self.cells:
            place(notebook, kind, where, source)
        for edit in self.edits:
            verb, *rest = edit.split()
            EDITS[verb](notebook, *rest)
        return Handin("mallory", "victim", notebook)


def place(notebook: Any, kind: str, where: str, source: str) -> None:
    """Put one of a case's cells into the notebook."""
    if kind == "answer":
        cell_of(notebook, f"{where}-answer").source = source
    elif kind == "test":
        cell_of(notebook, where).source = source
    elif kind == "after":
        notebook.cells.insert(notebook.cells.index(cell_of(notebook, where)) + 1, new_code_cell(source))
    elif kind == "first":
        notebook.cells.insert(0, new_code_cell(source))
    elif kind == "markdown":
        notebook.cells.append(new_markdown_cell(re.sub(r"^# ?", "", source, flags=re.MULTILINE)))
    else:
        raise ValueError(f"unknown cell {kind!r}")


def cell_of(notebook: Any, grade_id: str) -> Any:
    """The cell with a grade id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _duplicate(notebook: Any, grade_id: str) -> None:
    cell = cell_of(notebook, grade_id)
    notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))


def _to_markdown(notebook: Any, grade_id: str) -> None:
    cell = cell_of(notebook, grade_id)
    place_of = notebook.cells.index(cell)
    notebook.cells[place_of] = new_markdown_cell(cell.source, metadata=cell.metadata)


def _repoint(notebook: Any, grade_id: str, other: str) -> None:
    here, there = cell_of(notebook, grade_id), cell_of(notebook, other)
    here.metadata.nbgrader.grade_id, there.metadata.nbgrader.grade_id = other, grade_id


EDITS: dict[str, Any] = {
    "delete": lambda notebook, grade_id: notebook.cells.remove(cell_of(notebook, grade_id)),
    "duplicate": _duplicate,
    "to-markdown": _to_markdown,
    "repoint": _repoint,
    "points": lambda notebook, grade_id, points: cell_of(notebook, grade_id).metadata.nbgrader.update(points=float(points)),
    "checksum": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.nbgrader.update(checksum="0" * 32),
    "ungrade": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.nbgrader.update(grade=False, solution=True),
    "show": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.update(autograder={"show": True}),
    "checker": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.update(autograder={"checker": True}),
    "reverse": lambda notebook: notebook.cells.reverse(),
    "metadata": lambda notebook: notebook.metadata.update(autograder={"points": 1000}, nbgrader={"score": 1000}),
}


def read_case(path: Path) -> Case:
    """Read a case's text."""
    head, *parts = re.split(r"^# %% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    keys: dict[str, list[str]] = {}
    for line in head.splitlines():
        if match := re.match(r"# (\w+): (.*)", line):
            keys.setdefault(match[1], []).append(match[2])
    earns = dict(word.split("=") for word in " ".join(keys.get("earns", [])).split())
    cells = []
    for part in parts:
        header, _, source = part.partition("\n")
        kind, _, where = header.strip().partition("=")
        cells.append((kind, where, source.strip("\n")))
    return Case(path.stem, keys["title"][0], earns, keys.get("says", [""])[0], keys.get("edit", []), cells)
