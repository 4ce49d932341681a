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


def compiled(tree: ast.Module | ast.Expression, name: str) -> CodeType:
    """The code of a syntax tree: statements, or one expression."""
    with _TURN:
        return compile(tree, name, "eval" if isinstance(tree, ast.Expression) else "exec")
