"""What grading a notebook needs to know of its source: prepared once for an assignment, the same for every hand-in."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import marshal
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.course import nbgrader_metadata
from autograder.engine import partial
from autograder.parsing import compiled, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course import Item, Notebook
    from autograder.engine.remote import Connection

GIVEN, CHECKER, SHOW, TEST, ANSWER, FREE = "given", "checker", "show", "test", "answer", "free"
_HIDDEN = re.compile(r"^\s*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*\n?", re.MULTILINE | re.DOTALL)


@dataclass
class PlanCell:
    """One code cell of the source notebook.

    `code` and `last` are a test cell's compiled statements and its final expression, if it has one. `number` says that
    the final expression is partial credit that no value of the hand-in's can have made. `binds` are the names that it
    binds, `released` those that cells since the last test cell have bound. `visible` is the released part of a test
    cell whose names later cells of the notebook need, otherwise empty.
    """

    kind: str
    grade_id: str
    source: str
    code: bytes = b""
    last: bytes = b""
    number: bool = False
    binds: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    visible: str = ""
    error: str = ""


@dataclass
class NotebookPlan:
    """A source notebook, ready to grade by.

    `names` says of each name that a run of it binds where its value comes from, `contacts` where its tests hand
    something to the hand-in's objects (None: to be learned from the run that is graded). The modules are those that the
    model's cells and the tests import at some time: warm processes import them before they fork.
    """

    name: str
    cells: list[PlanCell]
    items: list[dict[str, Any]]
    names: dict[str, list[str]] = field(default_factory=dict)
    contacts: list[tuple[str, str, int, int, str]] | None = None
    student_modules: list[str] = field(default_factory=list)
    examiner_modules: list[str] = field(default_factory=list)

    def pack(self) -> bytes:
        """This plan as bytes, for the examiner's process."""
        return marshal.dumps(asdict(self))

    @property
    def given_sources(self) -> list[str]:
        """The text of the cells that everybody is given."""
        return [cell.source for cell in self.cells if cell.kind in (GIVEN, CHECKER, FREE)]

    @classmethod
    def unpack(cls, data: bytes) -> NotebookPlan:
        """The plan that `pack` wrote: only ever from our own process."""
        parts = marshal.loads(data)  # noqa: S302 - written by the process that started this one
        return cls(**{**parts, "cells": [PlanCell(**cell) for cell in parts["cells"]]})


def make_plan(notebook: Notebook) -> NotebookPlan:
    """Prepare a notebook. What only a run of it can tell is added by `learn`."""
    cells = []
    for cell in notebook.source.cells:
        if cell.cell_type != "code":
            continue
        meta = nbgrader_metadata(cell)
        made = PlanCell(_kind(cell, meta), meta.get("grade_id", ""), str(cell.source))
        tree = _parse(made)
        if tree is not None:
            made.binds = sorted(_bound(tree))
            if made.kind in (TEST, CHECKER):
                _compile(made, tree)
        cells.append(made)
    plan = NotebookPlan(notebook.name, cells, [_item(item) for item in notebook.items])
    for cell in cells:
        if cell.kind != TEST:
            plan.names.update({name: ["own"] for name in cell.binds})
            plan.names.update(_imports(_parse(cell)))
    _order(plan)
    return plan


def learn(plan: NotebookPlan, connection: Connection, seconds: float) -> None:
    """Run the source notebook in a process of its own and note which names it binds, to what.

    Raises StudentGone when a cell of the model solution ends or hangs its process.
    """
    from autograder.engine.remote import deadline_in

    connection.deadline = deadline_in(seconds)
    connection.bound()
    for cell in plan.cells:
        if cell.kind in (TEST, SHOW):
            continue
        connection.deadline = deadline_in(seconds)
        connection.run(cell.source, 0)
        fresh = {name: origin for name, *origin in connection.bound()}
        cell.binds = sorted({*cell.binds, *fresh})
        imported = _imports(_parse(cell))
        for name, origin in fresh.items():
            # an imported constant (`from math import pi`) has lost its origin: the import statement still says it
            plan.names[name] = imported.get(name, origin) if origin[0] == "own" else origin
    _order(plan)


