"""A course directory and what its assignments ask.

Works on any nbgrader course: the folder names come from the course's own nbgrader_config.py, and everything that is
known of an assignment is read from its source notebooks.
"""

from __future__ import annotations

import functools
import json
import os
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class CourseError(Exception):
    """The course directory or an assignment in it cannot be used; the message says where and what to do."""


@dataclass(frozen=True)
class Item:
    """A graded cell: `manual` ones wait for a person. `answers` are the grade ids of its solution cells.

    A further task has no points; `further` is what its checks count among themselves.
    """

    grade_id: str
    points: float
    manual: bool = False
    builds_on: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    further: float = 0.0


@dataclass(frozen=True)
class Notebook:
    """One source notebook: its name without suffix, its graded items in order, and its cells as nbformat data."""

    name: str
    items: tuple[Item, ...]
    source: Any = field(repr=False, compare=False)

    @property
    def max_points(self) -> float:
        """The points of all items, those marked by a person included."""
        return sum(item.points for item in self.items)


@dataclass(frozen=True)
class Assignment:
    """An assignment and its notebooks, by name."""

    name: str
    course: Course
    notebooks: dict[str, Notebook]


@dataclass(frozen=True)
class Course:
    """An nbgrader course directory."""

    root: Path

    @functools.cached_property
    def nbgrader(self) -> Any:
        """nbgrader's own application object, configured by the course's nbgrader_config.py."""
        from nbgrader.apps import NbGrader
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config.loader import PyFileConfigLoader

        find_own_scripts()
        app = NbGrader()
        app.coursedir = None

        config_file = self.root / "nbgrader_config.py"
        if config_file.exists():
            app.update_config(PyFileConfigLoader(config_file.name, path=str(self.root)).load_config())
        app.coursedir = CourseDirectory(parent=app, root=str(self.root))
        return app

    def directory(self, step: str, assignment: str, student: str = ".") -> Path:
        """The folder of a step: source, release, submitted, autograded or feedback."""
        coursedir = self.nbgrader.coursedir
        return Path(coursedir.format_path(getattr(coursedir, f"{step}_directory"), student, assignment))

    def assignment(self, name: str) -> Assignment:
        """Read an assignment's source notebooks. Raises CourseError when there are none or one cannot be read."""
        folder = self.directory("source", name)
        paths = sorted(folder.glob("*.ipynb"))
        if not paths:
            raise CourseError(f"no notebooks in {folder}; run `autograder build {name}`, or give --course DIR")
        return Assignment(name, self, {path.stem: read_notebook(path) for path in paths})


def find_own_scripts() -> None:
    """Put this Python's scripts on PATH: nbgrader calls alembic by name, also when no environment is activated."""
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if scripts not in path:
        os.environ["PATH"] = os.pathsep.join([scripts, *path])


def read_notebook(path: Path) -> Notebook:
    """Read one source notebook. Raises CourseError when it is not a notebook."""
    import nbformat  # a second's worth of imports, which the processes that only run cells do without

    try:
        source = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (OSError, ValueError, json.JSONDecodeError) as error:
        raise CourseError(f"{path} cannot be read as a notebook: {error}") from error
    return Notebook(path.stem, items_of(source), source)


def items_of(source: Any) -> tuple[Item, ...]:
    """The graded items of a notebook.

    An answer belongs to the item that carries its name (`x-answer` to `x`), otherwise to the next item below it.
    """
    items: list[Item] = []
    graded = {meta["grade_id"] for meta in (nbgrader_metadata(cell) for cell in source.cells) if meta.get("grade")}
    named: dict[str, list[str]] = {}
    waiting: list[str] = []
    for cell in source.cells:
        meta = nbgrader_metadata(cell)
        if not meta:
            continue
        grade_id = meta["grade_id"]
        if meta.get("solution") and not meta.get("grade"):
            owner = grade_id.removesuffix("-answer")
            if owner in graded:
                named.setdefault(owner, []).append(grade_id)
            else:
                waiting.append(grade_id)
        elif meta.get("grade") or meta.get("task"):
            manual = bool(meta.get("solution") or meta.get("task"))
            answers = [grade_id] if manual else [*named.get(grade_id, []), *waiting]
            if not manual:
                waiting = []
            own = cell.metadata.get("autograder", {})
            points, builds_on, further = float(meta.get("points", 0)), own.get("builds_on", ()), own.get("further", 0)
            items.append(Item(grade_id, points, manual, tuple(builds_on), tuple(answers), float(further)))
    return tuple(items)


def nbgrader_metadata(cell: Any) -> dict[str, Any]:
    """A cell's nbgrader metadata, or an empty dictionary."""
    meta = cell.get("metadata", {}).get("nbgrader", {})
    return meta if isinstance(meta, dict) and isinstance(meta.get("grade_id"), str) else {}
