"""A course directory and what its assignments ask.

Works on any nbgrader course: the folder names come from the course's own nbgrader_config.py, and everything that is
known of an assignment is read from its source notebooks.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import logging
import math
import os
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.model.exceptions import CourseError
from autograder.notebook.cells import (
    GRADED,
    MANUAL,
    Role,
    grade_id_of,
    nbgrader_metadata,
    own_metadata,
    role_of,
)
from autograder.notebook.regions import NBGRADERS_OWN, Delimiters, Markers, RegionError
from autograder.notebook.titles import Titles, titles_of

_SILENT = logging.Logger("generate", logging.CRITICAL + 1)  # noqa: LOG001 - what steps print is in their errors


@dataclass(frozen=True)
class Item:
    """A graded cell: `manual` ones wait for a person. `answers` are the grade ids of its solution cells.

    `further` ones are exercises beyond those that count: so many points are named, and none are given. `was` is the
    grade id that the item had before it was renamed.
    """

    grade_id: str
    points: float
    manual: bool = False
    builds_on: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    further: float = 0.0
    was: str = ""


@dataclass(frozen=True)
class Notebook:
    """One source notebook: its name without suffix, its graded items in order, and its cells as nbformat data.

    `delimiters` are those of its course: how solutions and hidden tests are marked in its cells.
    """

    name: str
    items: tuple[Item, ...]
    source: Any = field(repr=False, compare=False)
    delimiters: Delimiters = NBGRADERS_OWN

    @property
    def max_points(self) -> float:
        """The points of all items, those marked by a person included."""
        return sum(item.points for item in self.items)

    @functools.cached_property
    def titles(self) -> Titles:
        """What the notebook and its items are called in prose."""
        return titles_of(self.name, self.source)

    @property
    def renamed(self) -> dict[str, str]:
        """The grade ids that cells of renamed items had before, each with that of now."""
        taken = {grade_id_of(cell) for cell in self.source.cells}
        names = {}
        for item in self.items:
            if item.was:
                names[item.was] = item.grade_id
                names |= {f"{item.was}-answer": one for one in item.answers if one == f"{item.grade_id}-answer"}
        return {old: new for old, new in names.items() if old not in taken}


@dataclass(frozen=True)
class Assignment:
    """An assignment and its notebooks, by name."""

    name: str
    course: Course
    notebooks: dict[str, Notebook]

    @property
    def title(self) -> str:
        """What the assignment is called: the title in its lab.toml, or its name."""
        from autograder.model.lab import read_title

        return read_title(self.course.root / "notebooks" / self.name) or self.name


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

        with self._configuring():
            if self._config_file.exists():
                app.update_config(PyFileConfigLoader(self._config_file.name, path=str(self.root)).load_config())
            app.coursedir = CourseDirectory(parent=app, root=str(self.root))
        return app

    @property
    def _config_file(self) -> Path:
        return self.root / "nbgrader_config.py"

    @contextlib.contextmanager
    def _configuring(self) -> Iterator[None]:
        """Whatever goes wrong inside is the configuration's fault: it is a program, and names others."""
        try:
            yield
        except Exception as error:
            what = f"cannot be used: {type(error).__name__}: {error}"
            remedy = "correct it until `nbgrader generate_assignment --help-all` runs in the course directory"
            raise CourseError(what, file=self._config_file, remedy=remedy) from error

    def generate_steps(self) -> list[Any]:
        """The steps of the course's `nbgrader generate_assignment`, from source to release, as its settings have them.

        Each is a new preprocessor of nbgrader's. The one that fills the gradebook is among them: SaveCells.
        """
        from nbgrader.converters import GenerateAssignment
        from traitlets.utils.importstring import import_item

        app = self.nbgrader
        with self._configuring():
            kinds = GenerateAssignment(coursedir=app.coursedir, parent=app).preprocessors
            steps = [(import_item(kind) if isinstance(kind, str) else kind)(parent=app) for kind in kinds]
            for step in steps:
                for name in HEADER_FILES:
                    # nbgrader reads them from where the command is run, which it takes for the course directory
                    if getattr(step, name, ""):
                        setattr(step, name, str(self.root / getattr(step, name)))
            return steps

    @functools.cached_property
    def cell_seconds(self) -> float | None:
        """The seconds of a cell that the course's configuration names; None where it names none."""
        config = self.nbgrader.config
        for kind in ("Execute", "ExecutePreprocessor", "NotebookClient"):
            seconds = config[kind].get("timeout") if kind in config else None
            if isinstance(seconds, (int, float)) and 0 < seconds < math.inf:
                return float(seconds)
        return None

    @functools.cached_property
    def _late_penalties(self) -> Any:
        from nbgrader.preprocessors import AssignLatePenalties

        step = AssignLatePenalties(parent=self.nbgrader)
        step.init_plugin()
        step.plugin_inst.log = _SILENT  # it says once more for each notebook which method it uses
        return step.plugin_inst

    def late_penalty(self, student: str, score: float, seconds_late: float) -> float:
        """What the course's own plug-in takes off a notebook for being late, as nbgrader's AssignLatePenalties asks it.

        Never below nothing or above the score. Raises CourseError when the plug-in fails.
        """
        with self._configuring():
            penalty = self._late_penalties.late_submission_penalty(student, score, seconds_late)
            return 0.0 if penalty is None else min(max(float(penalty), 0.0), max(score, 0.0))

    @functools.cached_property
    def delimiters(self) -> Delimiters:
        """How this course marks solutions, hidden tests and mark schemes: as the steps that take them out have it."""
        from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

        steps = self.generate_steps()

        def markers(kind: type, name: str) -> Markers:
            with self._configuring():
                step = next((step for step in steps if isinstance(step, kind)), None) or kind(parent=self.nbgrader)
            return Markers(getattr(step, f"begin_{name}_delimeter"), getattr(step, f"end_{name}_delimeter"))

        return Delimiters(
            markers(ClearSolutions, "solution"),
            markers(ClearHiddenTests, "test"),
            markers(ClearMarkScheme, "mark_scheme"),
        )

    def directory(self, step: str, assignment: str, student: str = ".") -> Path:
        """The folder of a step: source, release, submitted, autograded or feedback."""
        coursedir = self.nbgrader.coursedir
        return Path(coursedir.format_path(getattr(coursedir, f"{step}_directory"), student, assignment))

    @property
    def labs(self) -> list[str]:
        """The labs that have text masters."""
        return sorted(path.parent.name for path in self.root.glob("notebooks/*/lab.toml"))

    @property
    def assignments(self) -> list[str]:
        """The names of the assignments that have a source: as the course's folders are called."""
        folder = self.directory("source", ".").resolve()
        return sorted({path.parent.name for path in folder.glob("*/*.ipynb") if not path.parent.name.startswith(".")})

    def assignment(self, name: str) -> Assignment:
        """Read an assignment's source notebooks. Raises CourseError when there are none or one cannot be read."""
        folder = self.directory("source", name)
        paths = sorted(folder.glob("*.ipynb"))
        if not paths:
            alike = difflib.get_close_matches(name, sorted({*self.labs, *self.assignments}), 2)
            remedy = f"run `autograder build {name}`, or give --course DIR"
            remedy = f"did you mean {' or '.join(alike)}?" if alike and name not in alike else remedy
            raise CourseError(f"no notebooks in {folder}", remedy=remedy)
        return Assignment(name, self, {path.stem: read_notebook(path, self.delimiters) for path in paths})


