"""tar files, compressed or not: read forwards, with a bound on all that is unpacked and on what headers take."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from autograder.intake.archives.entry import foreign, is_archive, too_large
from autograder.intake.archives.streams import PIECE, open_plain
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import MEGABYTE, Limits

XZ_MEMORY = 80 * MEGABYTE
"""What a decompressor may use; the strongest setting that `xz` has without saying `--extreme` twice needs 65."""


@dataclass(frozen=True)
class TarMember:
    """A file or a folder in a tar file; `refused` says why it is not read, if it is not."""

    name: str
    size: int
    modified: float
    refused: str
    folder: bool = False


class TarSource:
    """The unpacked bytes of a tar file, forwards only: bounded as a whole, and in what the headers of a file take."""

    def __init__(self, stream: IO[bytes], most: int, *, seekable: bool) -> None:
        self._stream = stream
        self._most = most
        self._seekable = seekable
        self._position = 0
        self._left: int | None = None

    def begin_header(self) -> None:
        """From here on headers are read, until the next file's have been."""
        self._left = PIECE

    def begin_data(self) -> None:
        """From here on a file's own bytes are read."""
        self._left = None

    def tell(self) -> int:
        """Where the next byte is."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Read. Raises Refusal beyond what is allowed."""
        if self._left is not None:
            self._left -= size
        if not 0 <= size <= PIECE or (self._left is not None and self._left < 0):
            raise Refusal("a name in the archive is longer than can be read", "hand in a zip of the notebooks")
        self._reach(self._position + size)
        data = self._stream.read(size)
        self._position += len(data)
        return data

    def seek(self, position: int, whence: int = 0) -> int:
        """Go forwards. Raises Refusal beyond what is allowed, OSError on the way back."""
        if whence or position < self._position:
            raise OSError("a tar file is read forwards")
        self._reach(position)
        if self._seekable:
            self._position = self._stream.seek(position)
        while self._position < position:
            data = self._stream.read(min(PIECE, position - self._position))
            if not data:
                break
            self._position += len(data)
        return self._position

    def _reach(self, position: int) -> None:
        if position > self._most:
            raise Refusal(f"the archive unpacks to more than {self._most // MEGABYTE} MB (a bomb?)")


class XzStream(io.RawIOBase):
    """An xz file unpacked, with a bound on the memory for it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._unpacker: lzma.LZMADecompressor | None = None

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # as BufferedReader calls it
        """Unpack the next bytes."""
        while True:
            if self._unpacker is None or self._unpacker.eof:
                packed = self._unpacker.unused_data if self._unpacker else b""
                packed = packed.lstrip(b"\0") or self._raw.read(PIECE)
                if not packed:
                    return 0
                self._unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
            else:
                packed = self._raw.read(PIECE) if self._unpacker.needs_input else b""
                if not packed and self._unpacker.needs_input:
                    raise EOFError("the compressed file ends before it should")
            data = self._unpacker.decompress(packed, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)


@contextmanager
def unpacked_tar(file: Path, most: int) -> Iterator[TarSource]:
    """The bytes of a tar file, unpacked if it is compressed, at most `most` of them."""
    with ExitStack() as opened:
        raw = opened.enter_context(open_plain(file))
        head = raw.read(6)
        raw.seek(0)
        plain = io.BufferedReader(raw)
        stream: IO[bytes] = plain
        if head.startswith(b"\x1f\x8b"):
            stream = cast("IO[bytes]", opened.enter_context(gzip.GzipFile(fileobj=raw)))
        elif head.startswith(b"BZh"):
            stream = opened.enter_context(bz2.BZ2File(raw))
        elif head.startswith(b"\xfd7zXZ"):
            stream = opened.enter_context(io.BufferedReader(XzStream(raw), PIECE))
        yield TarSource(stream, most, seekable=stream is plain)


@contextmanager
def tar_members(file: Path, most: int, limits: Limits) -> Iterator[Iterator[tuple[TarMember, IO[bytes] | None]]]:
    """The members of a tar file in order, each with its bytes if they are to be read.

    At most `most` bytes are unpacked.
    """
    with unpacked_tar(file, most) as source:
        source.begin_header()
        with tarfile.open(fileobj=source, mode="r:") as opened:  # type: ignore[call-overload] # no more is asked of it
            yield _walk(opened, source, limits)


def _walk(opened: tarfile.TarFile, source: TarSource, limits: Limits) -> Iterator[tuple[TarMember, IO[bytes] | None]]:
    while True:
        source.begin_header()
        info = opened.next()
        if info is None:
            return
        opened.members.clear()  # type: ignore[attr-defined] # else it keeps every header that it has seen
        opened.pax_headers.clear()  # type: ignore[attr-defined] # the same for those that count for all files
        source.begin_data()
        name = info.name.removeprefix("./")[: limits.path_chars + 1]
        if info.isdir():
            yield TarMember(name, 0, 0.0, "", folder=True), None
            continue
        refused = foreign(name)
        if info.issym() or info.islnk():
            refused = "it is a link; hand in the file itself"
        elif not info.isreg() or info.issparse():
            refused = "it is not a regular file"
        limit = limits.student_spool if is_archive(name) else limits.notebook_bytes
        if not refused and info.size > limit:
            refused = too_large(info.size, limit)
        member = TarMember(name, info.size, float(info.mtime), refused)
        yield member, None if refused else opened.extractfile(info)
