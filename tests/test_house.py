"""The package keeps the shape that docs/architecture.md gives it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"
FOLDERS = sorted({path.parent for path in PACKAGE.rglob("*.py")})
ARCHITECTURE = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
MOST_LINES, MOST_FILES = 400, 12
AT_THE_TOP = 18  # the one folder whose files are the table of contents


def name(folder: Path) -> str:
    return folder.relative_to(PACKAGE.parent).as_posix()


def test_no_file_is_too_long():
    """A file that has grown beyond 400 lines has more than one subject."""
    long = {name(path): n for path in PACKAGE.rglob("*.py") if (n := len(path.read_text().splitlines())) > MOST_LINES}
    assert {} == long


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_no_folder_is_too_full(folder):
    """A newcomer can take in a folder at one look."""
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= (AT_THE_TOP if folder == PACKAGE else MOST_FILES)


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != PACKAGE], ids=name)
def test_a_package_says_what_lives_there(folder):
    """The docstring of a package says what it holds, what it may import, and who may call it."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert re.search(r"[Ii]mport", text), text
    assert re.search(r"[Cc]alled by|[Ii]mported by|Used by", text), text
    assert len(text.splitlines()) <= 12


def test_what_the_architecture_page_names_is_there():
    """Every file and folder of the package in the table of the architecture page exists."""
    table = ARCHITECTURE.partition("| what you want to change")[2].partition("\n\n")[0]
    named = [
        word for line in table.splitlines() for word in re.findall(r"`([\w/]+(?:\.py|/))`", line.rpartition("|")[0])
    ]
    assert len(named) > 20
    roots = (PACKAGE, PACKAGE.parent)
    assert [] == [path for path in named if not any((root / path).exists() for root in roots)]
