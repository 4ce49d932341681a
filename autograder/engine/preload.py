"""What both warm processes import before they fork: the examiner's and the student's."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def import_all(names: Iterable[str]) -> None:
    """Import modules by name; what cannot be imported by itself is left out."""
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def import_optimisers() -> None:
    """Have torch.optim import what it leaves to its first use: another second's worth of modules."""
    with contextlib.suppress(ImportError):
        import torch

        torch.optim.SGD([torch.zeros(1)], lr=1.0)
