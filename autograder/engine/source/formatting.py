"""`.format` in the text of a test cell, rewritten so that the examiner sees which text is formatted.

`template.format(me=self)` reaches any attribute of what it is given when the template is a hand-in's. A method of `str`
cannot be replaced, so the expression that asks for it is: what it gives then is said by `examiner/surroundings/foreign_text.py`.
"""

from __future__ import annotations

import ast

HELPER = "__format__of__"
"""What the function is called in the namespace of a test cell that gives these methods."""

METHODS = ("format", "format_map")


def watched(tree: ast.Module) -> ast.Module:
    """The same code, with every `.format` and `.format_map` asked for by way of the helper. Changes the tree."""
    return ast.fix_missing_locations(_Watcher().visit(tree))


class _Watcher(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if node.attr not in METHODS or not isinstance(node.ctx, ast.Load):
            return node
        helper = ast.Name(HELPER, ast.Load())
        return ast.copy_location(ast.Call(helper, [node.value, ast.Constant(node.attr)], []), node)