def _item(item: Item) -> dict[str, Any]:
    return {
        "grade_id": item.grade_id,
        "points": item.points,
        "manual": item.manual,
        "builds_on": list(item.builds_on),
        "answers": list(item.answers),
        "further": item.further,
    }


def _kind(cell: Any, meta: dict[str, Any]) -> str:
    own = cell.metadata.get("autograder", {})
    if own.get("show"):
        return SHOW
    if own.get("checker"):
        return CHECKER
    if not meta:
        return FREE
    if meta.get("solution") or meta.get("task"):
        return ANSWER
    if meta.get("grade"):
        return TEST
    return GIVEN if meta.get("locked") else FREE


def _parse(cell: PlanCell) -> ast.Module | None:
    # most of a second, which the examiner does without, and a grader has while its warm processes start
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return parse(TransformerManager().transform_cell(cell.source))
    except (SyntaxError, ValueError) as error:
        cell.error = f"the cell is no Python: {error}"
        return None


def _compile(cell: PlanCell, tree: ast.Module) -> None:
    statements = list(tree.body)
    name = f"<{cell.kind} cell>"
    if cell.kind == TEST and statements and isinstance(statements[-1], ast.Expr):
        last = ast.Expression(statements.pop().value)  # type: ignore[attr-defined]
        cell.last = marshal.dumps(compiled(last, name))
        cell.number = partial.is_own_number(tree)
    cell.code = marshal.dumps(compiled(ast.Module(statements, []), name))


def _order(plan: NotebookPlan) -> None:
    """What follows from the order of the cells: names given back to the notebook, names that it needs from tests."""
    since: set[str] = set()
    for place, cell in enumerate(plan.cells):
        if cell.kind == CHECKER:  # its names stay the examiner's
            continue
        if cell.kind != TEST:
            since |= set(cell.binds)
            continue
        cell.released, since = sorted(since), set()
        needed = set(cell.binds) & _needed(plan.cells[place + 1 :])
        cell.visible = _HIDDEN.sub("", cell.source) if needed else ""


def _needed(cells: list[PlanCell]) -> set[str]:
    """Names that cells read before one of them binds them."""
    needed: set[str] = set()
    bound: set[str] = set()
    for cell in cells:
        tree = _parse(cell) if cell.kind in (GIVEN, ANSWER, FREE) else None
        if tree is None:
            continue
        for statement in tree.body:
            read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            own = _locals(statement)
            needed |= read - bound - own
            bound |= _bound(ast.Module([statement], []))
    return needed


def _locals(statement: ast.stmt) -> set[str]:
    """Names that the functions and comprehensions inside a statement bind for themselves."""
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.comprehension):
            found |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


class _Binder(ast.NodeVisitor):
    """Collects the names that a module's own statements bind."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) -> None:
        self.names.add(node.name)
        for statement in ast.walk(node):
            if isinstance(statement, ast.Global):
                self.names.update(statement.names)

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A lambda binds nothing outside."""

    def visit_ListComp(self, node: Any) -> None:
        """A comprehension binds nothing outside."""

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_alias(self, node: ast.alias) -> None:
        if node.name != "*":
            self.names.add(node.asname or node.name.split(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.generic_visit(node)


def _bound(tree: ast.Module) -> set[str]:
    binder = _Binder()
    binder.visit(tree)
    return binder.names


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield node
            yield from _outside_functions(node)


def _imports(tree: ast.Module | None) -> dict[str, list[str]]:
    """The names that import statements bind, and to what; inside functions and classes they bind none of the cell's."""
    found: dict[str, list[str]] = {}
    for node in _outside_functions(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = [
                    "module",
                    alias.name if alias.asname else alias.name.split(".")[0],
                ]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    found.update(_star(node.module))
                elif _is_module(f"{node.module}.{alias.name}"):
                    found[alias.asname or alias.name] = ["module", f"{node.module}.{alias.name}"]
                else:
                    found[alias.asname or alias.name] = ["from", node.module, alias.name]
    return found


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):
        return False


def _star(module: str) -> dict[str, list[str]]:
    try:
        loaded = importlib.import_module(module)
    except ImportError:
        return {}
    names = getattr(loaded, "__all__", [name for name in vars(loaded) if not name.startswith("_")])
    return {name: ["from", module, name] for name in names}
