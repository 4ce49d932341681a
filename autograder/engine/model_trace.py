"""What grading a notebook needs to know of its source: the trace of the model solution, the same for every hand-in.

`trace_source` reads the source notebook, `learn_names` has it run once and notes what its cells bind. Then the model
solution is graded as a hand-in is: `follow_numbers` is told which tests give partial credit, and `learn_from_grading`
adds where the tests met the answers.
"""

from __future__ import annotations

import ast
import copy
import functools
import marshal
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from autograder.engine import own_numbers
from autograder.engine.names import bound_by, features_of, imported_by, modules_used, needed_by, starred_by
from autograder.notebook.cells import ANSWERS, Role, grade_id_of, role_of
from autograder.notebook.parsing import compiled, parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from autograder.engine.protocol.control import CallSite, Learned
    from autograder.model.course import Item, Notebook
    from autograder.notebook.regions import Delimiters

ANSWER, CHECKER, FREE, GIVEN, SHOW, TEST = (
    role.value for role in (Role.ANSWER, Role.CHECKER, Role.FREE, Role.LOCKED, Role.SHOW, Role.TEST)
)


@dataclass
class TracedCell:
    """One code cell of the source notebook.

    `code` and `last` are a test cell's compiled statements and its final expression, if it has one; `number` says that
    this gave a number in the model's run, which is partial credit. `features` of `__future__` are those that this cell
    or an earlier one has imported. `binds` are the names that the cell binds, `released` those that cells since the
    last test cell have bound. `public` is a test cell as students have it, `visible` the same when later cells of the
    notebook need the names in it, otherwise empty. A test cell's own `source` never leaves this side; that of any other
    is without hidden tests.
    """

    kind: str
    grade_id: str
    source: str
    code: bytes = b""
    last: bytes = b""
    number: bool = False
    features: int = 0
    binds: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    public: str = ""
    visible: str = ""
    error: str = ""


@dataclass
class ModelTrace:
    """A source notebook, ready to grade by.

    `names` says of each name that a run of it binds where its value comes from: ["own"], as `names.imported_by` has it,
    or ["star", the name, modules of which everything was imported]. `call_sites` say where its tests hand something to
    the hand-in's objects (None: to be learned from the run that is graded). The modules are those that the model's
    cells and the tests import at some time: the fork servers import them before they fork.
    """

    name: str
    cells: list[TracedCell]
    items: list[dict[str, Any]]
    names: dict[str, list[str]] = field(default_factory=dict)
    call_sites: list[CallSite] | None = None
    student_modules: list[str] = field(default_factory=list)
    examiner_modules: list[str] = field(default_factory=list)

    def pack(self) -> bytes:
        """This trace as bytes, for the examiner's process."""
        return marshal.dumps(asdict(self))

    @property
    def given_sources(self) -> list[str]:
        """The text of the cells that everybody is given."""
        return [cell.source for cell in self.cells if cell.kind in (GIVEN, CHECKER, FREE)]

    @classmethod
    def unpack(cls, data: bytes) -> ModelTrace:
        """The trace that `pack` wrote: only ever from our own process."""
        parts = marshal.loads(data)  # noqa: S302 - written by the process that started this one
        return cls(**{**parts, "cells": [TracedCell(**cell) for cell in parts["cells"]]})


def trace_source(notebook: Notebook) -> ModelTrace:
    """Read a source notebook. What only a run of it can tell is added later.

    Raises RegionError when a region of hidden tests is not closed: what is not known to be visible stays here.
    """
    cells: list[TracedCell] = []
    for cell in (cell for cell in notebook.source.cells if cell.cell_type == "code"):
        cells.append(_traced(cell, notebook.delimiters, cells[-1].features if cells else 0))
    trace = ModelTrace(notebook.name, cells, [_item(item) for item in notebook.items])
    for cell in cells:
        if cell.kind != TEST:
            trace.names.update({name: ["own"] for name in cell.binds})
            trace.names.update(imported_by(_parse(cell)))
    return trace


class Asked(Protocol):
    """A process that runs cells, and what is asked of it to learn their names."""

    deadline: float | None

    def run(self, source: str, limit: int) -> Any:
        """Run a cell."""

    def bound(self) -> list[list[str]]:
        """The names bound since the last question of this kind, and where their values come from."""


