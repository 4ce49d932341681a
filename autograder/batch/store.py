"""Results, and what was learned of the source notebooks, on disk, each under the hash of what produced it.

An entry is written whole or not at all and carries its own checksum, so that a run that was killed leaves nothing
behind that the next one could mistake for a result.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.batch.jobs import JobMaker
from autograder.files import write_atomically
from autograder.model.results import NotebookResult

if TYPE_CHECKING:
    from autograder.model.course import Assignment
    from autograder.model.settings import GradingSettings

FORMAT = 1
"""Changes when the layout of an entry changes; entries of another format are made again."""


class ResultStore:
    """A folder of results. One process writes; an entry is never changed, only replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here."""
        return not any(self.folder.iterdir())

    def get(self, key: str) -> NotebookResult | None:
        """The result under a key, or None when there is none that is whole."""
        body = _read(self._path(key), key)
        try:
            return None if body is None else NotebookResult.from_json(json.loads(body))
        except ValueError:
            return None

    def put(self, key: str, result: NotebookResult) -> None:
        """Keep a result. When this returns it survives a power cut."""
        body = json.dumps(result.to_json(), separators=(",", ":")).encode("ascii")
        _write(self._path(key), key, body, durable=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


class LessonStore:
    """A folder with what was learned of each notebook of an assignment, the last of each (`engine/source/lesson.py`).

    A lesson depends on what all results for its notebook depend on: the source, the settings, the grader, the versions.
    """

    def __init__(self, folder: Path, assignment: Assignment, settings: GradingSettings) -> None:
        self._folder = folder
        self._run = assignment, settings

    @functools.cached_property
    def _keys(self) -> dict[str, str]:
        return JobMaker(*self._run).notebooks

    def get(self, notebook: str) -> bytes | None:
        """What was learned of a notebook under the same conditions, or None when there is nothing that is whole."""
        return _read(self._path(notebook), self._keys[notebook])

    def put(self, notebook: str, lesson: bytes) -> None:
        """Keep what was learned. Where it cannot be written, it is learned again in the next run."""
        with contextlib.suppress(OSError):
            _write(self._path(notebook), self._keys[notebook], lesson, private=True)

    def _path(self, notebook: str) -> Path:
        return self._folder / f"{hashlib.sha256(notebook.encode(errors='surrogatepass')).hexdigest()[:16]}.json"


def _read(path: Path, key: str) -> bytes | None:
    """The body of an entry, or None when there is none under this key that is whole."""
    try:
        head, body = path.read_bytes().split(b"\n", 1)
        return body if json.loads(head) == _head(key, body) else None
    except (OSError, ValueError, RecursionError):
        return None


def _write(path: Path, key: str, body: bytes, *, durable: bool = False, private: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(_head(key, body)).encode("ascii") + b"\n" + body
    write_atomically(path, content, durable=durable, private=private)


def _head(key: str, body: bytes) -> dict[str, object]:
    return {"format": FORMAT, "key": key, "sha256": hashlib.sha256(body).hexdigest()}
