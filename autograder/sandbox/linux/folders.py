"""A folder that a hand-in has filled: how much is in it, and removing it, whatever it was made of.

Links are never followed, no name is longer than one step, and nothing here calls itself for a folder in a folder: the
nesting is the hand-in's.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_ENTRIES = 16384
MOST_NESTED = 64
FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


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
            descriptor = _open(name, parent)
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


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as the system lets us. Nobody may be at work in it any more.

    What stands in a folder in the folder is brought up into the folder first, so that nothing is ever deep.
    """
    with contextlib.suppress(OSError):
        top = _open(str(folder), None, writable=True)
        try:
            _empty(top)
        finally:
            os.close(top)
        folder.rmdir()


def _empty(top: int) -> None:
    own = secrets.token_hex(8)  # no name that a hand-in could have used
    brought_up = 0
    stays: set[str] = set()
    while left := set(os.listdir(top)) - stays:
        for name in left:
            if _unlink(name, top):
                continue
            try:
                inner = _open(name, top, writable=True)
                try:
                    for below in os.listdir(inner):  # noqa: PTH208 - by its descriptor
                        if not _unlink(below, inner):
                            os.close(_open(below, inner, writable=True))
                            brought_up += 1
                            os.rename(below, f"{own}-{brought_up}", src_dir_fd=inner, dst_dir_fd=top)
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=top)
            except OSError:
                stays.add(name)


def _unlink(name: str, parent: int) -> bool:
    """Remove what is no folder; False when it stays."""
    try:
        os.unlink(name, dir_fd=parent)
    except OSError:
        return False
    return True


def _open(name: str, parent: int | None, *, writable: bool = False) -> int:
    """Open a folder for reading, which its owner may have forbidden everybody. Raises OSError."""
    try:
        descriptor = os.open(name, os.O_RDONLY | FOLDER, dir_fd=parent)
    except PermissionError:
        handle = os.open(name, os.O_PATH | FOLDER, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{handle}", stat.S_IRWXU)  # noqa: PTH101 - that folder, whatever has its name now
        finally:
            os.close(handle)
        descriptor = os.open(name, os.O_RDONLY | FOLDER, dir_fd=parent)
    if writable:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, stat.S_IRWXU)
    return descriptor
