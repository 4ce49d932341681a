"""Modules whose state is that of the process: the current figure of pyplot is the one that the hand-in has drawn.

In a test cell such a module is a stand-in: what is asked of it is asked of the module in the hand-in's process. What
`plt.gca()` gives is the hand-in's object, and what of it is plain data is looked at here. The library's own code, and
the rest of the library, is that of this process.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.connection import Connection

THEIRS = frozenset({"matplotlib.pyplot", "matplotlib.pylab"})
"""The modules whose state is the process's."""


class ProcessModule(types.ModuleType):
    """A module of the hand-in's process."""

    def __init__(self, name: str, connection: Callable[[], Connection | None]) -> None:
        super().__init__(name)
        self.__dict__["_connection"] = connection

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._module(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._module(), name, value)

    def _module(self) -> Any:
        connection = self.__dict__["_connection"]()
        if connection is None:
            raise RuntimeError("no process to ask")
        return connection.module(self.__name__)


class _Package(types.ModuleType):
    """The package that such modules stand in: it has the stand-ins in their place."""

    def __init__(self, name: str, modules: Mapping[str, ProcessModule]) -> None:
        super().__init__(name)
        self.__dict__["_modules"] = modules

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["_modules"].get(f"{self.__name__}.{name}")
        if found is not None:
            return found
        package = importlib.import_module(self.__name__)
        if not hasattr(package, name) and not name.startswith("__"):  # pyplot would have imported it
            with contextlib.suppress(ImportError):
                importlib.import_module(f"{self.__name__}.{name}")
        return getattr(package, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(importlib.import_module(self.__name__), name, value)


class ProcessModules:
    """The stand-ins of the test cells of one hand-in. `connection` gives the process to ask now."""

    def __init__(self, connection: Callable[[], Connection | None]) -> None:
        self._modules = {name: ProcessModule(name, connection) for name in THEIRS}
        self._packages = {name: _Package(name, self._modules) for name in {name.partition(".")[0] for name in THEIRS}}

    def get(self, name: str) -> types.ModuleType | None:
        """The stand-in for a module, None for one that is this process's own."""
        return self._modules.get(name) or self._packages.get(name)

    def imported(
        self,
        name: str,
        given: Any = None,
        inner: Any = None,
        wanted: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of test cells."""
        package = self._packages.get(name.partition(".")[0])
        if level or package is None:
            return builtins.__import__(name, given, inner, wanted or (), level)
        found: Any = self.get(name) or importlib.import_module(name)
        return found if wanted else package
