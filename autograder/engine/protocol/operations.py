"""The operations that one side may ask of the other, by name. Shared by the hand-in's side and the callbacks."""

from __future__ import annotations

import builtins
import copy
import math
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "matmul", "and", "or", "xor", "lshift", "rshift", "pow")
UNARY = ("neg", "pos", "abs", "invert")
COMPARISONS = ("lt", "le", "eq", "ne", "gt", "ge")
_BUILTIN = [
    "getattr",
    "setattr",
    "delattr",
    "hasattr",
    "callable",
    "type",
    "isinstance",
    "issubclass",
    "len",
    "iter",
    "next",
    "reversed",
    "str",
    "repr",
    "format",
    "int",
    "float",
    "complex",
    "bool",
    "round",
    "divmod",
    "dir",
    "hash",
    "bytes",
]
_OPERATOR = ["getitem", "setitem", "delitem", "contains", "index", "trunc"]


def call(function: Any, args: Any, kwargs: Any) -> Any:
    """Call a function with positional and keyword arguments."""
    return function(*args, **kwargs)


def _operator(name: str) -> Callable[..., Any]:
    plain = getattr(operator, f"__{name}__", None)
    return plain if plain is not None else getattr(operator, name)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": call,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{name: getattr(builtins, name) for name in _BUILTIN},
    **{name: _operator(name) for name in (*BINARY, *UNARY, *COMPARISONS) if name != "pow"},
    "pow": pow,
    **{f"i{name}": _operator(f"i{name}") for name in BINARY},
    **{name: getattr(operator, name) for name in _OPERATOR if hasattr(operator, name)},
    "trunc": lambda value: value.__trunc__(),
    "floor": math.floor,
    "ceil": math.ceil,
}
