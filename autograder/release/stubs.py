"""What stands in a released notebook where the solution was.

nbgrader puts one fixed text for every solution. Here the text names its task, and a released notebook runs from top to
bottom: only the functions that are still open raise, and only when they are called.
"""

from __future__ import annotations

import ast
from typing import Any

from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_solution

from autograder.notebook.cells import grade_id_of
from autograder.notebook.regions import Markers, RegionError

WRITTEN_STUB = "*Your answer here: replace this line.*"


class NamedStubs(ClearSolutions):
    """nbgrader's step that clears solutions, with stubs that name their task."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear the regions of a solution cell; everything else is left to nbgrader's own step."""
        if is_solution(cell) and self.begin_solution_delimeter in cell.source:
            cell.source = self.cleared(cell.source, cell.cell_type, grade_id_of(cell))
            return cell, resources
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared

    def cleared(self, source: str, kind: str, grade_id: str) -> str:
        """The text of a solution cell without its solutions. Raises RuntimeError when a region is not closed."""
        markers = Markers(self.begin_solution_delimeter, self.end_solution_delimeter)
        try:
            return markers.without(source, lambda line: stub_lines(source, line, kind, grade_id))
        except RegionError as error:
            raise RuntimeError(f"cell {grade_id!r}, {error}") from error


def stub_lines(source: str, line: int, kind: str, grade_id: str) -> list[str]:
    """The lines that stand for the solution that begins at a line (counted from 1) of a cell."""
    task = grade_id.removesuffix("-answer")
    if kind != "code":
        return [WRITTEN_STUB]
    block = _innermost_block(source, line)
    if isinstance(block, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ["# YOUR CODE HERE", f'raise NotImplementedError("{task}: not done yet")']
    if block is None:
        return [f"# YOUR CODE HERE: {task}"]
    # a class body or a block that would be empty: it must stay Python, and must not raise when the cell runs
    return [f"# YOUR CODE HERE: {task}", "pass"]


def _innermost_block(source: str, line: int) -> ast.stmt | None:
    """The function around a line, or else the class or compound statement around it, or None at top level."""
    innermost: ast.stmt | None = None
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or not hasattr(node, "body"):
            continue
        if node.lineno < line <= (node.end_lineno or node.lineno):
            in_function = isinstance(innermost, (ast.FunctionDef, ast.AsyncFunctionDef))
            # ast.walk goes from the outside inwards; a compound statement inside a function is part of the function
            if not in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                innermost = node
    return innermost
