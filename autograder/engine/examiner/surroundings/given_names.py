"""The examiner's own functions and constants of given cells, and whether they are what the hand-in's side has."""

from __future__ import annotations

import marshal
import sys
import types
from typing import TYPE_CHECKING, Any

import msgpack

from autograder.engine.examiner.remote.callers import callers
from autograder.engine.protocol.constants import CALLABLE_FLAG, CLASS_FLAG, HANDLE, REFERENCE
from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.references import reference_to_type
from autograder.engine.protocol.wire.writer import Writer
from autograder.engine.source.given import GIVEN_CODE
from autograder.engine.source.own_numbers import ORDINARY

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.connection import Connection
    from autograder.engine.examiner.surroundings.namespace import Namespace
    from autograder.engine.source.model_trace import TracedCell

_HANDLE_PARTS = 5
_SOME_FUNCTION = [HANDLE, "a function"]


class GivenNames:
    """Runs in the examiner what given cells define for the tests. `distrusted` are names that differ, when compared."""

    def __init__(self, namespace: Namespace) -> None:
        self.distrusted: set[str] = set()
        self._namespace = namespace
        self._names: set[str] = set()
        self._functions: dict[int, tuple[str, Any]] = {}  # by their ids, which hold as long as they are kept

    def run(self, cell: TracedCell) -> None:
        """Run what the examiner takes of a given cell."""
        if cell.code:
            exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302 - our own cell, compiled by our own process
            self._names.update(cell.trusted)
            for name in filter(self._namespace.holds, cell.trusted):
                value = self._namespace[name]
                if type(value) is types.FunctionType:
                    self._functions[id(value)] = name, value

    def name_of(self, value: Any) -> str | None:
        """The name under which the hand-in's side has a given function of its own, None for anything else."""
        return self._functions.get(id(value), (None,))[0]

    def try_out(self, cell: TracedCell) -> None:
        """The same where it is not known yet whether it can be run here."""
        try:
            self.run(cell)
        except Exception:  # noqa: BLE001 - a file that is not there, a library that shows something: not for this side
            self.distrusted.update(cell.trusted)

    def release(self, names: list[str]) -> None:
        """Names that a cell of the notebook binds again."""
        self._names.difference_update(names)
        self._functions = {key: entry for key, entry in self._functions.items() if entry[0] not in names}

    @staticmethod
    def caller() -> str:
        """The function of a given cell that has come to ask something, the outermost one; empty when there is none."""
        codes = [frame.f_code for frame in callers() if frame.f_code.co_filename == GIVEN_CODE]
        return next((code.co_name for code in reversed(codes) if code.co_name != "<module>"), "")

    def compare(self, connection: Connection) -> None:
        """Find the names that have other values in the process of the model solution."""
        for name in sorted(self._names - self.distrusted):
            if not self._namespace.holds(name) or not _same(self._namespace[name], name, connection):
                self.distrusted.add(name)


def _same(value: Any, name: str, connection: Connection) -> bool:
    if type(value) is types.FunctionType:
        return True
    try:
        theirs = connection.ask("tree", name)
        torch = sys.modules.get("torch")
        if torch is not None and type(value) is torch.Tensor:
            other = connection.read(theirs)
            alike = isinstance(other, torch.Tensor) and other.dtype == value.dtype and not value.requires_grad
            return alike and not other.requires_grad and torch.equal(other.detach(), value)
        return _packed(Writer(_written, scalars=ORDINARY).write(value)) == _packed(_functions_alike(theirs))
    except (KeyError, TypeError, NotPlainError, WireError):
        return False


def _written(value: Any) -> list[Any]:
    reference = reference_to_type(value)
    if reference is not None:
        return [REFERENCE, *reference]
    if callable(value) and not isinstance(value, type):
        return _SOME_FUNCTION
    raise TypeError(f"an object of type {type(value).__name__}")


def _functions_alike(tree: Any) -> Any:
    """A tree of the hand-in's side with functions written as they are written here."""
    if type(tree) is not list:
        return tree
    if tree[:1] == [HANDLE] and len(tree) == _HANDLE_PARTS and type(tree[2]) is int:
        return _SOME_FUNCTION if tree[2] & CALLABLE_FLAG and not tree[2] & CLASS_FLAG else tree
    return list(map(_functions_alike, tree))


def _packed(tree: Any) -> bytes:
    packed: bytes = msgpack.packb(tree, unicode_errors="surrogatepass")
    return packed
