"""`inspect` for the hand-in's objects: what it says of a function is asked where that function is.

A signature comes as plain data and is a real `inspect.Signature` here; sources and documentation are texts.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from autograder.engine.examiner.remote.exceptions import SubmissionError
from autograder.engine.examiner.remote.handles import Handle, ask

_ASKED = (
    "getdoc",
    "getsource",
    "getcomments",
    "isabstract",
    "isasyncgenfunction",
    "isbuiltin",
    "isclass",
    "iscode",
    "iscoroutine",
    "iscoroutinefunction",
    "isfunction",
    "isgenerator",
    "isgeneratorfunction",
    "ismethod",
    "ismodule",
    "isroutine",
)
_KINDS = tuple(inspect._ParameterKind)  # noqa: SLF001 - the five of them, in the order of their numbers


def guard_inspection() -> None:
    """Have the functions of `inspect` ask about the hand-in's objects. For the examiner's process only; once."""
    for name in _ASKED:
        setattr(inspect, name, _asked(name, getattr(inspect, name), lambda found: found))
    inspect.signature = _asked("signature", inspect.signature, _signature)
    inspect.getfullargspec = _asked("getfullargspec", inspect.getfullargspec, lambda found: inspect.FullArgSpec(*found))


def _asked(name: str, real: Callable[..., Any], read: Callable[[Any], Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def function(value: Any, *args: Any, **kwargs: Any) -> Any:
        if not issubclass(type(value), Handle):
            return real(value, *args, **kwargs)
        found = ask(value, "inspect", name, value)
        try:
            return read(found)
        except (TypeError, ValueError, LookupError):
            raise SubmissionError(f"something came that inspect.{name} does not give") from None

    return function


def _signature(found: Any) -> inspect.Signature:
    parameters, returned = found
    made = [
        inspect.Parameter(name[0], _KINDS[kind[0]], default=_there(default), annotation=_there(annotation))
        for name, kind, default, annotation in parameters
    ]
    return inspect.Signature(made, return_annotation=_there(returned[0]))


def _there(values: Any) -> Any:
    return values[0] if values else inspect.Signature.empty
