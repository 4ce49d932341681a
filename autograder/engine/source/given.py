"""Which statements of the given cells run where, so that a test means what it was written to mean.

A test may use what a given cell defines: a tolerance, a helper, a table. The examiner has its own of these, run from
source/, and what a hand-in makes of the same name stays in its own process. Run is only what the tests need, directly
or through one another, and what does not depend on an answer: a value that was computed with an answer, and a class,
whose objects answers make and extend, are the hand-in's. Whether a value is the same on both sides the model's run
shows: one that was drawn without a seed is not, and is distrusted.

A function that has to stand beside the answers, because it patches what they use or calls them thousands of times, is
`kept`: it runs in the hand-in's process, from source/ and in a namespace of its own, whatever the hand-in has made of
its name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.engine.source.names import bound_by, imported_by, read_by

GIVEN_CODE, CHECKER_CODE = "<given cell>", "<checker cell>"
"""The files that code of given cells and of the checker names."""

_RANDOM = "<random numbers>"
"""What a call that seeds changes, and what every other call may use."""

_SEEDING = frozenset({"seed", "manual_seed"})
_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try)


@dataclass
class _Unit:
    """One statement of a given cell: what it changes, and reads when it runs or (a function) when it is called."""

    cell: int
    statement: ast.stmt
    changes: set[str]
    now: set[str]
    later: set[str] = field(default_factory=set)
    function: bool = False


class GivenCells:
    """The given cells of a notebook, None for one that cannot be parsed. `foreign` are names of the hand-in's."""

    def __init__(self, cells: Sequence[ast.Module | None], foreign: Collection[str]) -> None:
        self._cells = cells
        self._foreign = set(foreign)
        imported = {name for tree in cells for name in imported_by(tree)}
        self._units = [
            unit
            for number, tree in enumerate(cells)
            if tree is not None
            for unit in map(_unit(number, imported), tree.body)
            if unit is not None
        ]

    def own(self, wanted: Iterable[str], kept: Collection[str]) -> list[list[ast.stmt]]:
        """For each cell the statements that the examiner runs, so that it has the `wanted` names but for those kept."""
        return self._chosen(wanted, self._foreign.union(kept))

    def kept(self, names: Iterable[str]) -> list[list[ast.stmt]]:
        """For each cell the statements that keep these functions in the hand-in's process, imports among them."""
        chosen = self._chosen(names, self._foreign)
        if not any(chosen):
            return chosen
        imports = [
            [one for one in tree.body if isinstance(one, (ast.Import, ast.ImportFrom))] if tree is not None else []
            for tree in self._cells
        ]
        return [first + then for first, then in zip(imports, chosen, strict=True)]

    def functions_behind(self, names: Iterable[str]) -> set[str]:
        """The functions that are called when these names are used, as far as given cells define them."""
        later = _later(self._units)
        return _reached(set(names), later) & later.keys()

    def _chosen(self, names: Iterable[str], foreign: set[str]) -> list[list[ast.stmt]]:
        foreign, wanted = _foreign(self._units, set(foreign)), set(names)
        chosen: set[int] = set()
        while True:
            more = {
                number
                for number, unit in enumerate(self._units)
                if number not in chosen and unit.changes & wanted and not unit.changes & foreign
            }
            if not more:
                break
            chosen |= more
            for number in more:
                wanted |= self._units[number].now | self._units[number].later
        found: list[list[ast.stmt]] = [[] for _ in self._cells]
        for number in sorted(chosen):
            found[self._units[number].cell].append(self._units[number].statement)
        return found


def _foreign(units: Sequence[_Unit], foreign: set[str]) -> set[str]:
    """The names that are the hand-in's: those given, and what is computed from them."""
    later = _later(units)
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


def _later(units: Sequence[_Unit]) -> dict[str, set[str]]:
    """The names that functions read when they are called, by the names of the functions."""
    return {name: unit.later for unit in units if unit.function for name in unit.changes}


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
            return _Unit(cell, statement, changes, now, reads - now, function=True)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            return _Unit(cell, statement, changes, set(), reads, function=True)
        if any(isinstance(node, ast.Call) for node in ast.walk(statement)):
            reads.add(_RANDOM)
        return _Unit(cell, statement, changes, reads)

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
