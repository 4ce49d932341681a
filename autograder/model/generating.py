"""What the steps of a course's `nbgrader generate_assignment` make of a source notebook; autotests among them.

An autotest is a comment such as `### AUTOTEST f(2)` in a test cell. nbgrader's own step writes the tests that it stands
for, from what the model solution gives and the templates in autotests.yml. It runs the source notebook in a kernel, as
`nbgrader generate_assignment` does, in a copy of its folder; nothing of a hand-in is in it.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.files import temporary_folder
from autograder.model.course import Assignment, Notebook
from autograder.model.exceptions import CourseError
from autograder.notebook.cells import ANSWERS, Role, grade_id_of, role_of, source_of

_SILENT = logging.Logger("generate", logging.CRITICAL + 1)  # noqa: LOG001 - what steps print is in their errors
COPIED_BYTES = 20_000_000


def generated(assignment: Assignment, notebook: Notebook, *, as_saved: bool = False) -> Any:
    """A notebook as the course's own steps release it, or `as_saved`: as they save it in the gradebook on their way.

    Nothing is saved. Raises CourseError when a step refuses the notebook.
    """
    from nbgrader.preprocessors import SaveCells

    steps = assignment.course.generate_steps()
    last = next((place for place, step in enumerate(steps) if isinstance(step, SaveCells)), None) if as_saved else None
    return after_steps(assignment, notebook, [step for step in steps[:last] if not isinstance(step, SaveCells)])


def after_steps(assignment: Assignment, notebook: Notebook, steps: Iterable[Any]) -> Any:
    """A notebook's cells after some steps of the course's. Raises CourseError when one refuses the notebook."""
    folder = assignment.course.directory("source", assignment.name)
    made = copy.deepcopy(notebook.source)
    names = {"student": ".", "assignment": assignment.name, "notebook": notebook.name}
    resources: Any = {"nbgrader": names, "metadata": {"name": notebook.name, "path": str(folder)}}
    with contextlib.ExitStack() as stack:
        if any("AUTOTEST" in cell.source for cell in made.cells):  # the notebook is run, and may write files
            resources["metadata"]["path"] = stack.enter_context(_copied(folder))
        return _stepped(assignment, notebook, steps, made, resources)


@contextlib.contextmanager
def _copied(folder: Path) -> Iterator[str]:
    """A copy of a source folder to run a notebook in; its largest files are links."""

    def copied(source: str, target: str) -> None:
        small = Path(source).stat().st_size < COPIED_BYTES
        shutil.copy(source, target) if small else Path(target).symlink_to(source)

    with temporary_folder() as place:
        shutil.copytree(folder, place, copy_function=copied, dirs_exist_ok=True)
        yield place


def _stepped(assignment: Assignment, notebook: Notebook, steps: Iterable[Any], made: Any, resources: Any) -> Any:
    folder = assignment.course.directory("source", assignment.name)
    for step in steps:
        step.log = _SILENT
        templates = getattr(step, "autotest_filename", "")  # of the assignment, otherwise of the course
        if templates and not (folder / templates).exists():
            step.autotest_filename = str((assignment.course.root / templates).resolve())
        try:
            made, resources = step.preprocess(made, resources)
        except Exception as error:  # the steps are the course's, and may fail in any way
            remedy = "`nbgrader generate_assignment` says more"
            what = f"cannot be released: {error or type(error).__name__}"
            file = folder / f"{notebook.name}.ipynb"
            raise CourseError(what, file=file, place=misplaced(notebook), remedy=remedy) from error
    return made


def misplaced(notebook: Notebook) -> str:
    """The first cell with a region that its role does not go with, as an error names it; empty where there is none."""
    belong = list(zip(notebook.delimiters, (ANSWERS, {Role.TEST, Role.WRITTEN}, {Role.TASK}), strict=True))
    for number, cell in enumerate(notebook.source.cells, start=1):
        if any(markers.mark(cell.source) and role_of(cell) not in roles for markers, roles in belong):
            return f"cell {grade_id_of(cell) or number!r}"
    return ""


def written_out(assignment: Assignment) -> Assignment:
    """An assignment with the tests that its comments ask for; itself where there are none. Raises CourseError."""
    texts = [source_of(cell) for notebook in assignment.notebooks.values() for cell in notebook.source.cells]
    if not any("AUTOTEST" in text for text in texts) and not _configured(assignment):
        return assignment
    from nbgrader.preprocessors import InstantiateTests

    made = dict(assignment.notebooks)
    for step in assignment.course.generate_steps():
        if isinstance(step, InstantiateTests):
            for name, notebook in made.items():
                if any(step.autotest_delimiter in source_of(cell) for cell in notebook.source.cells):
                    made[name] = replace(notebook, source=after_steps(assignment, notebook, [step]))
    return replace(assignment, notebooks=made)


def _configured(assignment: Assignment) -> Any:
    """Whether the course has another word for them."""
    return "InstantiateTests" in assignment.course.nbgrader.config
