"""nbgrader's partial credit: a test cell that ends in a number. Only a number that the test made by itself counts."""

from __future__ import annotations

import ast

_ARITHMETIC = frozenset({"min", "max", "sum", "round", "float", "int", "abs", "len", "all", "any"})


def is_own_number(tree: ast.Module) -> bool:
    """Whether the value of a cell's final expression comes from the cell's own constants and comparisons alone.

    A name is the cell's own when everything that is ever assigned to it is: constants, own names, arithmetic and
    comparisons of them, calls of functions defined in the cell that return nothing else. A value of the hand-in's may
    decide which of them is taken, but can never be one of them.
    """
    last = tree.body[-1]
    return isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant) and _Flow(tree).own(last.value)


class _Flow:
    """What is assigned to each name anywhere in a cell. Names of functions inside are not told from those outside."""

    def __init__(self, tree: ast.Module) -> None:
        self._assigned: dict[str, list[ast.expr | None]] = {}
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        for node in ast.walk(tree):
            self._collect(node)
        self._own = set(self._assigned)
        while True:
            kept = {name for name in self._own if all(map(self._own_value, self._assigned[name]))}
            if kept == self._own:
                break
            self._own = kept

    def _own_value(self, value: ast.expr | None) -> bool:
        return value is not None and self.own(value)

    def own(self, node: ast.expr) -> bool:  # noqa: PLR0911 - one return for each kind of expression
        """Whether an expression's value is made of the cell's own."""
        if isinstance(node, (ast.Constant, ast.Compare)):
            return True
        if isinstance(node, ast.Name):
            return node.id in self._own
        if isinstance(node, ast.BinOp):
            return self.own(node.left) and self.own(node.right)
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.Not) or self.own(node.operand)
        if isinstance(node, ast.BoolOp):
            return all(map(self.own, node.values))
        if isinstance(node, ast.IfExp):
            return self.own(node.body) and self.own(node.orelse)
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(map(self.own, node.elts))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in self._functions:
                return self._returns_own(node.func.id)
            known = node.func.id in _ARITHMETIC and node.func.id not in self._assigned
            return known and not node.keywords and all(map(self.own, node.args))
        return False

    def _returns_own(self, name: str) -> bool:
        if len(self._functions[name]) != 1:
            return False
        (function,) = self._functions[name]
        returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        others = [n for n in ast.walk(function) if isinstance(n, (ast.Yield, ast.YieldFrom, ast.Nonlocal, ast.Global))]
        return (
            not function.decorator_list
            and not others
            and all(node.value is not None and self.own(node.value) for node in returns)
        )

    def _collect(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
            self._target(node.target, node.value)
        elif isinstance(node, ast.FunctionDef):
            self._functions.setdefault(node.name, []).append(node)
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    self._target(ast.Name(argument.arg, ast.Store()), None)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self._assigned.setdefault(node.id, [])
        elif isinstance(node, (ast.For, ast.comprehension, ast.AsyncFor)):
            self._target(node.target, None)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._target(node.optional_vars, None)
        elif isinstance(node, ast.alias):
            self._target(ast.Name((node.asname or node.name).split(".")[0], ast.Store()), None)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            self._target(ast.Name(node.name, ast.Store()), None)

    def _target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [None] * len(target.elts)
            if len(values) != len(target.elts):
                values = [None] * len(target.elts)
            for part, given in zip(target.elts, values, strict=True):
                self._target(part, given)
        elif isinstance(target, ast.Starred):
            self._target(target.value, None)
        elif isinstance(target, (ast.Subscript, ast.Attribute)):
            base = target.value
            if isinstance(base, ast.Name):  # what goes into a container of the cell's is part of it
                self._assigned.setdefault(base.id, []).append(value)
