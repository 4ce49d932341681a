"""The operations that the examiner may ask of the hand-in's objects, by name."""

from __future__ import annotations

import builtins
import copy
import inspect
import math
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "matmul", "and", "or", "xor", "lshift", "rshift", "pow")
UNARY = ("neg", "pos", "abs", "invert")
_BUILTIN = [
    "getattr",
    "setattr",
    "delattr",
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
    "round",
    "divmod",
    "dir",
    "bytes",
]
_OPERATOR = ["getitem", "setitem", "delitem", "index"]


def call(function: Any, args: Any, kwargs: Any) -> Any:
    """Call a function with positional and keyword arguments."""
    return function(*args, **kwargs)


def inspected(name: str, value: Any) -> Any:
    """What a function of `inspect` says of an object, as plain data where that is possible."""
    found = getattr(inspect, name)(value)
    if isinstance(found, inspect.Signature):
        parameters = [(one.name, int(one.kind), one.default, one.annotation) for one in found.parameters.values()]
        return [*map(_or_nothing, parameters)], _or_nothing((found.return_annotation,))
    return tuple(found) if isinstance(found, tuple) else found


def _or_nothing(values: tuple[Any, ...]) -> list[Any]:
    """Each value in a list of its own, and an empty list for what is not there."""
    return [[] if value is inspect.Signature.empty else [value] for value in values]


def _operator(name: str) -> Callable[..., Any]:
    plain = getattr(operator, f"__{name}__", None)
    return plain if plain is not None else getattr(operator, name)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": call,
    "inspect": inspected,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{name: getattr(builtins, name) for name in _BUILTIN},
    **{name: _operator(name) for name in (*BINARY, *UNARY) if name != "pow"},
    "pow": pow,
    **{f"i{name}": _operator(f"i{name}") for name in BINARY},
    **{name: getattr(operator, name) for name in _OPERATOR},
    "trunc": lambda value: value.__trunc__(),
    "floor": math.floor,
    "ceil": math.ceil,
}
