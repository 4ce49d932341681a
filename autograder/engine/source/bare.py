"""A model's answer as code without its text, for where the hand-in's process may not know that."""

from __future__ import annotations

import ast
import copy
import marshal

from autograder.notebook.parsing import compiled


def bare(tree: ast.Module, features: int) -> bytes:
    """A cell as code without its text: no documentation, no comments, no place that it comes from.

    Nothing where its text would have to be there, as for what stands below a `%%magic`.
    """
    if any(getattr(node, "attr", "") == "run_cell_magic" for node in ast.walk(tree)):
        return b""
    made = copy.deepcopy(tree)
    for node in ast.walk(made):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [statement for statement in node.body if not _is_text(statement)] or [ast.Pass()]
    return marshal.dumps(compiled(ast.fix_missing_locations(made), "<cell>", features))


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
