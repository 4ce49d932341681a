"""Evaluates what a test got from the hand-in and would have evaluated itself."""

from __future__ import annotations

from typing import Any

_MISSING = object()


def evaluate(kind: str, notebook: dict[str, Any], source: Any, *where: Any) -> Any:
    """`eval`, `exec` or `compile` of a text, with the dictionaries that the test gave, or in the notebook's own names.

    Of the first two the result and the names that were bound in the notebook; the test's `names` stand in there while
    it lasts, and those that the text has bound remain, as in one process.
    """
    if kind == "compile":
        filename, mode, flags = where
        return compile(source, filename, mode, flags, dont_inherit=True)
    given, inner, names = where
    if given is not None:
        builtin = "__builtins__" in given
        try:
            return _run(kind, source, given, given if inner is None else inner), {}
        finally:
            if not builtin:
                given.pop("__builtins__", None)
    before = {name: notebook.get(name, _MISSING) for name in names}
    notebook.update(names)
    known = dict(notebook)
    bound: dict[str, Any] = {}
    try:
        result = _run(kind, source, notebook, notebook)
        bound.update({name: value for name, value in notebook.items() if known.get(name, _MISSING) is not value})
    finally:
        for name in before.keys() - bound:
            if before[name] is _MISSING:
                notebook.pop(name, None)
            else:
                notebook[name] = before[name]
    return result, bound


def _run(kind: str, source: Any, given: Any, inner: Any) -> Any:
    if kind == "eval":
        return eval(source, given, inner)  # noqa: S307 - in the sandbox
    return exec(source, given, inner)  # noqa: S102
