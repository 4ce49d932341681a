"""What the gate looks at: a lab, its source and released notebooks, and the runs that the proofs share."""

from __future__ import annotations

import copy
import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import nbformat

from autograder.model.decision import Decision
from autograder.model.lab import Lab, NotebookSettings
from autograder.model.results import ItemResult
from autograder.notebook.cells import Role, grade_id_of, role_of
from autograder.notebook.regions import NBGRADERS_OWN, Delimiters
from autograder.release.preview import preview
from autograder.release.running import run_notebook


@dataclass(frozen=True)
class Problem:
    """A failed check: where, what was found, what to do."""

    notebook: str
    cell: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """One line for the terminal."""
        cell = f", cell {self.cell!r}" if self.cell else ""
        return f"{self.notebook}{cell}: {self.found}; {self.remedy}"


@dataclass(frozen=True)
class Note:
    """What is to be known of a cell, and is no problem."""

    notebook: str
    cell: str
    found: str

    def __str__(self) -> str:
        """One line for the terminal."""
        return f"{self.notebook}, cell {self.cell!r}: {self.found}"


class Grades(Protocol):
    """This engine, for the notebooks of a lab."""

    def decisions(self, name: str) -> list[Decision]:
        """Where the items of a notebook are decided."""

    def grade(self, name: str, content: Any, whose: str) -> tuple[ItemResult, ...]:
        """The marks of a notebook."""


@dataclass(frozen=True)
class Record:
    """What a check of the checker reported in a run of the model solution."""

    item: str
    name: str
    points: float
    passed: bool
    message: str


@dataclass(frozen=True)
class Subject:
    """One notebook of the lab, in both forms. `python` runs its kernels, None means the Python that runs the gate.

    `grader` is what all notebooks of the lab are graded with; without it this one gets its own.
    """

    settings: NotebookSettings
    source: Any
    released: Any
    python: Path | None = None
    delimiters: Delimiters = NBGRADERS_OWN
    grader: Grades | None = field(default=None, repr=False, compare=False)
    libraries: tuple[str, ...] = Lab.libraries

    @property
    def name(self) -> str:
        """The notebook's name."""
        return self.settings.name

    def problem(self, cell: Any, found: str, remedy: str) -> Problem:
        """A problem with a cell of this notebook, or with the notebook when `cell` is None."""
        return Problem(self.name, "" if cell is None else name_of(cell), found, remedy)

    @functools.cached_property
    def page(self) -> str:
        """The release as a page of HTML, to read only."""
        return preview(self.released, self.settings.title)

    @functools.cached_property
    def source_run(self) -> Any:
        """The source notebook, model solutions and hidden tests included, run as nbgrader grades."""
        return run_notebook(self.source, grading=True, python=self.python)

    @functools.cached_property
    def untouched_run(self) -> Any:
        """The source notebook with the release's answers in it, run as nbgrader grades."""
        return run_notebook(untouched(self.source, self.released), grading=True, python=self.python)

    @functools.cached_property
    def released_run(self) -> Any:
        """The release as a student runs it who has done nothing yet."""
        return run_notebook(self.released, grading=False, python=self.python)

    @functools.cached_property
    def recorded_run(self) -> tuple[Any, list[Record]]:
        """The source notebook without its show cells, and what the checker reported to the examiner in it."""
        notebook = copy.deepcopy(self.source)
        notebook.cells = [cell for cell in notebook.cells if role_of(cell) is not Role.SHOW]
        return self._recorded(notebook)

    @functools.cached_property
    def untouched_records(self) -> list[Record]:
        """What the checker reported of the release's answers in the source notebook."""
        return self._recorded(untouched(self.source, self.released))[1]

    def _recorded(self, notebook: Any) -> tuple[Any, list[Record]]:
        """A notebook's run with a recorder in the place of the examiner, and what was recorded."""
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_RECORDER))
        notebook.cells.append(nbformat.v4.new_code_cell(_REPORT))
        run = run_notebook(notebook, grading=True, python=self.python)
        text = "".join(output.get("text", "") for output in run.cells[-1].outputs)
        rows = json.loads(text) if text else []
        del run.cells[0], run.cells[-1]
        return run, [Record(*row) for row in rows]


@dataclass(frozen=True)
class LabSubject:
    """The whole lab: its settings and its notebooks in order."""

    lab: Lab
    notebooks: tuple[Subject, ...]


def untouched(source: Any, released: Any) -> Any:
    """The source notebook with every answer as the release has it: tests and hidden tests meet an untouched hand-in."""
    answers = {grade_id_of(cell): cell for cell in released.cells if role_of(cell) in (Role.ANSWER, Role.WRITTEN)}
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        answer = answers.get(grade_id_of(cell))
        if answer is not None:
            cell.source = answer.source
            cell.metadata["nbgrader"] = copy.deepcopy(answer.metadata["nbgrader"])
    return notebook


def name_of(cell: Any) -> str:
    """How a message names a cell: by its grade id, or else by its first line."""
    first: str = cell.source.strip().split("\n")[0]
    return grade_id_of(cell) or first[:60]


_RECORDER = """\
class __Recorder__:
    rows = []

    def compares(self, want):
        pass
    def record(self, item, name, points, passed, message="", **parts):
        self.rows.append([item, name, points, bool(passed), message])


__examiner__ = __Recorder__()
"""

_REPORT = "print(__import__('json').dumps(__Recorder__.rows))"
