"""Results on disk, each under the hash of what produced it.

An entry is written whole or not at all and carries its own checksum, so that a run that was killed leaves nothing
behind that the next one could mistake for a result.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from autograder.files import write_atomically
from autograder.model.results import NotebookResult

FORMAT = 1
"""Changes when the layout of an entry changes; entries of another format are graded again."""


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
        try:
            head, body = self._path(key).read_bytes().split(b"\n", 1)
            if json.loads(head) != _head(key, body):
                return None
            return NotebookResult.from_json(json.loads(body))
        except (OSError, ValueError):
            return None

    def put(self, key: str, result: NotebookResult) -> None:
        """Keep a result. When this returns it survives a power cut."""
        body = json.dumps(result.to_json(), separators=(",", ":")).encode("ascii")
        path = self._path(key)
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, json.dumps(_head(key, body)).encode("ascii") + b"\n" + body, durable=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def _head(key: str, body: bytes) -> dict[str, object]:
    return {"format": FORMAT, "key": key, "sha256": hashlib.sha256(body).hexdigest()}
