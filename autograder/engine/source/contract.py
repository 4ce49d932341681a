"""The model's run is the contract: what each test cell did with the model solution it has to do with a hand-in.

A test can be true of nothing: a loop over an empty list makes no assertion, an empty array is close to every other. So
the conduct of each test cell is kept from the model's run, and a run of a hand-in that falls short of it has not shown
what the test is to show. Random inputs may make the model's own run differ: before anything is held against a hand-in,
the model is run again with the very same numbers.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.protocol.conduct import Check, Conduct
from autograder.engine.protocol.wire.kinds.registry import kind_of
from autograder.model.results import CheckResult

if TYPE_CHECKING:
    from autograder.marking.decide import Outcome

RECORDER = "__examiner__"
"""What the examiner is called in the namespace of test cells."""

NOT_MADE = "The test did not come to this check."
NOT_REACHED = "The test had nothing to look at: what it got is empty, or has other parts than it should have."
EMPTY = "Something empty came where the model solution gives something."


def falls_short(run: Conduct, model: Conduct) -> bool:
    """Whether a run that came to its end may have shown less than the model's did, or counted a check too often."""
    allowed = _empties(model.checks)
    return (
        run.names != model.names
        or bool(model.reached - run.reached)
        or bool(run.empty - model.empty)
        or any(check.empty - allowed.get(check.name, set()) for check in run.checks)
    )


def held(outcome: Outcome, run: Conduct, model: Conduct) -> Outcome:
    """What a run has shown, where the model's run with the same random numbers is what it had to do."""
    if model.checks:
        return replace(outcome, checks=tuple(_held_checks(outcome.checks, run, model)))
    if model.reached - run.reached:
        return replace(outcome, error=NOT_REACHED)
    if run.empty - model.empty:
        return replace(outcome, error=EMPTY)
    return outcome


def _held_checks(checks: Iterable[CheckResult], run: Conduct, model: Conduct) -> list[CheckResult]:
    """The checks as often as the model's run has them: those that failed count first, those not made have failed."""
    allowed = _empties(model.checks)
    made = [
        replace(check, points=0.0, passed=False, message=EMPTY)
        if check.passed and seen.empty - allowed.get(check.name, set())
        else check
        for check, seen in zip(checks, run.checks, strict=True)
    ]
    wanted = model.names
    kept = []
    for place, check in sorted(enumerate(made), key=lambda entry: entry[1].passed):
        if wanted[check.name]:
            wanted[check.name] -= 1
            kept.append(place)
    known = {check.name: check for check in model.checks}
    missing = [
        CheckResult(name, 0.0, known[name].points, passed=False, message=NOT_MADE, hidden=known[name].hidden)
        for name in wanted.elements()
    ]
    return [made[place] for place in sorted(kept)] + missing


def _empties(checks: Iterable[Check]) -> dict[str, set[int]]:
    """The places at which something empty came for a check of each name."""
    found: dict[str, set[int]] = {}
    for check in checks:
        found.setdefault(check.name, set()).update(check.empty)
    return found


def is_empty(value: Any) -> bool:
    """Whether an answer is empty, or a list or tuple that holds something empty, at any depth."""
    kind = type(value)
    if kind in _SEQUENCES:
        return not value or any(type(item) not in _PLAIN and is_empty(item) for item in value)
    if kind in _SIZED:
        return not value
    if kind in _PLAIN:
        return False
    if kind_of(kind) is not None:
        shape = getattr(value, "shape", None)
        return 0 in tuple(shape) if shape is not None else hasattr(kind, "__len__") and not len(value)
    torch = sys.modules.get("torch")
    return issubclass(kind, (np.ndarray, torch.Tensor) if torch else np.ndarray) and 0 in tuple(value.shape)


_SEQUENCES = frozenset({list, tuple})
_SIZED = frozenset({dict, set, frozenset, str, bytes, bytearray, range})
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})


class Counted(ast.NodeTransformer):
    """Has the recorder told of every assertion that a test cell comes to, by its number in the text."""

    def __init__(self) -> None:
        self._number = 0

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """An `assert` statement."""
        return [self._told(node), node]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """A call of a function that asserts: unittest's, numpy's and pandas' all have names that say so."""
        called = node.value.func if isinstance(node.value, ast.Call) else None
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        return [self._told(node), node] if name.startswith("assert") else node

    def _told(self, node: ast.stmt) -> ast.stmt:
        self._number += 1
        reach = ast.Attribute(ast.Name(RECORDER, ast.Load()), "reach", ast.Load())
        told = ast.Expr(ast.Call(reach, [ast.Constant(self._number)], []))
        return ast.fix_missing_locations(ast.copy_location(told, node))


def counted(tree: ast.Module) -> ast.Module:
    """The same test cell, which tells of its assertions. Changes `tree`."""
    made: ast.Module = Counted().visit(tree)
    return made
