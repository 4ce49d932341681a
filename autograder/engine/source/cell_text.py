"""The text of a cell as the Python that is run: magics as calls, and which of its lines students never see."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING

from autograder.notebook.parsing import parse

if TYPE_CHECKING:
    from autograder.notebook.regions import Delimiters

_RUNNING = re.compile(r"\A(\s*)%%(?:time|timeit|capture|prun)[ \t]*(?=\n|\Z)")


@functools.lru_cache(maxsize=1024)
def tree_and_error(source: str) -> tuple[ast.Module | None, str]:
    """The syntax tree of a cell as IPython would run it, or why there is none. Whoever changes it copies it first."""
    try:
        return parse(transformed(source)), ""
    except (SyntaxError, ValueError) as error:
        return None, f"the cell is no Python: {error}"


@functools.lru_cache(maxsize=1024)
def transformed(source: str) -> str:
    """A cell as Python, with IPython's magics as calls."""
    # most of a second, which the examiner does without, and a grader has while its fork servers start
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(_without_running(source))


def _without_running(source: str) -> str:
    """A cell without a `%%magic` that runs it and says how long that took, or shows nothing of it."""
    return _RUNNING.sub(r"\1#", source, count=1)


def hidden_lines(source: str, delimiters: Delimiters) -> list[int]:
    """The lines of a test cell that students never see, by their numbers in its compiled code.

    IPython takes empty lines off the beginning. Where it joins others, all lines count as hidden.
    """
    secret = delimiters.secret_lines(source)
    if not secret:
        return []
    skipped = empty_lines(source)
    try:
        compiled_lines = transformed(source).removesuffix("\n").split("\n")
    except (SyntaxError, ValueError):
        return secret
    if len(source.removesuffix("\n").split("\n")) - skipped != len(compiled_lines):
        return list(range(1, len(compiled_lines) + 1))
    return [number - skipped for number in secret if number > skipped]


def empty_lines(source: str) -> int:
    return next((number for number, line in enumerate(source.split("\n")) if line.strip()), 0)
