"""Exceptions on their way across the wall, and those that say that something is wrong with the other side."""

from __future__ import annotations

from typing import Any

from autograder.engine.protocol.constants import MAX_ERROR


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


def describe(error: BaseException) -> list[str]:
    """A built-in exception type and a text for an exception of the examiner's: no source, no frames."""
    name = next((cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"), "Exception")
    try:
        return [name, str(error)[:MAX_ERROR]]
    except Exception:  # noqa: BLE001 - an exception that shows one of the hand-in's objects
        return [name, ""]