HEADER_FILES = ("header", "footer")
"""The settings of nbgrader's IncludeHeaderFooter that name a file."""


def find_own_scripts() -> None:
    """Put this Python's scripts on PATH: nbgrader calls alembic by name, also when no environment is activated."""
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if scripts not in path:
        os.environ["PATH"] = os.pathsep.join([scripts, *path])


def read_notebook(path: Path, delimiters: Delimiters = NBGRADERS_OWN) -> Notebook:
    """Read one source notebook. Raises CourseError, with file and cell, when it is none that can be graded by."""
    import nbformat  # a second's worth of imports, which the processes that only run cells do without

    try:
        source = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        # nbformat only logs what is not as its schema has it
        textless = next((n for n, cell in enumerate(source.cells, 1) if not isinstance(cell.source, str)), 0)
    except OSError as error:
        raise CourseError(f"cannot be read: {error.strerror or error}", file=path) from error
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise CourseError(f"cannot be read as a notebook: {error}", file=path) from error
    if textless:
        raise CourseError("has no text", file=path, place=f"cell {textless}", remedy="write the notebook with Jupyter")
    try:
        upgrade(source)
        check_cells(source, delimiters)
        check_kernel(source)
        return Notebook(path.stem, items_of(source), source, delimiters)
    except CourseError as error:
        raise CourseError(error.what, file=path, place=error.place, remedy=error.remedy) from error


def upgrade(source: Any) -> None:
    """Bring the metadata of a source notebook's cells to nbgrader's present schema, as `nbgrader update` would.

    Raises CourseError with the cell whose metadata cannot be.
    """
    from nbgrader.nbgraderformat import SCHEMA_VERSION, MetadataValidator

    validator = MetadataValidator()
    for number, cell in enumerate(source.cells, start=1):
        meta = cell.metadata.get("nbgrader")
        if isinstance(meta, dict) and meta.get("schema_version", 0) != SCHEMA_VERSION:
            with _refusing(f"cell {grade_id_of(cell) or number!r}"):
                validator.upgrade_cell_metadata(cell)


