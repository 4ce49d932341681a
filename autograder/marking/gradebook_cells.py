"""The cells of an assignment as nbgrader's gradebook registers them, and the mark of a database's version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.model.course import Assignment
from autograder.model.generating import generated


def prepared_sources(assignment: Assignment) -> dict[str, Any]:
    """Each source notebook as nbgrader's generate step saves it in the gradebook. Raises CourseError."""
    return {name: generated(assignment, notebook, as_saved=True) for name, notebook in assignment.notebooks.items()}


class CellRows:
    """The rows of a notebook's cells: what has a grade, what has a comment."""

    def __init__(self, notebook: Any, graded: dict[str, Any], commented: dict[str, Any], solutions: set[str]) -> None:
        self._objects = notebook, graded, commented
        self.solutions = solutions

    def read_ids(self) -> None:
        """Read the ids, once the rows have been committed."""
        notebook, graded, commented = self._objects
        self.notebook_id: str = notebook.id
        self.graded: dict[str, str] = {name: cell.id for name, cell in graded.items()}
        self.commented: dict[str, str] = {name: cell.id for name, cell in commented.items()}


def register_cells(db: Any, notebook: Any, prepared: Any, renamed: Mapping[str, str]) -> CellRows:
    """Make or correct the rows of a notebook's cells; rows of cells that are gone go, with their grades.

    Rows of cells that were `renamed` get the name of now, and keep what persons gave.
    """
    from nbgrader import api, utils

    known = {(type(cell), cell.name): cell for cell in [*notebook._base_cells, *notebook.source_cells]}  # noqa: SLF001

    _rename(known, renamed)

    def cell_of(kind: type, name: str, **values: Any) -> Any:
        cell = known.pop((kind, name), None)
        if cell is None:
            cell = kind(name=name, notebook=notebook, **values)
            db.add(cell)
        for attribute, value in values.items():
            setattr(cell, attribute, value)
        return cell

    graded, solutions, tasks = {}, {}, {}
    for cell in prepared.cells:
        is_grade, is_solution, is_task = utils.is_grade(cell), utils.is_solution(cell), utils.is_task(cell)
        if not (is_grade or is_solution or is_task or utils.is_locked(cell)):
            continue
        meta = cell.metadata.nbgrader
        name = meta["grade_id"]
        if is_grade:
            graded[name] = cell_of(api.GradeCell, name, max_score=float(meta["points"]), cell_type=cell.cell_type)
        if is_solution:
            solutions[name] = cell_of(api.SolutionCell, name)
        if is_task:
            tasks[name] = cell_of(api.TaskCell, name, max_score=float(meta["points"]), cell_type=cell.cell_type)
        values = {"cell_type": cell.cell_type, "locked": utils.is_locked(cell), "source": cell.source}
        cell_of(api.SourceCell, name, checksum=meta.get("checksum"), **values)
    for cell in known.values():
        for row in (*(getattr(cell, "grades", None) or ()), *(getattr(cell, "comments", None) or ())):
            db.delete(row)
        db.delete(cell)
    return CellRows(notebook, {**graded, **tasks}, {**solutions, **tasks}, set(solutions))


def _rename(known: dict[Any, Any], renamed: Mapping[str, str]) -> None:
    """Give rows the names of now."""
    for (kind, name), cell in list(known.items()):
        new = renamed.get(name)
        if new is not None and (kind, new) not in known:
            cell.name = new
            known[kind, new] = known.pop((kind, name))


def stamp_new_database(db_url: str) -> None:
    """Give a new database the mark of the schema version that nbgrader's Gradebook would ask the `alembic` command for.

    That command is on PATH only in an activated environment, and takes a second.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(db_url)
    try:
        if not inspect(engine).get_table_names():
            head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    finally:
        engine.dispose()
