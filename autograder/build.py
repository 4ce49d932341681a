"""Text masters to source notebooks: notebooks/LAB/*.py -> source/LAB/*.ipynb.

The build expands the headers of the masters (masters.py) into nbgrader's metadata and writes notebooks that are byte
for byte the same each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat

from autograder.files import replace_folder
from autograder.masters import CHECKER_ID, PLAN_ID, BuildError, Cell, Master, read_master, read_text
from autograder.model.course import Course
from autograder.model.lab import Lab, read_lab
from autograder.notebook.cells import grade_id_of
from autograder.notebook.regions import NBGRADERS_OWN, Delimiters

FIRST_CELL = 'assert "task" in dir(), "Run the first code cell (the checker), then the cells above this one."'
"""What every test cell begins with: who has skipped the checker is told so, and not that a name is missing."""

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def build(course: Course, name: str) -> list[Path]:
    """Build every notebook of a lab into the course's source folder and return their paths.

    The folder is replaced as a whole when everything has been built. Raises BuildError when a master is wrong.
    """
    folder = course.root / "notebooks" / name
    lab = read_lab(folder)
    checker = read_text(folder.parent / "checker.py")
    built = {
        f"{settings.name}.ipynb": build_notebook(folder / f"{settings.name}.py", checker, course.delimiters)
        for settings in lab.notebooks
    }
    _check_complete(folder, lab)
    target = course.directory("source", name).resolve()
    replace_folder(target, built)
    return [target / file for file in built]


def build_notebook(path: Path, checker: str, delimiters: Delimiters = NBGRADERS_OWN) -> str:
    """The text of the source notebook that a master becomes. Raises BuildError."""
    master = read_master(path, delimiters)
    cells = [built for cell in master.cells for built in _expand(master, cell, checker)]
    _give_ids(cells)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=_METADATA)
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)) + "\n"


def _check_complete(folder: Path, lab: Lab) -> None:
    listed = {settings.name for settings in lab.notebooks}
    for path in sorted(folder.glob("*.py")):
        if path.stem not in listed:
            remedy = "add a [[notebooks]] table for it there"
            raise BuildError(f"is not in {folder / 'lab.toml'}", file=path, remedy=remedy)


def _expand(master: Master, cell: Cell, checker: str) -> Iterator[Any]:
    """The notebook cells that a master's cell becomes."""
    if cell.role == "checker":
        yield _checker_cell(CHECKER_ID, checker.strip())
        yield _checker_cell(PLAN_ID, _plan_source(master))
        return
    new: Callable[..., Any] = nbformat.v4.new_markdown_cell if cell.kind == "markdown" else nbformat.v4.new_code_cell
    built = new(cell.source)
    if cell.role == "item":
        title, code = _titled(cell.source, f"Checks: {cell.name.replace('-', ' ')}")
        built.source = f"{title}\n{FIRST_CELL}\n{code}"
        _fold(built)
    elif "fold" in cell.header:
        built.source = "\n".join(_titled(cell.source, cell.header["fold"]))
        _fold(built)
    if cell.role:
        built.metadata["nbgrader"] = nbgrader_fields(
            cell.grade_id,
            cell.kind,
            grade=cell.role in {"item", "written"},
            solution=cell.role in {"answer", "written"},
            points=cell.header.get("points", 0),
        )
    own: dict[str, Any] = {}
    if cell.header.get("builds_on"):
        own["builds_on"] = cell.header["builds_on"]
    if cell.role == "item" and "further" in cell.header:
        own["further"] = cell.header["further"]
    if cell.role == "show":
        own["show"] = True
    if "was" in cell.header:
        own["was"] = cell.header["was"]
    if own:
        built.metadata["autograder"] = own
    yield built


def nbgrader_fields(
    grade_id: str, kind: str, *, grade: bool, solution: bool, points: float | None = None
) -> dict[str, Any]:
    """Complete nbgrader metadata, schema 3. A cell without a solution is locked."""
    fields = {
        "cell_type": kind,
        "grade": grade,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        fields["points"] = points
    return fields


def _checker_cell(grade_id: str, source: str) -> Any:
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = nbgrader_fields(grade_id, "code", grade=False, solution=False)
    cell.metadata["autograder"] = {"checker": True}
    _fold(cell)
    return cell


def _titled(source: str, title: str) -> tuple[str, str]:
    """A cell's title line, its own or one that is made, and its code without it."""
    first, _, rest = source.partition("\n")
    return (first, rest) if first.startswith("#@title ") else (f"#@title {title}", source)


def _fold(cell: Any) -> None:
    """Fold a cell away in Colab, where the title in its first line is seen, and in JupyterLab."""
    cell.metadata["cellView"] = "form"
    cell.metadata["jupyter"] = {"source_hidden": True}


def _plan_source(master: Master) -> str:
    rows = [
        f"    ({json.dumps(section.title, ensure_ascii=False)}, {section.minutes}, "
        f"{json.dumps(section.items)}, {json.dumps(section.written)}{', True' if section.further else ''}),"
        for section in master.plan()
    ]
    return "\n".join(['#@title What this notebook asks { display-mode: "form" }', "plan(", *rows, ")"])


def _give_ids(cells: list[Any]) -> None:
    """Ids that stay when other cells change: the grade id, or else made from the cell's own text."""
    taken: set[str] = set()
    for cell in cells:
        wanted = grade_id_of(cell)
        if not wanted:
            digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
            wanted = f"{'text' if cell.cell_type == 'markdown' else 'code'}-{digest}"
        cell_id, copies = wanted[:60], 1
        while cell_id in taken:
            copies += 1
            cell_id = f"{wanted[:60]}-{copies}"
        taken.add(cell_id)
        cell["id"] = cell_id
