"""Which names a piece of Python binds, reads and imports: told from its syntax tree, without running it."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterable, Iterator
from typing import Any


def needed_by(tree: ast.Module, later: set[str]) -> set[str]:
    """Names that a piece of code, or what runs after it and needs `later`, reads before one of the two binds them."""
    needed = set(later)
    for statement in reversed(tree.body):
        needed -= bound_by(ast.Module([statement], []))
        needed |= read_by(statement)
    return needed


def read_by(statement: ast.AST) -> set[str]:
    """Names that a statement reads, in the functions that it defines as well."""
    read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return read - _locals(statement)


def read_late(tree: ast.Module | None) -> set[str]:
    """Names that the functions of a piece of code look up when they are called."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    nodes = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, functions)]
    return {name for node in nodes for name in read_by(node)}


def _locals(statement: ast.AST) -> set[str]:
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


def bound_by(tree: ast.Module) -> set[str]:
    """Names that the statements of a module bind."""
    binder = _Binder()
    binder.visit(tree)
    return binder.names


def features_of(tree: ast.Module) -> int:
    """What a cell imports from `__future__`, which holds for all cells that follow, as compile() has it."""
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    names = {alias.name for node in imports for alias in node.names}
    return sum(getattr(__future__, name).compiler_flag for name in names.intersection(__future__.all_feature_names))


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield node
            yield from _outside_functions(node)


def imported_by(tree: ast.Module | None) -> dict[str, list[str]]:
    """The names that import statements bind, and to what: ["module", its name] or ["from", a module, a name in it].

    The name in it may be that of a module as well: only who imports it can tell. Those inside functions and classes
    bind none of the module's.
    """
    return _imports(_outside_functions(tree)) if tree is not None else {}


def starred_by(tree: ast.Module | None) -> list[str]:
    """The modules of which a piece of code imports everything (`from math import *`), the last one first."""
    nodes = [] if tree is None else [node for node in _outside_functions(tree) if isinstance(node, ast.ImportFrom)]
    return [node.module for node in reversed(nodes) if node.module and not node.level and node.names[0].name == "*"]


def _imports(nodes: Iterable[ast.AST]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = [
                    "module",
                    alias.name if alias.asname else alias.name.split(".")[0],
                ]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name != "*":
                    found[alias.asname or alias.name] = ["from", node.module, alias.name]
    return found


def modules_used(trees: Iterable[ast.Module]) -> list[str]:
    """The modules that code imports, and what it asks of them that may be one: `torch.optim` in `torch.optim.SGD`.

    Some names are no modules. To find out, one would have to import them, which is left to whoever does that anyway.
    """
    trees = list(trees)
    names = {name: origin for tree in trees for name, origin in _imports(ast.walk(tree)).items()}
    used = {".".join(origin[1:end]) for origin in names.values() for end in (2, 3)}
    for tree in trees:
        used.update(starred_by(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                used.add(".".join([*names[node.value.id][1:], node.attr]))
    return sorted(used)
