"""The one way in which tests write a cell, a notebook and a course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

ROLES: dict[str, dict[str, bool]] = {
    "locked": {"grade": False, "solution": False, "locked": True},
    "answer": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True},
    "written": {"grade": True, "solution": True, "locked": False},
}
"""nbgrader's flags for what a cell of a source notebook may be; a free cell has none."""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def cell(
    source: str, role: str = "free", grade_id: str = "", points: float = 0, *, kind: str = "code", **own: Any
) -> Any:
    """A cell of an instructor's notebook: free, locked, answer, test or written. `own` is this project's metadata."""
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    made = new(source)
    if role != "free":
        made.metadata["nbgrader"] = nbgrader_metadata(role, grade_id, points)
        made.id = grade_id
    if own:
        made.metadata["autograder"] = own
    return made


def nbgrader_metadata(role: str, grade_id: str, points: float = 0) -> dict[str, Any]:
    """What nbgrader keeps of a cell with a role."""
    flags = ROLES[role]
    worth = {"points": points} if flags["grade"] else {}
    return {"schema_version": 3, "grade_id": grade_id, "task": False, **flags, **worth}


def notebook(*cells: Any) -> Any:
    """A notebook for Python."""
    for place, one in enumerate(cells):
        if "nbgrader" not in one.metadata:
            one.id = f"cell-{place}"  # the same each time: a hand-in's key is made of all that is in it
    return nbformat.v4.new_notebook(cells=list(cells), metadata=KERNEL)


def write_course(root: Path, assignment: str, notebooks: dict[str, Any], config: str = "") -> Path:
    """Write a course with one assignment, its source notebooks by name, into a folder; the folder."""
    folder = root / "source" / assignment
    folder.mkdir(parents=True)
    for name, content in notebooks.items():
        nbformat.write(content, folder / f"{name}.ipynb")
    if config:
        (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    return root