def learn_names(trace: ModelTrace, connection: Asked, seconds: float) -> None:
    """Run the source notebook in a process of its own and note which names it binds, to what.

    Raises StudentGone when a cell of the model solution ends or hangs its process.
    """
    connection.deadline = time.monotonic() + seconds
    connection.bound()
    for cell in trace.cells:
        if cell.kind in (TEST, SHOW):
            continue
        connection.deadline = time.monotonic() + seconds
        connection.run(cell.source, 0)
        fresh = {name: origin for name, *origin in connection.bound()}
        tree = _parse(cell)
        imported, starred = imported_by(tree), starred_by(tree)
        for name, origin in fresh.items():
            # an imported constant (`from math import pi`) has lost its origin: the import statement still says it
            lost = ["star", name, *starred] if starred and name not in cell.binds else origin
            trace.names[name] = imported.get(name, lost) if origin[0] == "own" else origin
        cell.binds = sorted({*cell.binds, *fresh})
    _order(trace)


def learn_from_grading(trace: ModelTrace, learned: Learned) -> None:
    """Add what the tests did when the model solution was graded."""
    trace.call_sites = learned.call_sites
    trace.student_modules, trace.examiner_modules = learned.student_modules, learned.examiner_modules


def follow_numbers(trace: ModelTrace, grade_ids: Container[str]) -> bool:
    """Have the numbers followed in the test cells that gave a number in the model's run; whether there are any."""
    cells = [cell for cell in trace.cells if cell.kind == TEST and cell.grade_id in grade_ids]
    for cell in cells:
        cell.number = True
        tree = _parse(cell)
        if tree is not None:
            _compile(cell, tree)
    return bool(cells)


def modules_of(notebooks: Iterable[Notebook]) -> list[str]:
    """The modules that the code of source notebooks imports or reaches through its imports."""
    sources = [cell.source for notebook in notebooks for cell in notebook.source.cells if cell.cell_type == "code"]
    return modules_used(tree for tree, _ in map(_tree, sources) if tree is not None)


def _traced(cell: Any, delimiters: Delimiters, features: int) -> TracedCell:
    role = role_of(cell)
    made = TracedCell(ANSWER if role in ANSWERS else role.value, grade_id_of(cell), cell.source, features=features)
    tree = _parse(made)
    if tree is not None:
        made.features |= features_of(tree)
        made.binds = sorted(bound_by(tree))
        if made.kind in (TEST, CHECKER):
            _compile(made, tree)
    if made.kind == TEST:
        made.public = delimiters.released(cell.source)
    else:  # the student's process is given its text
        seen = delimiters.solved if made.kind == ANSWER else delimiters.released
        made.source = seen(cell.source)
    return made


def _item(item: Item) -> dict[str, Any]:
    return {
        "grade_id": item.grade_id,
        "points": item.points,
        "manual": item.manual,
        "builds_on": list(item.builds_on),
        "answers": list(item.answers),
        "further": item.further,
    }


def _parse(cell: TracedCell) -> ast.Module | None:
    tree, cell.error = _tree(cell.source)
    return tree


@functools.lru_cache(maxsize=1024)
def _tree(source: str) -> tuple[ast.Module | None, str]:
    """The syntax tree of a cell as IPython would run it, or why there is none. Whoever changes it copies it first."""
    # most of a second, which the examiner does without, and a grader has while its fork servers start
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return parse(TransformerManager().transform_cell(source)), ""
    except (SyntaxError, ValueError) as error:
        return None, f"the cell is no Python: {error}"


def _compile(cell: TracedCell, tree: ast.Module) -> None:
    name = f"<{cell.kind} cell>"
    last = tree.body[-1] if tree.body else None
    if cell.number and isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant):
        tree = own_numbers.followed(
            copy.deepcopy(tree)
        )  # a number that just stands there tells nothing, and is not followed
    statements = list(tree.body)
    if cell.kind == TEST and statements and isinstance(statements[-1], ast.Expr):
        value = ast.Expression(statements.pop().value)  # type: ignore[attr-defined]
        cell.last = marshal.dumps(compiled(value, name, cell.features))
    cell.code = marshal.dumps(compiled(ast.Module(statements, []), name, cell.features))


def _order(trace: ModelTrace) -> None:
    """What follows from the order of the cells: names given back to the notebook, names that it needs from tests."""
    since: set[str] = set()
    for cell in trace.cells:
        if cell.kind == TEST:
            cell.released, since = sorted(since), set()
        elif cell.kind != CHECKER:  # its names stay the examiner's
            since |= set(cell.binds)
    needed: set[str] = set()
    for cell in reversed(trace.cells):
        if cell.kind == TEST:
            cell.visible = cell.public if needed.intersection(cell.binds) else ""
        elif cell.kind in (GIVEN, ANSWER, FREE) and (tree := _parse(cell)) is not None:
            needed = needed_by(tree, needed)
