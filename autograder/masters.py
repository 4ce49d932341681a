"""Text masters, read and checked: notebooks/LAB/*.py, jupytext percent text with short headers.

A cell's header says in a few words what nbgrader wants to know in many. What can be wrong with a master without running
it is found here, and said with its file, line, cell and remedy.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext

from autograder.model.exceptions import CourseError
from autograder.notebook.regions import NBGRADERS_OWN, Delimiters, Markers, Place, RegionError

ROLES = ("locked", "show", "answer", "item", "written", "checker")
HEADER_KEYS = (*ROLES, "points", "further", "fold", "builds_on", "section", "minutes", "was")
CHECKER_ID = "checker"
PLAN_ID = "plan"

_CELL_MARK = re.compile(r"^# %%( |$)")
_GRADE_ID = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")


class BuildError(CourseError):
    """A master says something that cannot be built: file, line, cell and remedy."""

    def __init__(self, what: str, *, file: Path, line: int = 0, cell: str = "", remedy: str = "") -> None:
        super().__init__(what, file=file, place=f"cell {cell!r}" if cell else "", remedy=remedy)
        self.line = line

    def __str__(self) -> str:
        """The sentence, which starts as compilers' messages do where a line is known."""
        if not self.line:
            return super().__str__()
        where = f"{self.file}:{self.line}:{f' {self.place}:' if self.place else ''}"
        return f"{where} {self.what}{f'; {self.remedy}' if self.remedy else ''}"


@dataclass
class Cell:
    """A cell of a master: where it stands, its text, its header's settings. Prose and free code have no role."""

    line: int
    kind: str
    source: str
    header: dict[str, Any]
    role: str = ""
    name: str = ""

    @property
    def grade_id(self) -> str:
        """The nbgrader grade id that this cell gets, or an empty text."""
        return f"{self.name}-answer" if self.role == "answer" else self.name


@dataclass(frozen=True)
class Section:
    """A part of a notebook: minutes planned for it, points of its items and of its answers marked by a person.

    In a further section the points of the items do not count towards the mark.
    """

    title: str
    minutes: float
    items: dict[str, float] = field(default_factory=dict)
    written: dict[str, float] = field(default_factory=dict)
    further: bool = False


@dataclass(frozen=True)
class Master:
    """A text master, read and checked."""

    path: Path
    cells: list[Cell] = field(repr=False)
    delimiters: Delimiters = NBGRADERS_OWN

    @property
    def name(self) -> str:
        """The notebook's name."""
        return self.path.stem

    def plan(self) -> list[Section]:
        """The notebook's sections in order, with what each asks. Items above the first section get one of their own."""
        return [section for section, _ in self.sections_with_cells()]

    def sections_with_cells(self) -> list[tuple[Section, list[Cell]]]:
        """The sections with their graded cells. What follows the first further section is further as well."""
        groups: list[tuple[Cell | None, list[Cell]]] = []
        for cell in self.cells:
            if "section" in cell.header:
                groups.append((cell, []))
            if cell.role in {"item", "written"}:
                if not groups:
                    groups.append((None, []))
                groups[-1][1].append(cell)
        found = []
        further = False
        for opening, graded in groups:
            header: dict[str, Any] = {"section": "Exercises"} if opening is None else opening.header
            further = further or "further" in header or any("further" in cell.header for cell in graded)
            section = Section(header["section"], header.get("minutes", 0), further=further)
            for cell in graded:
                asked = section.items if cell.role == "item" else section.written
                asked[cell.grade_id] = cell.header["further" if "further" in cell.header else "points"]
            found.append((section, graded))
        return found


def read_master(path: Path, delimiters: Delimiters = NBGRADERS_OWN) -> Master:
    """Read and check a master, whose solutions and hidden tests are marked in the course's words. Raises BuildError."""
    text = read_text(path)
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines) if _CELL_MARK.match(line)]
    if not marks:
        remedy = "a cell starts with a line `# %%` or `# %% [markdown]`"
        raise BuildError("no cells", file=path, line=1, remedy=remedy)
    for number, line in enumerate(lines[: marks[0]]):
        # the preamble holds the warning and what editors add; nothing of it is built
        if line.strip() and not line.startswith("#"):
            remedy = "put a line `# %%` above it"
            raise BuildError("code before the first cell", file=path, line=number + 1, remedy=remedy)
    notebook = jupytext.reads("\n".join(lines[marks[0] :]) + "\n", fmt="py:percent")
    cells = []
    for mark, cell in zip(marks, notebook.cells, strict=True):
        header = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
        cells.append(Cell(mark + 1, cell.cell_type, cell.source, header))
    master = Master(path, cells, delimiters)
    for cell in cells:
        _check_header(master, cell)
        _check_source(master, cell)
    _check_names(master)
    _check_references(master)
    _check_further(master)
    return master


