"""What both fork servers do before they fork, the examiner's and the student's: import, and keep in mind what."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LAZY = {"torch.optim": "torch._dynamo"}
"""Modules that import others only at their first use, and what they then import: another second's worth."""

_BEFORE: set[str] = set()


def import_all(names: Iterable[str]) -> None:
    """Import modules by name, and what they leave to their first use; what cannot be imported is left out."""
    for name in names:
        for wanted in (name, LAZY.get(name, name)):
            if wanted not in sys.modules:
                with contextlib.suppress(Exception):
                    importlib.import_module(wanted)
    for name in SET_UP.keys() & sys.modules.keys():
        SET_UP[name](sys.modules[name])
    keep_in_mind()


def _one_thread(torch: Any) -> None:
    """There is a process a core already."""
    torch.set_num_threads(1)


def _interactive(pyplot: Any) -> None:
    """As in a notebook: a figure is drawn at once, though nobody sees it."""
    pyplot.ion()


SET_UP: dict[str, Callable[[Any], None]] = {"torch": _one_thread, "matplotlib.pyplot": _interactive}
"""What is done to a module once it is there, whoever imported it."""


def keep_in_mind() -> None:
    """Count what is imported by now among the modules that were there before the forks."""
    _BEFORE.update(sys.modules)


def imported_since() -> list[str]:
    """The modules that were imported after the fork."""
    return sorted(set(sys.modules) - _BEFORE)
