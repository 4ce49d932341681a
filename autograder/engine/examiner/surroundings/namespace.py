"""The names of test cells: the examiner's own, the notebook's imports, and those looked up in the hand-in's process."""

from __future__ import annotations

import builtins
import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.handles import ClassHandle, Handle, ask, is_remote
from autograder.engine.examiner.surroundings.foreign_text import EVALUATORS, format_of
from autograder.engine.examiner.surroundings.process_modules import ProcessModules
from autograder.engine.protocol.references import NOTEBOOK, resolve
from autograder.engine.source.formatting import HELPER
from autograder.engine.source.own_numbers import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.engine.examiner.remote.connection import Connection


class Namespace(dict):  # type: ignore[type-arg]
    """The globals of the test cells of one hand-in, or (without names) those of the checker.

    A dictionary that is asked for a name it does not hold looks it up: CPython does so for globals that are a subclass
    of dict, in functions too. The rule is in docs/architecture.md, "The wall". `names` says where the names of the
    notebook come from, as ModelTrace has them; those of the `checker` follow, unless the notebook has bound them since.
    `kept` are functions of given cells that are asked for as they stand in the source.
    """

    def __init__(self, names: Mapping[str, list[str]], checker: Namespace | None = None) -> None:
        super().__init__()
        self.connection: Connection | None = None
        self._names = names
        self._checker = checker
        self._bound_since: set[str] = set()
        self.kept: frozenset[str] = frozenset()
        # builtins stand in the dictionary itself, where they are found fastest, unless the exercise defines them anew
        self.update(
            {name: value for name, value in _BUILTINS.items() if self._names.get(name, ["builtin"])[0] != "own"}
        )
        self["__name__"] = NOTEBOOK
        self._process = ProcessModules(lambda: self.connection)
        self["__builtins__"] = {**_BUILTINS, "__import__": self._process.imported}
        self[HELPER] = format_of

    def __missing__(self, name: str) -> Any:
        if self._checker is not None and name not in self._bound_since and self._checker.holds(name):
            return dict.__getitem__(self._checker, name)
        origin = self._names.get(name)
        if origin is None or (origin[0] != "own" and hasattr(builtins, name)):
            raise KeyError(name)
        if origin[0] != "own":
            found = self._imported(origin)
            if found is not None:
                if (
                    origin[0] == "module"
                ):  # what is imported from one is looked up anew: the checker may have patched it
                    self[name] = found
                return found
        if self.connection is None:
            raise KeyError(name)
        try:
            return self.connection.name(name, kept=name in self.kept)
        except NameError:
            raise KeyError(name) from None

    def _imported(self, origin: list[str]) -> Any:
        """What a name was imported as; of a module of the hand-in's process, what that process has."""
        kind, first, *rest = origin
        theirs = self._process.get(".".join([first, *rest]) if kind == "from" else first)
        if kind == "from" and theirs is None and self._process.get(first) is not None:
            return getattr(self._process.get(first), *rest)
        return theirs if theirs is not None and kind != "star" else _import(origin)

    def __contains__(self, name: object) -> bool:
        return self._found(name)[0]

    def keys(self) -> Any:
        """The names that are here, those of the checker and the notebook as well: what `dir()` says in a test cell."""
        helpers = () if self._checker is None else filter(self._checker.holds, self._checker)
        theirs = set() if self.connection is None else self.connection.names() & self._names.keys()
        return {**dict.fromkeys(super().keys()), **dict.fromkeys({*helpers} - self._bound_since | theirs)}.keys()

    def __delitem__(self, name: str) -> None:
        """Unbind a name: the test's own, or the notebook's, which is the hand-in's."""
        if dict.__contains__(self, name):
            super().__delitem__(name)
        elif self.connection is not None and self._names.get(name, [""])[0] == "own":
            self.connection.unbind(name)
        else:
            raise KeyError(name)

    def get(self, name: Any, default: Any = None) -> Any:
        """The value of a name as a test cell would see it."""
        found, value = self._found(name)
        return value if found else default

    def _found(self, name: Any) -> tuple[bool, Any]:
        try:
            return True, self[name]
        except KeyError:
            return False, None

    def holds(self, name: str) -> bool:
        """Whether a name has a value here that is no builtin, without looking it up elsewhere."""
        return dict.__contains__(self, name) and dict.__getitem__(self, name) is not _BUILTINS.get(name)

    def release(self, names: Iterable[str]) -> None:
        """Names that a cell of the notebook binds: no longer those of tests or of the checker."""
        for name in names:
            self._bound_since.add(name)
            if self.holds(name):
                del self[name]

    def forget_remote(self) -> None:
        """Drop what belongs to a process that has ended."""
        for name in [name for name, value in self.items() if is_remote(value)]:
            del self[name]


