"""zip files: a directory of bounded length, and what it says of a member."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import time
import zipfile

from autograder.intake.archives.budget import too_many
from autograder.intake.archives.streams import PIECE
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import Limits

ZIP_SIGNATURE = b"PK\x01\x02"
"""What each file's line in the directory of a zip begins with."""


class ZipSource(io.BufferedReader):
    """A zip file of which no longer directory is read than may be listed.

    zipfile reads the directory in one piece and makes an object of each line. So, until `listed` is called, a piece is
    measured before it is read, and its lines are counted before zipfile has it: what the end record says of their
    number need not be so.
    """

    def __init__(self, raw: io.FileIO, most_entries: int, most_bytes: int) -> None:
        super().__init__(raw)
        self._most_entries = most_entries
        self._most_bytes = max(most_bytes, 2 * PIECE)  # the end record and its comment
        self._listing = True
        self.directory = 0

    def listed(self) -> None:
        """The directory has been read: from here on files are."""
        self._listing = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read. Raises Refusal where the directory is too long."""
        if not self._listing:
            return super().read(size)
        there = max(0, os.fstat(self.fileno()).st_size - self.tell())
        wanted = there if size is None or size < 0 else min(size, there)
        if wanted > self._most_bytes:
            raise Refusal("the archive's list of files is longer than can be read", "hand in the notebooks alone")
        data = super().read(wanted)
        entries = data.count(ZIP_SIGNATURE)
        if entries > self._most_entries:
            raise Refusal(too_many(entries, self._most_entries))
        self.directory = max(self.directory, len(data))
        return data


def zip_fault(member: zipfile.ZipInfo, limits: Limits) -> str:
    """Why a member of a zip is not read, or an empty text."""
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a link; hand in the file itself"
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "it is not a regular file"
    if member.flag_bits & 1:
        return "it is encrypted; hand in an archive without a password"
    if member.file_size > limits.ratio_from and member.file_size > limits.ratio * member.compress_size:
        return f"it unpacks to more than {limits.ratio} times its size (a bomb?)"
    return ""


def zip_name(member: zipfile.ZipInfo) -> str:
    """The name of a member, as it was meant.

    A member without the UTF-8 flag is read as code page 437 by the standard; macOS and others write UTF-8 all the same.
    """
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name


def zip_time(member: zipfile.ZipInfo) -> float:
    """When a member was last changed, in local time as zip has it; 0 when that is not a date."""
    try:
        return time.mktime((*member.date_time, 0, 0, -1)) if member.date_time > (1980, 1, 1, 0, 0, 0) else 0.0
    except (ValueError, OverflowError):
        return 0.0
