"""Texts of the hand-in's that a test evaluates, executes, compiles or formats: with the hand-in's rights, not ours.

A text is the test's own while no text has come from the hand-in into the test cell, or into what it uses of earlier
ones, and when it stands in the test's own code. Any other text is evaluated in the hand-in's process, where the model's
run has shown that this is what the test means to do, and otherwise refused. A foreign template is filled in here, with
plain data and the hand-in's own objects, and reaches nothing else.
"""

from __future__ import annotations

import ast
import builtins
import re
import string
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.examiner.remote.exceptions import SubmissionError
from autograder.engine.examiner.remote.handles import is_remote
from autograder.engine.protocol.wire.plain import CONTAINERS, PLAIN_SCALARS
from autograder.engine.source.formatting import METHODS
from autograder.engine.source.given import CHECKER_CODE
from autograder.engine.source.own_numbers import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autograder.engine.examiner.remote.connection import Connection

_PLAIN = frozenset({*PLAIN_SCALARS, *CONTAINERS, *OWN, tuple, frozenset, complex, range})
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_TEXTS = (str, bytes, bytearray)


class Texts:
    """What is known of the texts of one run.

    `evaluated` are the items whose tests evaluate texts of the hand-in's, each with an empty name, with the names that
    the model's texts bind there, and with those of the test's that they read, after a `<`.
    """

    def __init__(self, evaluated: Iterable[tuple[str, str]] | None) -> None:
        self.connection: Connection | None = None
        self.evaluated = set(evaluated or ())
        self._learning = evaluated is None
        self._item = ""
        self._constants: set[str | bytes] = set()
        self._tainted: set[str] = set()

    def begin(self, item: str, codes: list[types.CodeType], namespace: dict[str, Any], connection: Connection) -> None:
        """A test cell begins."""
        self._item = item
        self.connection = connection
        for code in codes:
            self._constants |= constants_of(code)
        connection.texts = bool(self._tainted & _reached(codes, namespace))
        _current.texts = self

    def end(self, binds: Iterable[str]) -> None:
        """It has ended: what it has bound may hold what it has got."""
        if self.connection is not None and self.connection.texts:
            self._tainted.update(binds)
        _current.texts = None

    def is_foreign(self, text: Any) -> bool:
        """Whether a text, a syntax tree or a code object may be the hand-in's."""
        if is_remote(text):
            return True
        if self.connection is None or not self.connection.texts or type(text) is types.CodeType:
            return False
        return not (isinstance(text, _TEXTS) and bytes_or_text(text) in self._constants)

    def evaluate(self, kind: str, *values: Any) -> Any:
        """Have the hand-in's process do it. Raises SubmissionError where the model's run had no text to evaluate."""
        if self.connection is None:
            raise RuntimeError("no process to ask")
        if self._learning:
            self.evaluated.add((self._item, ""))
        elif (self._item, "") not in self.evaluated:
            raise SubmissionError("a text came where the test has to do with none")
        return self.connection.evaluate(kind, *values)

    def bind(self, target: Any, bound: dict[str, Any]) -> None:
        """Give a test the names that a text has bound: those that the model's text has bound as well, and no others."""
        for name, value in bound.items():
            if self._learning:
                self.evaluated.add((self._item, name))
            if (self._item, name) in self.evaluated:
                target[name] = value

    def gives(self, name: str) -> bool:
        """Whether a text may have what the test calls so: only where the model's reads it too. It may be the answer."""
        if self._learning:
            self.evaluated.add((self._item, f"<{name}"))
        return (self._item, f"<{name}") in self.evaluated


class _Current:
    """The texts of the test cell that runs now, if any."""

    texts: Texts | None = None


_current = _Current()


def bytes_or_text(text: Any) -> str | bytes:
    """A text as one that can be looked for."""
    return bytes(text) if isinstance(text, bytearray) else text


def constants_of(code: types.CodeType) -> set[str | bytes]:
    """The texts that stand in a piece of code."""
    found: set[str | bytes] = set()
    waiting: list[Any] = list(code.co_consts)
    while waiting:
        value = waiting.pop()
        if isinstance(value, (str, bytes)):
            found.add(value)
        elif isinstance(value, (tuple, frozenset)):
            waiting.extend(value)
        elif isinstance(value, types.CodeType):
            waiting.extend(value.co_consts)
    return found


def _reached(codes: list[types.CodeType], namespace: dict[str, Any]) -> set[str]:
    """The names that code reads, or functions and classes of the tests' that it reads."""
    names: set[str] = set()
    waiting: list[Any] = list(codes)
    while waiting:
        value = waiting.pop()
        if isinstance(value, types.FunctionType):
            value = value.__code__ if value.__globals__ is namespace else None
        if isinstance(value, type):
            waiting.extend(vars(value).values())
        if not isinstance(value, types.CodeType):
            continue
        waiting.extend(one for one in value.co_consts if isinstance(one, types.CodeType))
        fresh = {*value.co_names} - names
        names |= fresh
        waiting.extend(dict.get(namespace, name) for name in fresh)
    return names