def _import(origin: list[str]) -> Any:
    """The module, or the thing in a module, that a name was imported as; None when it cannot be had here."""
    kind, first, *rest = origin
    if kind == "star":
        return next((found for module in rest if (found := _found_in(module, first)) is not None), None)
    if kind == "from":
        return _found_in(first, *rest)
    with contextlib.suppress(ImportError):
        return importlib.import_module(first)
    return None


def _found_in(module: str, name: str) -> Any:
    """What `from module import name` gives: an attribute, or else a module of its own. None for neither."""
    with contextlib.suppress(ImportError, AttributeError):
        return resolve(module, name)
    with contextlib.suppress(ImportError):
        return importlib.import_module(f"{module}.{name}")
    return None


def _isinstance(value: Any, kinds: Any) -> bool:
    if not is_remote(value) and not is_remote(kinds):
        kinds_list = kinds if type(kinds) is tuple else ()
        if not any(map(is_remote, kinds_list)):
            return isinstance(value, _real(kinds))
    if type(kinds) is tuple:
        return any(_isinstance(value, kind) for kind in kinds)
    if issubclass(type(value), Handle):
        if type(kinds) is _Type:
            return type(value) is ClassHandle
        return ask(value, "isinstance", value, kinds) is True
    return isinstance(value, kinds)


def _issubclass(value: Any, kinds: Any) -> bool:
    if type(kinds) is tuple:
        return any(_issubclass(value, kind) for kind in kinds)
    if issubclass(type(value), Handle):
        return ask(value, "issubclass", value, _real(kinds)) is True
    return issubclass(value, _real(kinds))


def _real(kinds: Any) -> Any:
    """Test cells know `type` under a name that is ours."""
    if type(kinds) is tuple:
        return tuple(map(_real, kinds))
    return type if type(kinds) is _Type else kinds


class _Type:
    """`type` as test cells see it: the type of a handle is the hand-in's class."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The type of a value, or a new class."""
        if len(args) != 1:
            return type(*args, **kwargs)
        (value,) = args
        if issubclass(type(value), Handle):
            return ask(value, "type", value)
        kind = type(plain(value))
        if kind.__name__ == "StudentTensor" and hasattr(value, "link"):
            import torch

            return torch.nn.Parameter if value.link.parameter else torch.Tensor
        return TYPE if kind is _Type else kind

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, type)

    def __mro_entries__(self, _bases: Any) -> tuple[type]:
        return (type,)

    def __getattr__(self, name: str) -> Any:
        return getattr(type, name)

    def __eq__(self, other: object) -> bool:
        return other is type or other is self

    def __hash__(self) -> int:
        return hash(type)


TYPE = _Type()


def _callable(value: Any) -> bool:
    return type(value) is not Handle and callable(value)


def _silent(*_args: Any, **_kwargs: Any) -> None:
    """Test cells show nothing."""


def _refused(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("a test cell cannot ask for input")


_BUILTINS = {
    **vars(builtins),
    **EVALUATORS,
    "type": TYPE,
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "callable": _callable,
    "print": _silent,
    "input": _refused,
    "display": _silent,
}
