"""What both fork servers do before they fork, the examiner's and the student's: import, and keep in mind what."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    keep_in_mind()


def import_torch() -> bool:
    """Import torch, for one thread, since there is a process a core already; whether there is one."""
    try:
        import torch
        import torch.nn.functional
    except ImportError:
        return False
    torch.set_num_threads(1)
    return True


def keep_in_mind() -> None:
    """Count what is imported by now among the modules that were there before the forks."""
    _BEFORE.update(sys.modules)


def imported_since() -> list[str]:
    """The modules that were imported after the fork."""
    return sorted(set(sys.modules) - _BEFORE)
