"""The folder in which cells run, a hand-in's or a test's: what stands beside the notebooks is laid into it.

Small files are copied, so that a cell can change them; large ones, and folders of many files, are links to where
they can only be read. What is small is read once, before the forks. Modules are imported from there, as in Jupyter:
of a hand-in's files nothing that could be imported comes into the folder of tests.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

COPIED_BYTES = 8_000_000
COPIED_FILES = 400
"""What is copied for each hand-in, at most; the rest is linked."""

_FOLDERS: list[str] = []
_COPIES: list[tuple[str, bytes]] = []
_LINKS: list[tuple[str, str]] = []


def layout(entries: Iterable[str], folder: str) -> bytes:
    """What stands beside the notebooks, in this folder, as `prepare` takes it."""
    return json.dumps([[entry, f"{folder}/{entry}"] for entry in entries]).encode()


def prepare(data: bytes) -> None:
    """Read what is to be laid out, as `layout` says it."""
    for known in (_FOLDERS, _COPIES, _LINKS):
        known.clear()
    left = [COPIED_BYTES, COPIED_FILES]
    for place, path in sorted(json.loads(data), key=lambda entry: _weight(entry[1])):
        _FOLDERS.extend(str(parent) for parent in reversed(Path(place).parents[:-1]))
        _plan(place, path, left)


def enter() -> None:
    """In a child, in its working folder: lay everything out. A file that is there already is replaced."""
    sys.path.insert(0, str(Path.cwd()))
    for folder in _FOLDERS:
        Path(folder).mkdir(parents=True, exist_ok=True)
    for place, content in _COPIES:
        _free(place).write_bytes(content)
    for place, path in _LINKS:
        with contextlib.suppress(OSError):
            _free(place).symlink_to(path)


def _plan(place: str, path: str, left: list[int]) -> None:
    if not Path(path).is_dir():
        size = _weight(path)
        if size <= left[0] and left[1] > 0:
            left[0] -= size
            left[1] -= 1
            with contextlib.suppress(OSError):
                _COPIES.append((place, Path(path).read_bytes()))
        else:
            _LINKS.append((place, path))
    elif len(names := sorted(entry.name for entry in Path(path).iterdir())) > left[1]:
        _LINKS.append((place, path))
    else:
        _FOLDERS.append(place)
        for name in names:
            _plan(f"{place}/{name}", f"{path}/{name}", left)


def _weight(path: str) -> int:
    """Folders come last, so that the files beside a notebook are copied first."""
    try:
        return COPIED_BYTES if Path(path).is_dir() else Path(path).stat().st_size
    except OSError:
        return 0


def _free(place: str) -> Path:
    with contextlib.suppress(OSError):
        Path(place).unlink()
    return Path(place)
