"""One file that was found, and what its name says: whether it is an archive, whether the name is acceptable."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE, Limits

ZIP_SUFFIXES = (".zip",)
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
FOREIGN_ARCHIVES = (".rar", ".7z", ".zipx", ".gz", ".bz2", ".xz", ".zst", ".dmg", ".iso")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was found.

    `parts` are the names from the given path's own name down, archives among them with their suffix. `modified` is what
    the file system or the archive says, in seconds since the epoch, 0 when it says nothing. `refused` is the reason why
    it cannot be read, if it cannot; `named` is false when its name itself is at fault and says nothing. An empty folder
    has an entry, too, with `folder`: somebody may stand for it.
    """

    root: int
    parts: tuple[str, ...]
    path: str
    size: int = 0
    modified: float = 0.0
    refused: str = ""
    file: Path | None = None
    member: int | None = None
    named: bool = True
    folder: bool = False


def name_fault(name: str, limits: Limits = DEFAULT_LIMITS) -> str:
    """Why a path from outside is not acceptable, or an empty text."""
    if len(name) > limits.path_chars:
        return f"its path is longer than {limits.path_chars} characters"
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in name):
        return "its name holds control characters or is not valid Unicode; rename it"
    plain = name.replace("\\", "/")
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain):
        return "its name is an absolute path"
    if ".." in plain.split("/"):
        return "its name leads out of the archive (path traversal)"
    return ""


def is_archive(name: str) -> bool:
    """Whether a file of this name is opened and looked into."""
    return name.lower().endswith((*ZIP_SUFFIXES, *TAR_SUFFIXES))


def archive_stem(name: str) -> str:
    """The name of an archive without its suffix; any other name as it is."""
    for suffix in sorted((*ZIP_SUFFIXES, *TAR_SUFFIXES, *FOREIGN_ARCHIVES), key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def foreign(name: str) -> str:
    """Why an archive of another kind is not opened."""
    suffix = next((suffix for suffix in FOREIGN_ARCHIVES if name.lower().endswith(suffix)), "")
    if suffix and not is_archive(name):
        return f"archives of the kind {suffix} are not opened; unpack it, or hand in a zip"
    return ""


def split_name(name: str) -> tuple[str, ...]:
    """The folders and the file of a name from an archive."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def empty_folders(files: Iterable[str], folders: Iterable[str]) -> list[tuple[str, ...]]:
    """The folders named in an archive of which nothing else is below; it takes no more memory than the names."""
    wanted = {_key(name) for name in folders}
    names = sorted({_key(name) for name in files} | wanted)
    return [
        split_name(name)
        for name, after in itertools.pairwise([*names, ""])
        if name in wanted and name != "/" and not after.startswith(name)
    ]


def _key(name: str) -> str:
    """A name of an archive with a slash after each part, so that what is below a folder sorts right behind it."""
    return f"{'/'.join(split_name(name))}/"


def too_large(size: int, limit: int) -> str:
    """The reason for a file that is too large."""
    return f"it is too large: {size / MEGABYTE:.0f} MB or more, at most {limit // MEGABYTE} MB; clear its outputs"
