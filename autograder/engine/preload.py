"""What both fork servers import before they fork, the examiner's and the student's."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LAZY = {"torch.optim": "torch._dynamo"}
"""Modules that import others only at their first use, and what they then import: another second's worth."""


def import_all(names: Iterable[str]) -> None:
    """Import modules by name, and what they leave to their first use; what cannot be imported is left out."""
    for name in names:
        for wanted in (name, LAZY.get(name, name)):
            if wanted not in sys.modules:
                with contextlib.suppress(Exception):
                    importlib.import_module(wanted)
