"""Which statements of the given cells the examiner runs for itself, so that a test means what it was written to mean.

A test may use what a given cell defines: a tolerance, a helper, a table. The examiner has its own of these, run from
source/, and what a hand-in makes of the same name stays in its own process. Run is only what the tests need, directly
or through one another, and what does not depend on an answer: a value that was computed with an answer, and a class,
whose objects answers make and extend, are the hand-in's. Whether a value is the same on both sides the model's run
shows (`distrusted`): one that was drawn without a seed is not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.engine.names import bound_by, imported_by, read_by

_RANDOM = "<random numbers>"
"""What a call that seeds changes, and what every other call may use."""

_SEEDING = frozenset({"seed", "manual_seed"})
_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try)


@dataclass
class _Unit:
    """One statement of a given cell. `now` are names that it reads when it runs, `later` those of functions in it."""

    cell: int
    statement: ast.stmt
    now: set[str]
    later: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)


def trusted_statements(
    given: Sequence[ast.Module | None], tests: Iterable[ast.Module], distrusted: Collection[str]
) -> list[list[ast.stmt]]:
    """For each given cell its statements that the examiner runs. `distrusted` are names that are the hand-in's."""
    imported = {name for tree in given for name in imported_by(tree)}
    units = [
        unit
        for number, tree in enumerate(given)
        if tree is not None
        for unit in map(_unit(number, imported), tree.body)
        if unit is not None
    ]
    foreign = _foreign(units, set(distrusted))
    wanted = {name for tree in tests for name in read_by(tree)}
    chosen: set[int] = set()
    while True:
        more = {
            number
            for number, unit in enumerate(units)
            if number not in chosen and unit.changes & wanted and not unit.changes & foreign
        }
        if not more:
            break
        chosen |= more
        for number in more:
            wanted |= units[number].now | units[number].later
    found: list[list[ast.stmt]] = [[] for _ in given]
    for number in sorted(chosen):
        found[units[number].cell].append(units[number].statement)
    return found


def _foreign(units: Sequence[_Unit], foreign: set[str]) -> set[str]:
    """The names that are the hand-in's: those given, and what is computed from them."""
    later = {name: unit.later for unit in units for name in unit.changes if unit.later}
    foreign |= {name for unit in units if isinstance(unit.statement, ast.ClassDef) for name in unit.changes}
    while True:
        more = {
            name
            for unit in units
            if _reached(unit.now, later) & foreign
            for name in unit.changes - {_RANDOM}
            if name not in foreign
        }
        if not more:
            return foreign
        foreign |= more


def _reached(names: set[str], later: dict[str, set[str]]) -> set[str]:
    """The names that are read when these are used: also those inside the functions that may be called."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= later.get(name, set())
    return found


def _unit(cell: int, imported: set[str]) -> Callable[[ast.stmt], _Unit | None]:
    def unit(statement: ast.stmt) -> _Unit | None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):  # names of imports are known anyway
            return None
        changes = (bound_by(ast.Module([statement], [])) | set(_mutated(statement))) - imported
        reads = read_by(ast.Module([statement], []))
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            now = _header(statement)
            return _Unit(cell, statement, now, reads - now, changes)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            return _Unit(cell, statement, set(), reads, changes)
        if any(isinstance(node, ast.Call) for node in ast.walk(statement)):
            reads.add(_RANDOM)
        return _Unit(cell, statement, reads, set(), changes)

    return unit


def _header(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names that are read when a function is defined."""
    parts = [*function.decorator_list, *function.args.defaults, *filter(None, function.args.kw_defaults)]
    return read_by(ast.Module([ast.Expr(part) for part in parts], []))


def _mutated(statement: ast.stmt) -> Iterator[str]:
    """The names whose values a statement may change without binding them."""
    targets: list[ast.expr] = []
    if isinstance(statement, (ast.Assign, ast.Delete)):
        targets = list(statement.targets)
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func  # a method may change its object; what else a call changes, the model's run shows
        if isinstance(called, ast.Attribute) and called.attr in _SEEDING:
            yield _RANDOM
        elif isinstance(called, ast.Attribute):
            targets = [called]
    elif isinstance(statement, _BLOCKS):
        for node in ast.walk(statement):
            if isinstance(node, ast.stmt) and node is not statement and not isinstance(node, _BLOCKS):
                yield from _mutated(node)
    for target in targets:
        root: ast.expr = target
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Starred)):
            root = root.value
        if isinstance(root, ast.Name):
            yield root.id
