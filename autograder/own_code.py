"""Which of the package's own files a piece of it depends on, and the hash of them: other code, another version.

They are found from their imports: all that some modules import, directly or not, and what they start by a module's
name. Nothing is imported to find out.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import autograder
from autograder.notebook.parsing import parse

_NAMED = re.compile(r"(autograder(?:\.\w+)+)(?::\w+)?")
"""A module that is started by its name, with or without a function in it."""


def version_of(files: dict[str, Path]) -> str:
    """The hash of some modules, by name."""
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def modules_behind(roots: tuple[str, ...]) -> dict[str, Path]:
    """These modules and all of ours that they import, directly or not, or start by name; the file of each."""
    found: dict[str, Path] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or name in found:
            continue
        found[name] = path
        if "." in name:
            waiting.append(name.rpartition(".")[0])
        waiting += _named_in(parse(path.read_text(encoding="utf-8")), name, package=path.name == "__init__.py")
    return dict(sorted(found.items()))


def _file_of(module: str) -> Path | None:
    """The file of one of our modules, None when there is no such module."""
    base = Path(autograder.__file__).parents[1].joinpath(*module.split("."))
    candidates = base.with_suffix(".py"), base / "__init__.py"
    return next(
        (path for path in candidates if module.split(".", maxsplit=1)[0] == "autograder" and path.is_file()), None
    )


def _named_in(tree: ast.Module, module: str, *, package: bool) -> Iterator[str]:
    """Every name in a module's text that may be a module of ours; what is imported for types only is none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parts = parts[: len(parts) - node.level + package]
                base = ".".join([*parts, base] if base else parts)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _NAMED.findall(node.value) if _NAMED.fullmatch(node.value) else ()
        waiting += ast.iter_child_nodes(node)
