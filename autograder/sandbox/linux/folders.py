"""A folder that a hand-in has filled, and how much is in it. `files.remove_folder` removes it.

Links are never followed, no name is longer than one step, and nothing here calls itself for a folder in a folder: the
nesting is the hand-in's.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.files import open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_ENTRIES = 16384
MOST_NESTED = 64


@dataclass
class Content:
    """What a folder holds: kilobytes on the disk, entries (files, folders and links), folders inside one another."""

    kb: int = 0
    entries: int = 0
    nested: int = 0

    @property
    def counted(self) -> bool:
        """Whether counting came to an end; otherwise there is more than that."""
        return self.entries <= MOST_ENTRIES and self.nested <= MOST_NESTED


def content_of(folder: Path) -> Content:
    """What is in a folder whose owner may be at work in it. Stops counting where there is too much."""
    content = Content()
    open_folders: list[tuple[int, Iterator[os.DirEntry[str]]]] = []

    def enter(name: str, parent: int | None) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as undo:
            descriptor = open_folder(name, parent)
            undo.callback(os.close, descriptor)
            open_folders.append((descriptor, os.scandir(descriptor)))
            undo.pop_all()

    enter(str(folder), None)
    try:
        while open_folders and content.counted:
            descriptor, entries = open_folders[-1]
            entry = next(entries, None)
            if entry is None:
                os.close(open_folders.pop()[0])
                continue
            content.entries += 1
            with contextlib.suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                content.kb += found.st_blocks // 2
                if stat.S_ISDIR(found.st_mode):
                    content.nested = max(content.nested, len(open_folders))
                    enter(entry.name, descriptor)
    finally:
        for descriptor, _ in open_folders:
            os.close(descriptor)
    return content
