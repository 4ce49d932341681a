"""What the names and times of an archive's members say."""

from __future__ import annotations

import contextlib
import time
import zipfile
from collections.abc import Iterable


def split_name(name: str) -> tuple[str, ...]:
    """The folders and the file of a name from an archive."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def folders_with_something(names: Iterable[str]) -> set[tuple[str, ...]]:
    """The folders that are above any of the names in an archive."""
    filled: set[tuple[str, ...]] = set()
    for name in names:
        parent = split_name(name)[:-1]
        while parent and parent not in filled:
            filled.add(parent)
            parent = parent[:-1]
    return filled


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