def read_text(path: Path) -> str:
    """The text of a file of the lab. Raises BuildError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BuildError("is missing", file=path, remedy="write it, or take it out of lab.toml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"cannot be read as UTF-8 text: {error}", file=path) from error


def _fault(master: Master, cell: Cell, message: str, offset: int = 0) -> BuildError:
    what, _, remedy = message.partition("; ")
    return BuildError(what, file=master.path, line=cell.line + offset, cell=cell.grade_id, remedy=remedy)


def _check_header(master: Master, cell: Cell) -> None:
    """Check a cell's header by itself, and set its role and name."""
    for key in cell.header:
        if key not in HEADER_KEYS:
            raise _fault(master, cell, f"unknown header key {key!r}; known are {', '.join(HEADER_KEYS)}")
    roles = [key for key in ROLES if key in cell.header]
    if len(roles) > 1:
        raise _fault(master, cell, f"a cell has one role, and this has {' and '.join(roles)}; keep one")
    if roles:
        _check_role(master, cell, roles[0])
    _check_points(master, cell)
    if "fold" in cell.header and (cell.kind != "code" or cell.role not in {"", "locked", "show"}):
        raise _fault(master, cell, "fold is for given code cells, and test cells are folded anyway; take fold away")
    if "fold" in cell.header and not (isinstance(cell.header["fold"], str) and cell.header["fold"].strip()):
        raise _fault(master, cell, 'fold is the title that is seen of the cell; write fold="Draws the graph"')
    if "builds_on" in cell.header and cell.role != "item":
        raise _fault(master, cell, "only item cells build on others; take builds_on away")
    if "was" in cell.header and (cell.role not in {"item", "written"} or not _GRADE_ID.match(str(cell.header["was"]))):
        raise _fault(master, cell, 'was is the name that an item had before it was renamed; write was="dual-exp"')
    minutes = cell.header.get("minutes", 0)
    if not isinstance(minutes, (int, float)) or isinstance(minutes, bool):
        raise _fault(master, cell, f"minutes should be a number, and are {minutes!r}; write minutes=8")
    if not isinstance(cell.header.get("section", ""), str):
        raise _fault(master, cell, 'section should be a text; write section="rules"')


def _check_points(master: Master, cell: Cell) -> None:
    """Check that what is graded has points, or as a further task what its checks count, and that nothing else has."""
    worth = [key for key in ("points", "further") if key in cell.header]
    if cell.role == "item" and len(worth) > 1:
        raise _fault(master, cell, "further stands in place of points; keep one of them")
    if cell.role in {"item", "written"}:
        key = "further" if worth == ["further"] and cell.role == "item" else "points"
        value = cell.header.get(key)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0:
            raise _fault(master, cell, f"{key} should be a number above 0, and are {value!r}; write {key}=3")
    elif "points" in worth:
        raise _fault(master, cell, "only item and written cells have points; take points away")
    if "further" in worth and cell.role != "item" and not ("section" in cell.header and cell.header["further"] is True):
        raise _fault(master, cell, "further=3 is for test cells, further=true for what opens a section; take it away")


def _check_role(master: Master, cell: Cell, role: str) -> None:
    value = cell.header[role]
    if role == "checker":
        if value is not True or cell.kind != "code" or cell.source.strip():
            raise _fault(master, cell, "the checker's cell is an empty code cell; write `# %% checker=true` alone")
    elif not isinstance(value, str) or not _GRADE_ID.match(value):
        raise _fault(master, cell, f'{role} should be words with hyphens, as {role}="dual-division", and is {value!r}')
    else:
        cell.name = value
    cell.role = role
    wanted = {"written": "markdown", "answer": "code", "item": "code", "show": "code"}.get(role, cell.kind)
    if cell.kind != wanted:
        raise _fault(master, cell, f"{role} is for {wanted} cells, and this is a {cell.kind} cell")


