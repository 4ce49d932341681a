"""nbgrader's partial credit: a test cell that ends in a number. Only a number that the test itself made counts.

Values are followed, not texts. In a test cell whose final value is a number, the numbers that stand in its text become
`Own` numbers, and so does the outcome of a comparison; arithmetic of own numbers gives own numbers, arithmetic with
anything else gives ordinary ones. What comes from the hand-in, or is computed from it, is therefore never own, whatever
names, lists or functions it passes through; it can decide *which* own numbers are added, as a test means it to.

To stock nbgrader, and to everything else that the test does, an own number is the number that it is: it prints,
compares and crosses the wall like it.
"""

from __future__ import annotations

import ast
import builtins
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HELPERS = "__own__"
"""What the helpers are called in the namespace of a test cell."""


class OwnInt(int):
    """A whole number that the test made."""


class OwnFloat(float):
    """A number that the test made."""


class OwnTruth(int):
    """The outcome of a comparison that the test made. Counts as 0 or 1 and shows as False or True."""

    def __repr__(self) -> str:
        return repr(bool(self))

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(bool(self), spec)


OWN: tuple[type, ...] = (OwnInt, OwnFloat, OwnTruth)


def own(value: Any) -> Any:
    """The same number as the test's own; anything else as it is."""
    kind = type(value)
    if kind is bool:
        return OwnTruth(value)
    return OwnInt(value) if kind is int else OwnFloat(value) if kind is float else value


def plain(value: Any) -> Any:
    """An own number as the ordinary one that it is; anything else as it is."""
    kind = type(value)
    if kind is OwnTruth:
        return bool(value)
    return int(value) if kind is OwnInt else float(value) if kind is OwnFloat else value


ORDINARY = dict.fromkeys(OWN, plain)
"""How own numbers cross the wall: as the ordinary ones that they are."""


def is_own(value: Any) -> bool:
    """Whether a number was made by the test."""
    return type(value) in OWN


def is_number(value: Any) -> bool:
    """Whether nbgrader takes a cell's final value for partial credit: it does when the value shows as a number."""
    if isinstance(value, np.generic):
        try:
            float(repr(value))
        except ValueError:
            return False
        return True
    return type(value) in (int, float, OwnInt, OwnFloat)


def followed(tree: ast.Module) -> ast.Module:
    """The same test cell, with its numbers followed."""
    return ast.fix_missing_locations(_Follower().visit(tree))