def _evaluator(kind: str) -> Callable[..., Any]:
    """`eval` or `exec` as test cells have it."""
    real = getattr(builtins, kind)

    def evaluate(source: Any, given: Any = None, inner: Any = None, /, **others: Any) -> Any:
        given, inner = others.pop("globals", given), others.pop("locals", inner)
        frame = sys._getframe(1)  # noqa: SLF001 - where names are looked up unless a test says where
        texts = _current.texts
        # the checker evaluates formulas that it has written itself, of numbers and of functions on a list of its own
        if texts is not None and frame.f_code.co_filename != CHECKER_CODE and texts.is_foreign(source):
            return _foreign(texts, kind, source, given, inner, frame)
        if given is None:
            given, inner = frame.f_globals, frame.f_locals if inner is None else inner
        return real(source, given, given if inner is None else inner, **others)

    return evaluate


def _foreign(texts: Texts, kind: str, source: Any, given: Any, inner: Any, frame: types.FrameType) -> Any:
    if isinstance(source, ast.AST):
        source = ast.unparse(source)
    if given is frame.f_globals:
        given = None
    if given is not None:
        builtin = given.get("__builtins__") if type(given) is dict else None
        ours = builtin is not None and "__import__" in (builtin if type(builtin) is dict else vars(builtin))
        if ours:
            del given["__builtins__"]  # the hand-in's process has its own
        try:
            return texts.evaluate(kind, source, given, inner, {})[0]
        finally:
            if ours:
                given["__builtins__"] = builtin
    connection: Any = texts.connection
    words = set(_IDENTIFIER.findall(source)) if isinstance(source, str) else set()
    names = {**{k: v for k, v in frame.f_globals.items() if k in words}, **(frame.f_locals if inner is None else inner)}
    used = {
        name: value
        for name, value in names.items()
        if name in words and not hasattr(builtins, name) and texts.gives(name) and connection.takes(value)
    }
    result, bound = texts.evaluate(kind, source, None, None, used)
    texts.bind(frame.f_locals if inner is None else inner, bound)
    return result


def _compile(source: Any, filename: Any, mode: str, flags: int = 0, *others: Any, **named: Any) -> Any:
    texts = _current.texts
    if texts is not None and texts.is_foreign(source) and not flags & ast.PyCF_ONLY_AST:  # which runs nothing
        text = ast.unparse(source) if isinstance(source, ast.AST) else source
        return texts.evaluate("compile", text, str(filename), mode, flags)
    return compile(source, filename, mode, flags, *others, **named)


def _getattr(value: Any, name: Any, *default: Any) -> Any:
    return format_of(value, name) if type(name) is str and name in METHODS else getattr(value, name, *default)


EVALUATORS = {"eval": _evaluator("eval"), "exec": _evaluator("exec"), "compile": _compile, "getattr": _getattr}
"""The builtins of test cells that make something else of a text."""

for _name, _function in EVALUATORS.items():  # handed over, they are the hand-in's own
    _function.__module__, _function.__name__, _function.__qualname__ = "builtins", _name, _name


def format_of(value: Any, name: str) -> Any:
    """What `value.format` or `value.format_map` is in a test cell."""
    if value is str:
        return lambda text, *args, **kwargs: format_of(text, name)(*args, **kwargs)
    texts = _current.texts
    if not isinstance(value, str) or is_remote(value) or texts is None or not texts.is_foreign(value):
        return getattr(value, name)
    if name == "format":
        return lambda *args, **kwargs: _FORMATTER.vformat(value, args, kwargs)
    return lambda mapping: _FORMATTER.vformat(value, (), mapping)


class _Formatter(string.Formatter):
    """Fills in foreign templates."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return _field(self, field_name, args, kwargs)


def _field(formatter: string.Formatter, field_name: str, args: Any, kwargs: Any) -> Any:
    """What a field of a foreign template names: it reaches into plain data and the hand-in's own objects alone."""
    first, rest = _split(field_name)
    value = formatter.get_value(first, args, kwargs)
    for is_attribute, name in rest:
        refused = is_attribute and str(name).startswith("_")
        if refused or not (is_remote(value) or type(value) in _PLAIN or isinstance(value, np.generic)):
            raise SubmissionError("a text with a field that reaches too far came where one is filled in")
        value = getattr(value, str(name)) if is_attribute else value[name]
    return value, first


_FORMATTER = _Formatter()
_split: Any = __import__("_string").formatter_field_name_split


def guard_formatters() -> None:
    """Have `string.Formatter` do the same while a test holds foreign texts. For the examiner's process only; once."""
    real = string.Formatter.get_field

    def get_field(self: string.Formatter, field_name: str, args: Any, kwargs: Any) -> Any:
        texts = _current.texts
        held = texts is not None and texts.connection is not None and texts.connection.texts
        return _field(self, field_name, args, kwargs) if held else real(self, field_name, args, kwargs)

    string.Formatter.get_field = get_field  # type: ignore[method-assign]
