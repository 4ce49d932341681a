"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` in one step when the block ends; a reader sees the old or the new.

    When the block raises, the old file stays. `durable` also waits until the disk has it, so that not even a power cut
    leaves half a file. A `private` file can be read by nobody else.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).chmod(0o600 if private else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise
    if durable:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_atomically(path: Path, content: str | bytes, *, durable: bool = False, private: bool = False) -> None:
    """Put `content` (text as UTF-8) in place of `path` in one step, as `replacing` does."""
    with replacing(path, durable=durable, private=private) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def replace_folder(target: Path, files: dict[str, str]) -> None:
    """Put a folder of text files in place of another: either all of it changes or nothing does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    old = fresh.with_name(f"{fresh.name}-old")
    try:
        for file, text in files.items():
            (fresh / file).write_text(text, encoding="utf-8", newline="\n")
        fresh.chmod(0o755)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)
