"""The course that the hostile hand-ins are handed in for, and how a case's text becomes a hand-in.

A case is a text file: a head of `# key: value` lines, then cells. Keys: `title` (what is tried), `why` (what it shows),
`earns` (item=points for what does not get full marks, `*` for all others, `?` for anything from 0 to full), `says` (a
text that the message of the first such item holds), `edit` (what was done to the notebook, see EDITS). Cells begin with
`# %% answer=ITEM` (instead of the model's answer), `# %% after=ITEM` (an extra cell below that item's tests),
`# %% test=ITEM` (the released test cell, overwritten), `# %% first` (an extra cell at the very top) or `# %% markdown`.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.model.course import Assignment, Course
from autograder.model.submission import Submission
from autograder.notebook.regions import NBGRADERS_OWN
from support.notebooks import cell, notebook, write_course

CANARIES = ("canary-in-a-comment", "canary-in-a-name", "canary_in_a_variable", "74153.25")
"""Texts of the hidden tests, in each of the forms in which they could leave."""

TESTS = Path(__file__).parents[1]
CORPUS = TESTS / "hostile"
CHECKER = (TESTS.parent / "notebooks" / "checker.py").read_text(encoding="utf-8")


def _parts(text: str) -> list[tuple[str, str, str]]:
    """The cells of a text: kind, what stands after the equals sign, and source."""
    cells = []
    for part in re.split(r"^# %% ", text, flags=re.MULTILINE)[1:]:
        header, _, source = part.partition("\n")
        kind, _, where = header.strip().partition("=")
        cells.append((kind, where, source.strip("\n")))
    return cells


VICTIM = _parts((CORPUS / "victim.txt").read_text(encoding="utf-8"))
FULL = {where.split()[0]: float(where.split("points=")[1]) for kind, where, _ in VICTIM if kind == "item"}


def source_notebook() -> Any:
    """The instructor's notebook, with the model's answers and the hidden tests."""
    cells = [cell("# Victims", kind="markdown"), cell(CHECKER, "locked", "checker", checker=True)]
    for kind, where, source in VICTIM:
        item = where.partition(" ")[0]
        if kind == "given":
            cells.append(cell(source, "locked", "given"))
        elif kind == "answer":
            cells.append(cell(source, "answer", f"{item}-answer"))
        else:
            cells.append(cell(source, "test", item, FULL[item]))
    return notebook(*cells)


def write_victims(root: Path) -> Assignment:
    """Write the course into a folder and read its assignment."""
    return Course(write_course(root, "victims", {"victim": source_notebook()})).assignment("victims")


def released() -> Any:
    """The notebook as students get it, with honest answers: what a hostile hand-in starts from."""
    content = source_notebook()
    for old in content.cells:
        old.source = NBGRADERS_OWN.released(old.source)
    return content


@dataclass
class Case:
    """One hostile hand-in and what has to come of it."""

    name: str
    title: str
    earns: dict[str, str]
    says: str = ""
    edits: list[str] = field(default_factory=list)
    cells: list[tuple[str, str, str]] = field(default_factory=list)

    def submission(self) -> Submission:
        """The hand-in."""
        content = released()
        for kind, where, source in self.cells:
            place(content, kind, where, source)
        for edit in self.edits:
            verb, *rest = edit.split()
            EDITS[verb](content, *rest)
        return Submission("mallory", "victim", content)


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


def _nbgrader(notebook: Any, grade_id: str) -> Any:
    return cell_of(notebook, grade_id).metadata.nbgrader


EDITS: dict[str, Any] = {
    "delete": lambda notebook, grade_id: notebook.cells.remove(cell_of(notebook, grade_id)),
    "duplicate": _duplicate,
    "to-markdown": _to_markdown,
    "repoint": _repoint,
    "points": lambda notebook, grade_id, points: _nbgrader(notebook, grade_id).update(points=float(points)),
    "checksum": lambda notebook, grade_id: _nbgrader(notebook, grade_id).update(checksum="0" * 32),
    "ungrade": lambda notebook, grade_id: _nbgrader(notebook, grade_id).update(grade=False, solution=True),
    "show": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.update(autograder={"show": True}),
    "checker": lambda notebook, grade_id: cell_of(notebook, grade_id).metadata.update(autograder={"checker": True}),
    "reverse": lambda notebook: notebook.cells.reverse(),
    "metadata": lambda notebook: notebook.metadata.update(autograder={"points": 1000}, nbgrader={"score": 1000}),
}


def read_case(path: Path) -> Case:
    """Read a case's text."""
    text = path.read_text(encoding="utf-8")
    head = text.partition("# %% ")[0]
    keys: dict[str, list[str]] = {}
    for line in head.splitlines():
        if match := re.match(r"# (\w+): (.*)", line):
            keys.setdefault(match[1], []).append(match[2])
    earns = dict(word.split("=") for word in " ".join(keys.get("earns", [])).split())
    return Case(path.stem, keys["title"][0], earns, keys.get("says", [""])[0], keys.get("edit", []), _parts(text))
