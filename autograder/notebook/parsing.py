"""Python's parser, for a process with several threads.

CPython 3.11 counts the depth of a syntax tree in one place for all threads: two that parse at the same time disturb
each other, and one of them ends with "SystemError: AST constructor recursion depth mismatch". So they take turns.
"""

from __future__ import annotations

import ast
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

_TURN = threading.Lock()


def parse(source: str) -> ast.Module:
    """The syntax tree of a text. Raises SyntaxError or ValueError, and RecursionError or MemoryError on deep nests."""
    with _TURN:
        return ast.parse(source)


def compiled(tree: ast.Module | ast.Expression, name: str, features: int = 0) -> CodeType:
    """The code of statements or one expression, under these features of `__future__`, as compile() takes them."""
    mode = "eval" if isinstance(tree, ast.Expression) else "exec"
    with _TURN:
        return compile(tree, name, mode, features, dont_inherit=True)  # not what this file imports from __future__