def _check_source(master: Master, cell: Cell) -> None:
    """Check the markers inside a cell, and that code is Python whose tests end in a statement."""
    marks = master.delimiters
    solutions = _check_markers(master, cell, marks.solution)
    hidden = _check_markers(master, cell, marks.hidden)
    if cell.role in {"answer", "written"} and not solutions:
        begin, end = marks.solution.comments
        raise _fault(master, cell, f"no solution; put it between `{begin}` and `{end}`")
    if solutions and cell.role not in {"answer", "written"}:
        raise _fault(master, cell, 'a solution outside an answer cell; give the cell a header answer="..."')
    if hidden and cell.role != "item":
        raise _fault(master, cell, 'hidden tests outside a test cell; give the cell a header item="..." points=...')
    if cell.kind != "code" or cell.role == "checker":
        return
    tree = _parse(master, cell)
    if cell.role == "item" and (not tree.body or isinstance(tree.body[-1], ast.Expr)):
        # stock nbgrader takes the value of a last expression for the mark
        raise _fault(
            master, cell, "a test cell ends in a statement; put the expression into `with check(...)` or assert"
        )


def _check_markers(master: Master, cell: Cell, markers: Markers) -> int:
    """The number of balanced regions of a kind."""
    try:
        places = [place for _, place in markers.lines(cell.source)]
    except RegionError as error:
        raise _fault(master, cell, f"{error.what}; {error.remedy}", error.line) from error
    opened = False
    for offset, place in enumerate(places, start=1):
        if place is Place.END and not opened:  # nbgrader passes over it
            begin, end = markers.comments
            raise _fault(master, cell, f"`{end}` without `{begin}` above it", offset)
        opened = place is Place.BEGIN or (opened and place is not Place.END)
    return places.count(Place.BEGIN)


def _parse(master: Master, cell: Cell) -> ast.Module:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(cell.source))
    except SyntaxError as error:
        raise _fault(master, cell, f"not Python: {error.msg}", error.lineno or 0) from error


def _check_names(master: Master) -> None:
    """Check that names are unique and that the one checker stands above the first item."""
    seen: dict[str, Cell] = {}
    checker: Cell | None = None
    for cell in master.cells:
        if cell.role == "checker":
            if checker is not None:
                raise _fault(master, cell, f"a second checker; the first is in line {checker.line}")
            checker = cell
        elif cell.role == "item" and checker is None:
            raise _fault(master, cell, "a test cell above the checker; put `# %% checker=true` before it")
        if cell.grade_id in {CHECKER_ID, PLAN_ID}:
            raise _fault(master, cell, f"the name {cell.grade_id!r} belongs to the checker's cells; choose another")
        if cell.grade_id in seen:
            raise _fault(master, cell, f"the name is taken by line {seen[cell.grade_id].line}; choose another")
        if cell.grade_id:
            seen[cell.grade_id] = cell


def _check_references(master: Master) -> None:
    """Check that answers and items belong together and that items build on items."""
    items = {cell.name for cell in master.cells if cell.role == "item"}
    answers = {cell.name for cell in master.cells if cell.role == "answer"}
    for cell in master.cells:
        if cell.role == "item" and cell.name not in answers:
            raise _fault(master, cell, f'no answer cell; write one with the header answer="{cell.name}"')
        if cell.role == "answer" and cell.name not in items:
            raise _fault(master, cell, f'no test cell; write one with the header item="{cell.name}" points=...')
        builds_on = cell.header.get("builds_on", [])
        if not isinstance(builds_on, list):
            raise _fault(master, cell, f'builds_on should be a list, as ["dual-addition"], and is {builds_on!r}')
        for other in builds_on:
            if other not in items or other == cell.name:
                raise _fault(master, cell, f"builds_on names {other!r}, which is no other item of this notebook")


def _check_further(master: Master) -> None:
    """Check that the further sections are the last ones, and have no marks in them."""
    for section, graded in master.sections_with_cells():
        for cell in graded:
            if section.further and "points" in cell.header:
                raise _fault(
                    master,
                    cell,
                    f"it has points in or after a further section ({section.title!r}); move it up, or write further=3",
                )
