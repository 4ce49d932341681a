"""Makes the archive that Gradescope builds an image from (gradescope-autograders.readthedocs.io, Specifications).

setup.sh and run_autograder stand at its root. The packages are those of this environment, each at its version: what
this package needs, and what the source notebooks and the modules beside them import.
"""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import msgspec
from packaging.requirements import InvalidRequirement, Requirement

import autograder
from autograder import DISTRIBUTION
from autograder.files import add_to_zip, replacing
from autograder.gradescope.settings import Settings
from autograder.model.course import Assignment
from autograder.notebook.cells import source_of
from autograder.notebook.parsing import parse

_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def write_archive(assignment: Assignment, settings: Settings, to: Path, more: Iterable[str] = ()) -> list[str]:
    """Write the archive; gives its requirements, a line each. `more` are further packages that hand-ins may use."""
    needed = pinned([*_declared(), *_imported(assignment), *more])
    to.parent.mkdir(parents=True, exist_ok=True)
    with replacing(to, durable=True) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        put = functools.partial(add_to_zip, archive)
        templates = resources.files("autograder.gradescope") / "templates"
        put("setup.sh", (templates / "setup.sh").read_bytes(), 0o755)
        put("run_autograder", (templates / "run_autograder.sh").read_bytes(), 0o755)
        put("requirements.txt", "".join(f"{line}\n" for line in needed).encode())
        put("gradescope.json", msgspec.json.encode(settings))
        for name, path in _files_of(Path(autograder.__file__).parent):
            put(f"package/autograder/{name}", path.read_bytes())
        course = assignment.course
        source = course.directory("source", assignment.name)
        for name, path in _files_of(source):
            put(f"course/{source.relative_to(course.root).as_posix()}/{name}", path.read_bytes())
        config = course.root / "nbgrader_config.py"
        if config.is_file():
            put("course/nbgrader_config.py", config.read_bytes())
    return needed


def _files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(path.relative_to(folder).parts):
            yield path.relative_to(folder).as_posix(), path


def _declared() -> list[str]:
    """What this package needs, extras included."""
    try:
        return importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:  # run from a copy of the repository that is not installed
        lines = ["ipykernel", "jinja2", "jupytext", "msgpack", "msgspec", "nbclient", "nbconvert", "nbformat"]
        return [*lines, "click", "nbgrader", "numpy", "packaging", "psutil", "pygments", "pyyaml", "rapidfuzz", "rich"]


def _imported(assignment: Assignment) -> list[str]:
    """The packages that the source notebooks and the modules beside them import, as far as they are installed here."""
    folder = assignment.course.directory("source", assignment.name)
    texts = [source_of(cell) for one in assignment.notebooks.values() for cell in one.source.cells]
    texts += [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.py"))]
    modules = {name for text in texts for name in _modules(text)} - set(sys.stdlib_module_names)
    known = importlib.metadata.packages_distributions()
    return sorted({distribution for module in modules for distribution in known.get(module, ())})


def _modules(text: str) -> Iterator[str]:
    """The modules that a cell imports; magics are left out, and a cell that is no Python says nothing."""
    plain = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.split("\n"))
    try:
        tree = parse(plain)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def pinned(requirements: Iterable[str]) -> list[str]:
    """Some packages and all that they need, at the versions that are installed here; others as they are asked for.

    What is only for an extra is left out.
    """
    found: dict[str, str] = {}
    waiting = list(requirements)
    while waiting:
        line = waiting.pop()
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in found or (wanted.marker is not None and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = line
            continue
        # a build such as 2.13.0+cpu is on no index under that name
        found[name] = f"{name}=={distribution.version.partition('+')[0]}"
        waiting += distribution.requires or []
    return [found[name] for name in sorted(found)]