def _binary(operation: Callable[[Any, Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        result = operation(plain(self), plain(other))
        return own(result) if is_own(other) else result

    def reflected(self: Any, other: Any) -> Any:
        result = operation(plain(other), plain(self))
        return own(result) if is_own(other) else result

    return forward, reflected


def _unary(operation: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *arguments: own(operation(plain(self), *map(plain, arguments)))


for _kind in OWN:
    for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
        _forward, _reflected = _binary(getattr(operator, _name))
        setattr(_kind, f"__{_name}__", _forward)
        setattr(_kind, f"__r{_name}__", _reflected)
    for _name in ("neg", "pos", "abs"):
        setattr(_kind, f"__{_name}__", _unary(getattr(operator, _name)))
    setattr(_kind, "__round__", _unary(round))  # noqa: B010 - as the others are set


class Helpers:
    """What the rewritten text of a test cell calls.

    A length is the test's own when the test counted it: a list that the test wrote down, or grew one by one, has as
    many entries as the test gave it. A list that anybody else changed has another length than was counted.
    """

    def __init__(self) -> None:
        self._counted: dict[int, tuple[Any, int]] = {}  # the list itself is kept, so that no other gets its id

    number = staticmethod(own)
    plain = staticmethod(plain)

    def truth(self, value: Any) -> Any:
        """The outcome of a comparison; what is no truth value, such as an array of them, stays what it is."""
        return OwnTruth(value) if type(value) is bool else value

    def counted(self, value: Any) -> Any:
        """A list or tuple that the test has written down."""
        self._counted[id(value)] = value, len(value)
        return value

    def added(self, target: Any, value: Any) -> Any:
        """`target += value`."""
        more = self._count(value)
        known = self._count(target)
        target = operator.iadd(target, value)
        if type(target) is list:
            self._counted.pop(id(target), None)
            if known is not None and more is not None:
                self._counted[id(target)] = target, known + more
        return target

    def append(self, target: Any) -> Any:
        """`target.append`, as a function that counts."""

        def append(value: Any) -> Any:
            known = self._count(target)
            result = target.append(value)
            if known is not None:
                self._counted[id(target)] = target, known + 1
            return result

        return append if type(target) is list else target.append

    def builtin(self, function: Any) -> Any:
        """A builtin function that would make an own number an ordinary one, by one that does not."""
        if function is builtins.sum:
            return _sum
        if function is builtins.len:
            return self._len
        if function is builtins.int or function is builtins.float:
            return lambda *arguments: own(function(*arguments)) if all(map(is_own, arguments)) else function(*arguments)
        return function

    def _len(self, value: Any) -> Any:
        return len(value) if self._count(value) is None else OwnInt(len(value))

    def _count(self, value: Any) -> int | None:
        kept, count = self._counted.get(id(value), (None, -1))
        return count if kept is value and len(value) == count else None


def _sum(values: Iterable[Any], start: Any = OwnInt(0)) -> Any:  # noqa: B008 - a number does not change
    for value in values:
        start = start + value
    return start


class _Follower(ast.NodeTransformer):
    """Has the helpers see every number, comparison, list and sum in the text of a test cell."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return _call("number", node) if type(node.value) in (int, float, bool) else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if any(isinstance(one, (ast.Is, ast.IsNot)) for one in node.ops):  # `ok is True` asks for the one object True
            node.left = _call("plain", node.left)
            node.comparators = [_call("plain", one) for one in node.comparators]
        return _call("truth", node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return _call("truth", node) if isinstance(node.op, ast.Not) else node

    def visit_List(self, node: ast.List) -> ast.expr:
        self.generic_visit(node)
        return _call("counted", node) if isinstance(node.ctx, ast.Load) else node

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        self.generic_visit(node)
        return _call("counted", node) if isinstance(node.ctx, ast.Load) else node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        self.generic_visit(node)
        return _call("counted", node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Add) or not isinstance(node.target, ast.Name):
            return node
        target = ast.Name(node.target.id, ast.Load())
        added = _call("added", target, node.value)
        return ast.copy_location(ast.Assign([ast.Name(node.target.id, ast.Store())], added), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        # True and False as arguments are switches of whatever is called, and C code wants the two objects themselves
        switches = {id(one) for one in [*node.args, *(word.value for word in node.keywords)] if _is_switch(one)}
        node.args = [one if id(one) in switches else self.visit(one) for one in node.args]
        for word in node.keywords:
            word.value = word.value if id(word.value) in switches else self.visit(word.value)
        node.func = self.visit(node.func)
        if isinstance(node.func, ast.Name):
            node.func = _call("builtin", node.func)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            node.func = _call("append", node.func.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        node.values = [self.visit(value) for value in node.values]  # keys stay what they are
        return node

    def _left_alone(self, node: Any) -> Any:
        return node

    visit_Set = visit_JoinedStr = visit_match_case = _left_alone  # noqa: N815

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        node.defaults = [self.visit(value) for value in node.defaults]
        node.kw_defaults = [value and self.visit(value) for value in node.kw_defaults]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node.value = self.visit(node.value)  # an index stays what it is
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.args = self.visit(node.args)
        node.body = [self.visit(statement) for statement in node.body]
        return node


def _is_switch(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is bool


def _call(helper: str, *arguments: ast.expr) -> ast.Call:
    return ast.copy_location(
        ast.Call(ast.Attribute(ast.Name(HELPERS, ast.Load()), helper, ast.Load()), list(arguments), []), arguments[0]
    )
