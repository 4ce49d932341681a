"""Exceptions on their way across the wall, and those that say that something is wrong with the other side."""

from __future__ import annotations

import dis
from collections.abc import Callable
from typing import Any

from autograder.engine.protocol.exceptions import text_of

CROSSED = "_crossed"
"""Marks an exception that the hand-in has raised."""


class SubmissionError(Exception):
    """The hand-in gave something with which a test cannot be decided; the message is for the student."""

    about_the_hand_in = True
    """By this the checker, which cannot import it, knows the examiner's own words and passes them on as they are."""


class StudentGone(BaseException):
    """The hand-in's process has died, hung or broken the protocol: no test may catch this and go on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Overrun(BaseException):
    """The examiner itself ran out of time, busy with what the hand-in gave it: a test, or whatever else is read."""


class StudentExceptionMeta(type):
    """The examiner's own copies of the hand-in's exception classes, so that `except TheirError` works."""


def student_attribute(error: BaseException, name: str) -> Any:
    """An attribute that the hand-in gave to an exception of its own."""
    handle = error.__dict__.get("_student")
    if handle is None or name.startswith("_"):
        raise AttributeError(name)
    return getattr(handle, name)


def make_exception(kind: type[BaseException], args: tuple[Any, ...], text: str) -> BaseException:
    """An exception of a type with the text that the hand-in's had, whatever its constructor wants."""
    try:
        error = kind.__new__(kind, *args)
        error.args = args
        if str(error) != text:
            error.args = (text,)
    except Exception:  # noqa: BLE001 - a constructor with arguments of its own, or arguments that cannot be shown
        error = kind.__new__(kind)
        error.args = (text,)
    return error


def describe(error: BaseException, constant_text: Callable[[BaseException], str]) -> list[str]:
    """A built-in type and a text for an exception with which a call back ended.

    Nothing that a test has computed may be in the text, for what a test computes is what it expects. It is carried when
    it came from the hand-in itself, when it is our own or Python's own on types and names; otherwise it is what the
    author wrote down as a constant, or empty.
    """
    name = next((cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"), "Exception")
    carried = error.__dict__.get(CROSSED) is True or _is_about_types(error)
    return [name, text_of(error) if carried else constant_text(error)]


def _is_about_types(error: BaseException) -> bool:
    """Whether the engine, or Python itself, has made the text of an exception, and not a test or a library."""
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    if trace.tb_frame.f_globals.get("__name__", "").startswith(_ENGINE):
        return isinstance(error, (SubmissionError, *_ABOUT_TYPES))
    raised = dis.opname[code.co_code[trace.tb_lasti]] in ("RAISE_VARARGS", "RERAISE")
    return code.co_filename.startswith("<") and isinstance(error, _ABOUT_TYPES) and not raised


_ENGINE = "autograder.engine."
_ABOUT_TYPES = (TypeError, AttributeError, NameError, ZeroDivisionError, OverflowError, RecursionError)
"""What Python itself raises with a text that holds names and types, and no values."""
