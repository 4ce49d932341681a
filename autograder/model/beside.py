"""What stands beside the notebooks of an assignment: data, folders, images, modules. The one owner of who gets which.

nbgrader copies all of it to every student, and once more over what a hand-in brought along. Here it is shown where it
stands, to be read only. A module that nothing but test cells import is the examiner's alone.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.notebook.cells import Role, role_of, source_of
from autograder.notebook.parsing import parse

if TYPE_CHECKING:
    from autograder.model.course import Assignment

NOTEBOOKS = "*.ipynb"
SHIPPED = 4096
"""Entries that are shown one by one; a folder beyond that many is not looked into."""


@dataclass(frozen=True)
class Beside:
    """The files and folders beside an assignment's notebooks, by their places in the working folder.

    A folder is named as a whole where all of it may be seen, otherwise by what may. `tests_only` are those of modules
    that only test cells import.
    """

    root: Path
    entries: tuple[str, ...] = ()
    tests_only: frozenset[str] = field(default=frozenset())

    @property
    def given(self) -> tuple[str, ...]:
        """What a hand-in's process may see."""
        return tuple(entry for entry in self.entries if entry not in self.tests_only)

    @property
    def modules(self) -> frozenset[str]:
        """The names by which what stands here can be imported."""
        return frozenset(_module_name(entry) for entry in self.entries if _module_name(entry))

    def elsewhere(self, modules: Iterable[str]) -> list[str]:
        """Those of some modules that do not stand here, and may be imported before a process is forked."""
        return [name for name in modules if name.split(".")[0] not in self.modules]

    @property
    def size(self) -> int:
        """The bytes of all that stands here."""
        return sum(path.stat().st_size for entry in self.entries for path in _files(self.root / entry))

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Each file's place and content."""
        for entry in self.entries:
            for path in _files(self.root / entry):
                yield path.relative_to(self.root).as_posix(), path.read_bytes()

    @functools.cached_property
    def digest(self) -> str:
        """A hash of all that stands here: names and contents."""
        found = hashlib.sha256()
        for entry in self.entries:
            for path in _files(self.root / entry):
                found.update(f"{path.relative_to(self.root)}\0".encode())
                with path.open("rb") as file:
                    found.update(hashlib.file_digest(file, "sha256").digest())
        return found.hexdigest()


def beside(assignment: Assignment) -> Beside:
    """What stands beside the notebooks of an assignment, without what the course has nbgrader ignore."""
    root = assignment.course.directory("source", assignment.name).resolve()
    ignored = [*assignment.course.nbgrader.coursedir.ignore, NOTEBOOKS]
    entries = tuple(entry.as_posix() for entry in _shown(root, Path(), ignored))
    found = Beside(root, entries)
    cells = [cell for notebook in assignment.notebooks.values() for cell in notebook.source.cells]
    return Beside(root, entries, frozenset(_tests_only(found, cells)))


def _shown(root: Path, place: Path, ignored: Sequence[str]) -> list[Path]:
    """The entries of a folder that may be seen: a folder as one where nothing in it is left out."""
    found: list[Path] = []
    try:
        names = sorted(entry.name for entry in os.scandir(root / place))
    except OSError:
        return []
    for name in names:
        path = place / name
        if any(fnmatch(name, pattern) for pattern in ignored):
            continue
        if not (root / path).is_dir():
            found += [path] if (root / path).is_file() else []
        elif _whole(root / path, ignored):
            found.append(path)
        else:
            found += _shown(root, path, ignored)
        if len(found) > SHIPPED:
            break
    return found


def _whole(folder: Path, ignored: Sequence[str]) -> bool:
    for _, folders, files in os.walk(folder):
        if any(fnmatch(name, pattern) for name in (*folders, *files) for pattern in ignored):
            return False
    return True


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(Path(folder) / name for folder, _, names in os.walk(path) for name in names)


def _module_name(entry: str) -> str:
    """The name under which an entry is imported from the working folder; empty for what is no module."""
    first = entry.partition("/")[0]
    name = first.removesuffix(".py")
    return name if name.isidentifier() and (name != first or "/" in entry or "." not in first) else ""


def _tests_only(found: Beside, cells: Sequence[Any]) -> set[str]:
    """The entries of modules that test cells import, and that nothing else does or names.

    A name that a test imports and another cell reads makes the import one of that cell's.
    """
    code = [cell for cell in cells if cell.get("cell_type") == "code"]
    tests = [source_of(cell) for cell in code if role_of(cell) is Role.TEST]
    others = [source_of(cell) for cell in code if role_of(cell) is not Role.TEST]
    text = "\n".join(others)
    reached = {name for name in found.modules if re.search(rf"\b{name}(\.py)?\b", text)}
    for source in tests:
        for module, names in _imports(source):
            if any(re.search(rf"\b{name}\b", text) for name in names):
                reached.add(module)
    tested = {module for source in tests for module, _ in _imports(source)}
    secret = _behind(found, tested) - _behind(found, reached)
    return {entry for entry in found.entries if _module_name(entry) in secret}


def _behind(found: Beside, names: Iterable[str]) -> set[str]:
    """Modules that stand here, and those here that they import."""
    known: set[str] = set()
    waiting = [name for name in names if name in found.modules]
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        paths = [path for entry in found.entries if _module_name(entry) == name for path in _files(found.root / entry)]
        for path in (path for path in paths if path.suffix == ".py"):
            text = path.read_text(encoding="utf-8", errors="replace")
            waiting += [module for module, _ in _imports(text) if module in found.modules]
    return known


def _imports(source: str) -> list[tuple[str, list[str]]]:
    """The modules that a text imports, each with the names that this binds. Lines that are no Python count as none."""
    found: list[tuple[str, list[str]]] = []
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Import):
            found += [(alias.name.split(".")[0], [alias.asname or alias.name.split(".")[0]]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [alias.asname or alias.name for alias in node.names if alias.name != "*"]
            found.append((node.module.split(".")[0], names))
    return found


def _tree(source: str) -> ast.AST:
    try:
        return parse(source)
    except (SyntaxError, ValueError):
        lines = (line.strip() for line in source.splitlines())
        imports = [line for line in lines if re.fullmatch(r"(import|from) [\w., *]+", line)]
        try:
            return parse("\n".join(imports))
        except (SyntaxError, ValueError):
            return ast.Module([], [])
