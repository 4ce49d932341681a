"""What a test can set for the whole process, besides names in modules: how it is told and set, on both sides alike."""

from __future__ import annotations

import decimal
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


class State(NamedTuple):
    """One such setting, as plain data."""

    get: Callable[[], Any]
    set: Callable[[Any], Any]


def _filters() -> list[Any]:
    """The warnings filters, with patterns and categories by what they are called."""
    return [
        [action, _told(text), [kind.__module__, str(getattr(kind, "__qualname__", ""))], _told(module), line]
        for action, text, kind, module, line in warnings.filters
    ]


def _told(pattern: Any) -> Any:
    """A pattern of a filter: none, a text of its own, or the text and the flags of an expression."""
    return [pattern.pattern, pattern.flags] if isinstance(pattern, re.Pattern) else pattern


def _read(told: Any) -> Any:
    return re.compile(told[0], told[1]) if isinstance(told, list) else told


def _set_filters(filters: list[Any]) -> None:
    made: list[Any] = []
    for action, text, (module_name, name), module, line in filters:
        kind = getattr(sys.modules.get(module_name), name, Warning)
        made.append((action, _read(text), kind, _read(module), line))
    warnings.filters[:] = made  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001 - as everything that sets filters does


def _set_limit(limit: int) -> None:
    """The frames that a call from here may still make."""
    frame, depth = sys._getframe(), 0  # noqa: SLF001
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    sys.setrecursionlimit(limit + depth)


def _default_dtype() -> str:
    torch = sys.modules.get("torch")
    return "" if torch is None else str(torch.get_default_dtype()).removeprefix("torch.")


def _set_default_dtype(name: str) -> None:
    torch = sys.modules.get("torch")
    if torch is not None and name:
        torch.set_default_dtype(getattr(torch, name))


STATES: dict[str, State] = {
    "decimal precision": State(
        lambda: decimal.getcontext().prec, lambda prec: setattr(decimal.getcontext(), "prec", prec)
    ),
    "numpy errors": State(np.geterr, lambda kinds: np.seterr(**kinds)),
    "numpy printing": State(np.get_printoptions, lambda options: np.set_printoptions(**options)),
    "recursion limit": State(sys.getrecursionlimit, _set_limit),
    "torch dtype": State(_default_dtype, _set_default_dtype),
    "warnings": State(_filters, _set_filters),
}

STATE, ENVIRONMENT = ":state", ":environment"
"""Where a patch can be, besides modules: the settings above, and the environment's variables."""

STREAMS = frozenset({"stdin", "stdout", "stderr"})
"""What a test may put in the place of in `sys`: of these the text alone crosses."""
