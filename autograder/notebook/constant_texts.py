"""Texts that the author of a test wrote down for a failure: they say the same to everybody, whatever was computed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

ConstantText = tuple[int, int, str]
"""The first and the last line of the statement or call that it belongs to, and the text."""

_KEYWORDS = ("msg", "err_msg")
"""What unittest and numpy.testing call the words that are said in addition."""


def constant_texts(tree: ast.AST) -> list[ConstantText]:
    """The texts in `assert condition, "text"`, `raise Error("text")` and `check(..., msg="text")`."""
    found: list[ConstantText] = []
    for node in ast.walk(tree):
        for text in _texts(node):
            if isinstance(text, ast.Constant) and type(text.value) is str and text.value.strip():
                first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
                found.append((first, last, text.value))
    return found


def _texts(node: ast.AST) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.Assert):
        yield node.msg
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        yield from node.exc.args[:1]
    elif isinstance(node, ast.Call):
        yield from (word.value for word in node.keywords if word.arg in _KEYWORDS)
