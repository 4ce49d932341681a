"""What a hand-in has written into its working folder, told to the examiner, and what a test has written, put there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from autograder.engine.protocol.constants import MAX_FILE_BYTES, MAX_FILES

Stamp = tuple[int, int, int]


class Files:
    """The files of the working folder, and which of them the examiner knows. What was laid out it has itself."""

    def __init__(self) -> None:
        self._known = self._found()

    def changes(self) -> list[Any]:
        """What is new or other than before, as [place, contents], None for a folder; and the places of what is gone."""
        found, left = self._found(), MAX_FILE_BYTES
        changed: list[list[Any]] = []
        for place, stamp in found.items():
            if place in self._known and self._known[place] == stamp:
                continue
            if stamp is None:
                changed.append([place, None])
            elif stamp[1] <= left:
                with contextlib.suppress(OSError), Path(place).open("rb") as file:
                    changed.append([place, file.read(left)])
                    left -= len(changed[-1][1])
        gone = [place for place in self._known if place not in found]
        self._known = found
        return [changed, gone]

    def put(self, files: list[list[Any]]) -> None:
        """Write what a test has written."""
        for place, content in files:
            with contextlib.suppress(OSError):
                Path(place).parent.mkdir(parents=True, exist_ok=True)
                Path(place).write_bytes(content)
        written = {place for place, _ in files}
        self._known.update({place: stamp for place, stamp in self._found().items() if place in written})

    def _found(self) -> dict[str, Stamp | None]:
        """The first so many files and folders, by place; links are not followed."""
        found: dict[str, Stamp | None] = {}
        waiting = ["."]
        while waiting and len(found) < MAX_FILES:
            folder = waiting.pop(0)
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    place = entry.path.removeprefix("./")
                    if place.startswith(".") or len(found) >= MAX_FILES:
                        continue  # settings of libraries
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                            found[place] = None
                        elif entry.is_file(follow_symlinks=False):
                            status = entry.stat(follow_symlinks=False)
                            found[place] = status.st_ino, status.st_size, status.st_mtime_ns
        return found
