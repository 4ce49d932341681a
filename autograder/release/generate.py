"""nbgrader's own generate step, run on a copy, and what the release leaves out of its result."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import nbformat

from autograder.files import temporary_folder
from autograder.model.course import Course
from autograder.model.exceptions import CourseError


def generate(course: Course, name: str) -> dict[str, Any]:
    """The student notebooks of an assignment, by name.

    Runs nbgrader's generate step with the course's configuration in a temporary course directory with a gradebook of
    its own, so that neither the course's release folder nor its gradebook changes.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    source = course.directory("source", name)
    config = course.nbgrader.config
    log = _CollectErrors()
    with temporary_folder() as root:
        copy = CourseDirectory(config=config, root=root, assignment_id=name, db_url=f"sqlite:///{root}/gradebook.db")
        shutil.copytree(source, Path(root, copy.format_path(copy.source_directory, ".", name)))
        converter = GenerateAssignment(coursedir=copy, config=config)
        converter.log = log.logger
        try:
            converter.start()
        except (NbGraderException, RuntimeError, ValueError, SystemExit) as error:
            raise CourseError(f"nbgrader cannot generate {name} from {source}: {log.text() or error}") from error
        released = Path(copy.format_path(copy.release_directory, ".", name))
        notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(released.glob("*.ipynb"))}
    for notebook in notebooks.values():
        strip(notebook)
    return notebooks


def strip(notebook: Any) -> None:
    """Take out what students do not get: our own metadata and outputs. Makes it nbformat 4.4, without cell ids."""
    notebook.nbformat, notebook.nbformat_minor = 4, 4
    for cell in notebook.cells:
        cell.pop("id", None)
        cell.metadata.pop("autograder", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


class _CollectErrors(logging.Handler):
    """Keeps what nbgrader logs as an error: its exceptions say no more than that there was one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []
        # a logger of its own: whatever else logs in this process stays out of the message
        self.logger = logging.Logger("generate")  # noqa: LOG001
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record.getMessage())

    def text(self) -> str:
        return " ".join(self.records)
