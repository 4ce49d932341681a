"""What all archives are read through: plain files only, in bounded pieces, known again when they are opened again."""

from __future__ import annotations

import errno
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.exceptions import OutDirError, ResourceError
from autograder.text import escaped

PIECE = 64 * 1024
"""The most that is read at once, and the most that the headers of one file in an archive may be."""


BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)
"""zipfile and tarfile raise all of these on damaged input; each means the same: it cannot be read."""

OF_THE_MACHINE = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT)
"""What a file system says that tells nothing of the file."""


def why_broken(error: BaseException, shown: str) -> str:
    """Why a hand-in cannot be read, in words. Raises ResourceError when that says nothing about the hand-in."""
    if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
        raise ResourceError(
            f"cannot be read ({error.strerror})",
            where=shown,
            remedy="see to this machine's disk and its limits (`ulimit -n`); the same command continues",
        ) from error
    return f"it cannot be read: {escaped(str(error) or type(error).__name__, 200)}"


@contextmanager
def open_to_write(file: Path) -> Iterator[Callable[[bytes], object]]:
    """Write a new file of ours. Raises OutDirError when that fails: it is no fault of what is being read."""
    try:
        target = file.open("xb")
    except OSError as error:
        raise _unwritable(file, error) from error

    def write(data: bytes) -> None:
        try:
            target.write(data)
        except OSError as error:
            raise _unwritable(file, error) from error

    try:
        yield write
    finally:
        try:
            target.close()
        except OSError as error:
            raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> OutDirError:
    remedy = "make room or give another --out; what was graded is kept, and the same command continues"
    return OutDirError(f"cannot be written ({error.strerror or error})", where=file.parent, remedy=remedy)


def open_plain(file: Path) -> io.FileIO:
    """Open a regular file for reading. Never follows a link and never waits on a pipe."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")  # noqa: TRY301 - the handle is closed below
        return io.FileIO(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def signature(handle: int) -> tuple[int, ...]:
    """What tells a file from one that has been put in its place, or written anew."""
    status = os.fstat(handle)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