@contextlib.contextmanager
def _refusing(place: str) -> Iterator[None]:
    """Whatever nbgrader says of a cell's metadata, and however it fails over them, is said of the cell."""
    try:
        yield
    except Exception as error:
        said = getattr(error, "message", "") or (str(error) if type(error).__module__ != "builtins" else repr(error))
        remedy = "set them in the Create Assignment panel, or run `nbgrader update` when they are old"
        raise CourseError(f"has metadata that nbgrader does not take: {said}", place=place, remedy=remedy) from error


def check_kernel(source: Any) -> None:
    """Check that a notebook with cells to run is for Python. Raises CourseError with the name of another kernel."""
    kernel, language = source.metadata.get("kernelspec") or {}, source.metadata.get("language_info") or {}
    name = str(kernel.get("language") or language.get("name") or kernel.get("name") or "python")
    tested = any(role_of(cell) is Role.TEST for cell in source.cells)
    if tested and not any(python in name.lower() for python in ("python", "sage", "pyodide")):
        told = str(kernel.get("display_name") or kernel.get("name") or name)
        remedy = "only Python is graded here; `nbgrader autograde` runs any kernel"
        raise CourseError(f"is for the kernel {told} ({name})", remedy=remedy)


def check_cells(source: Any, delimiters: Delimiters) -> None:
    """Check what nbgrader, too, asks of a source notebook: whole metadata, grade ids of their own, closed regions.

    Raises CourseError with the cell.
    """
    from nbgrader.nbgraderformat import MetadataValidator

    validator = MetadataValidator()
    seen: set[str] = set()
    for number, cell in enumerate(source.cells, start=1):
        grade_id = grade_id_of(cell)
        place = f"cell {grade_id or number!r}"
        with _refusing(place):
            validator.validate_cell(cell)
        if role_of(cell) is not Role.FREE:
            if grade_id in seen:
                raise CourseError("is there twice", place=place, remedy="give each of the two a grade id of its own")
            seen.add(grade_id)
        try:
            delimiters.sorted_lines(cell.source)
        except RegionError as error:
            raise CourseError(error.what, place=f"{place}, line {error.line}:", remedy=error.remedy) from error


def items_of(source: Any) -> tuple[Item, ...]:
    """The graded items of a notebook.

    An answer belongs to the item that carries its name (`x-answer` to `x`), otherwise to the next item below it.
    Raises CourseError with the cell whose metadata make no item.
    """
    items: list[Item] = []
    graded = {grade_id_of(cell) for cell in source.cells if role_of(cell) in (Role.TEST, Role.WRITTEN)}
    named: dict[str, list[str]] = {}
    waiting: list[str] = []
    for cell in source.cells:
        role, grade_id = role_of(cell), grade_id_of(cell)
        if role is Role.ANSWER:
            owner = grade_id.removesuffix("-answer")
            if owner in graded:
                named.setdefault(owner, []).append(grade_id)
            else:
                waiting.append(grade_id)
        elif role in GRADED:
            manual = role in MANUAL
            answers = [grade_id] if manual else [*named.get(grade_id, []), *waiting]
            if not manual:
                waiting = []
            more = _builds_on(cell), tuple(answers), _further(cell), _was(cell)
            items.append(Item(grade_id, _points(cell), manual, *more))
    return tuple(items)


def _points(cell: Any) -> float:
    given = nbgrader_metadata(cell).get("points", 0)
    try:
        points = float(given)
    except (TypeError, ValueError):
        points = math.nan
    if not 0 <= points < math.inf:
        what = f"has {str(given)[:40]!r} points"
        raise CourseError(what, place=_place(cell), remedy="give it a number of points, 0 or more")
    return points


def _further(cell: Any) -> float:
    given = own_metadata(cell).get("further", 0)
    return float(given) if isinstance(given, (int, float)) and 0 <= given < math.inf else 0.0


def _was(cell: Any) -> str:
    given = own_metadata(cell).get("was", "")
    return given if isinstance(given, str) else ""


def _builds_on(cell: Any) -> tuple[str, ...]:
    given = own_metadata(cell).get("builds_on", [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        what = f"builds on {str(given)[:40]!r}"
        raise CourseError(what, place=_place(cell), remedy="let builds_on be a list of grade ids")
    return tuple(given)


def _place(cell: Any) -> str:
    return f"cell {grade_id_of(cell)!r}"
