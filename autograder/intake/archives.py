"""Every file in a pile of folders, archives and notebooks: what it is called, and its bytes on demand.

Names and contents are hostile. Nothing is unpacked under a name that an archive gives: an archive within an archive is
spooled into a private folder under a number, everything else is read into memory when it is asked for. Links are
reported, never followed.
"""

from __future__ import annotations

import contextlib
import itertools
import lzma
import os
import re
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from autograder.intake.members import folders_with_something, split_name, zip_name, zip_time
from autograder.text import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ZIP_SUFFIXES = (".zip",)
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
FOREIGN_ARCHIVES = (".rar", ".7z", ".zipx", ".gz", ".bz2", ".xz", ".zst", ".dmg", ".iso")
CHUNK = MEGABYTE
OPEN_ARCHIVES = 8
# zipfile and tarfile raise all of these on damaged input; each means the same: it cannot be read
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


@dataclass(frozen=True)
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


class Pile:
    """The files under the given paths. A context manager: spooled archives live as long as it is open."""

    def __init__(
        self, paths: Iterable[Path], scratch: Path, limits: Limits = DEFAULT_LIMITS, skip: Path | None = None
    ) -> None:
        """Read from `paths`, spool into a private folder under `scratch`, and leave the folder `skip` out."""
        self.paths = [Path(path) for path in paths]
        self.limits = limits
        self.skip = skip.resolve() if skip else None
        self._scratch = scratch
        self._spool: tempfile.TemporaryDirectory[str] | None = None
        self._numbers = itertools.count()
        self._zips: OrderedDict[Path, zipfile.ZipFile] = OrderedDict()

    def __enter__(self) -> Pile:
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._spool = tempfile.TemporaryDirectory(prefix="spool-", dir=self._scratch)
        return self

    def __exit__(self, *_: object) -> None:
        while self._zips:
            self._zips.popitem()[1].close()
        if self._spool is not None:
            self._spool.cleanup()

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the paths and then by name."""
        for root, path in enumerate(self.paths):
            # the given path is the marker's own: if it is a link, it may be followed
            given = path.resolve()
            name = given.name or str(given)
            shown = escaped(str(path))
            if given.is_dir():
                yield from self._folder(root, given, (name,), shown, 0)
            else:
                yield from self._file(root, given, (name,), shown, 0)

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file. Raises Refusal when there are more than `limit`, or when they cannot be had."""
        if entry.refused or entry.file is None:
            raise Refusal(entry.refused or "it cannot be read")
        if entry.size > limit:
            raise Refusal(too_large(entry.size, limit))
        try:
            if entry.member is None:
                with open_plain(entry.file) as stream:
                    data = stream.read(limit + 1)
            else:
                archive = self._zip(entry.file)
                with archive.open(archive.infolist()[entry.member]) as stream:
                    data = stream.read(limit + 1)
        except BROKEN as error:
            raise Refusal(f"it cannot be read: {escaped(str(error), 200)}") from error
        if len(data) > limit:
            raise Refusal(too_large(len(data), limit))
        return data

    def _folder(self, root: int, folder: Path, parts: tuple[str, ...], shown: str, depth: int) -> Iterator[Entry]:
        if self.skip is not None and folder == self.skip:
            return
        if depth > self.limits.folder_depth:
            yield Entry(root, parts, shown, refused=f"folders nested deeper than {self.limits.folder_depth}")
            return
        try:
            with os.scandir(folder) as listing:
                children = sorted(listing, key=lambda child: child.name)
        except OSError as error:
            yield Entry(root, parts, shown, refused=f"the folder cannot be read: {escaped(str(error), 200)}")
            return
        if not children:
            yield Entry(root, parts, shown, folder=True)
        for child in children:
            below, path = (*parts, child.name), escaped(f"{shown}/{child.name}")
            fault = name_fault(child.name, self.limits)
            if fault:
                yield Entry(root, below, path, refused=fault, named=False)
            elif child.is_symlink():
                yield Entry(root, below, path, refused="it is a link; hand in the file itself")
            elif child.is_dir(follow_symlinks=False):
                if child.name != ".git":
                    yield from self._folder(root, Path(child.path), below, path, depth + 1)
            else:
                yield from self._file(root, Path(child.path), below, path, 0)

    def _file(self, root: int, file: Path, parts: tuple[str, ...], shown: str, depth: int) -> Iterator[Entry]:
        try:
            status = os.lstat(file)
        except OSError as error:
            yield Entry(root, parts, shown, refused=f"it cannot be read: {escaped(str(error), 200)}")
            return
        if not stat.S_ISREG(status.st_mode):
            yield Entry(root, parts, shown, refused="it is not a regular file")
        elif status.st_nlink > 1 and len(parts) > 1:
            yield Entry(
                root, parts, shown, refused="it is a hard link; copy the files themselves (`cp -r`) and try again"
            )
        elif is_archive(parts[-1]):
            yield from self._archive(root, file, parts, shown, depth)
        else:
            yield Entry(root, parts, shown, status.st_size, status.st_mtime, foreign(parts[-1]), file)

    def _archive(self, root: int, file: Path, parts: tuple[str, ...], shown: str, depth: int) -> Iterator[Entry]:
        if depth >= self.limits.archive_depth:
            yield Entry(root, parts, shown, refused=f"archives nested deeper than {self.limits.archive_depth}")
            return
        walk = self._tar_members if parts[-1].lower().endswith(TAR_SUFFIXES) else self._zip_members
        # all or nothing: when an archive turns out to be a bomb halfway, nothing of it counts
        try:
            found = list(walk(root, file, parts, shown, depth))
        except Refusal as refusal:
            found = [Entry(root, parts, shown, refused=str(refusal))]
        except BROKEN as error:
            reason = f"not a readable archive (damaged or cut off?): {escaped(str(error), 200)}"
            found = [Entry(root, parts, shown, refused=reason)]
        if not found:
            found = [Entry(root, parts, shown, refused="the archive is empty")]
        yield from found

    def _bounds(self, depth: int) -> tuple[int, int]:
        limits = self.limits
        if depth == 0:
            return limits.outer_archive_entries, limits.outer_archive_total
        return limits.inner_archive_entries, limits.inner_archive_total

    def _zip_members(self, root: int, file: Path, parts: tuple[str, ...], shown: str, depth: int) -> Iterator[Entry]:
        archive = self._zip(file)
        members = archive.infolist()
        most, total = self._bounds(depth)
        if len(members) > most:
            raise Refusal(f"the archive holds {len(members)} files, more than {most}")
        declared = sum(member.file_size for member in members)
        if declared > total:
            size = f"{declared // MEGABYTE} MB, more than {total // MEGABYTE} MB"
            raise Refusal(f"the archive unpacks to {size} (a bomb?)")
        names = [zip_name(member) for member in members]
        empty = {split_name(name) for name in names if name.endswith("/")} - folders_with_something(names)
        yield from self._empty(root, parts, shown, empty)
        for number, member in enumerate(members):
            name = zip_name(member)
            if name.endswith("/"):
                continue
            path = escaped(f"{shown}!/{name}")
            below = (*parts, *split_name(name))
            fault = name_fault(name, self.limits)
            if fault:
                yield Entry(root, below, path, refused=fault, named=False)
                continue
            refused = self._zip_fault(member) or foreign(name)
            modified = zip_time(member)
            if refused or not is_archive(name):
                yield Entry(root, below, path, member.file_size, modified, refused, file, number)
                continue
            if member.file_size > self.limits.inner_archive_bytes:
                refused = too_large(member.file_size, self.limits.inner_archive_bytes)
                yield Entry(root, below, path, refused=refused)
                continue
            try:
                with self._zip(file).open(member) as stream:
                    spooled = self._spooled(stream, self.limits.inner_archive_bytes)
            except (Refusal, *BROKEN) as error:
                yield Entry(root, below, path, refused=f"it cannot be read: {escaped(str(error), 200)}")
                continue
            yield from self._archive(root, spooled, below, path, depth + 1)

    def _zip_fault(self, member: zipfile.ZipInfo) -> str:
        mode = member.external_attr >> 16
        if stat.S_ISLNK(mode):
            return "it is a link; hand in the file itself"
        if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
            return "it is not a regular file"
        if member.flag_bits & 1:
            return "it is encrypted; hand in an archive without a password"
        if member.file_size > self.limits.ratio_from and member.file_size > self.limits.ratio * member.compress_size:
            return f"it unpacks to more than {self.limits.ratio} times its size (a bomb?)"
        return ""

    def _tar_members(self, root: int, file: Path, parts: tuple[str, ...], shown: str, depth: int) -> Iterator[Entry]:
        most, total = self._bounds(depth)
        # a compressed stream cannot be entered in the middle, so notebooks are spooled as they pass by
        with tarfile.open(file, mode="r:*") as archive:
            seen = 0
            folders: set[tuple[str, ...]] = set()
            names: list[str] = []
            for count, member in enumerate(archive, start=1):
                seen += member.size
                if count > most:
                    raise Refusal(f"the archive holds more than {most} files")
                if seen > total:
                    raise Refusal(f"the archive unpacks to more than {total // MEGABYTE} MB (a bomb?)")
                name = member.name.removeprefix("./")
                names.append(name)
                if member.isdir():
                    folders.add(split_name(name))
                    continue
                path = escaped(f"{shown}!/{name}")
                below = (*parts, *split_name(name))
                fault = name_fault(name, self.limits)
                if fault:
                    yield Entry(root, below, path, refused=fault, named=False)
                    continue
                refused = foreign(name)
                if member.issym() or member.islnk():
                    refused = "it is a link; hand in the file itself"
                elif not member.isreg():
                    refused = "it is not a regular file"
                inner = is_archive(name)
                limit = self.limits.inner_archive_bytes if inner else self.limits.notebook_bytes
                if not refused and member.size > limit:
                    refused = too_large(member.size, limit)
                stream = None if refused else archive.extractfile(member)
                if stream is None:
                    yield Entry(root, below, path, member.size, float(member.mtime), refused or "it cannot be read")
                    continue
                spooled = self._spooled(stream, limit)
                if inner:
                    yield from self._archive(root, spooled, below, path, depth + 1)
                else:
                    yield Entry(root, below, path, member.size, float(member.mtime), "", spooled)
            yield from self._empty(root, parts, shown, folders - folders_with_something(names))

    def _empty(
        self, root: int, parts: tuple[str, ...], shown: str, folders: Iterable[tuple[str, ...]]
    ) -> Iterator[Entry]:
        for names in sorted(folders):
            name = "/".join(names)
            if name and not name_fault(name, self.limits):
                yield Entry(root, (*parts, *names), escaped(f"{shown}!/{name}/"), folder=True)

    def _zip(self, file: Path) -> zipfile.ZipFile:
        """The open archive; the few used last stay open."""
        archive = self._zips.pop(file, None)
        if archive is None:
            with contextlib.ExitStack() as opened:
                stream = opened.enter_context(open_plain(file))
                archive = zipfile.ZipFile(stream)
                opened.pop_all()
        self._zips[file] = archive
        if len(self._zips) > OPEN_ARCHIVES:
            self._zips.popitem(last=False)[1].close()
        return archive

    def _spooled(self, stream: IO[bytes], limit: int) -> Path:
        """A private copy of a stream under a name of our own. Raises Refusal beyond `limit` bytes."""
        if self._spool is None:
            raise RuntimeError("a Pile is read inside its `with` block")
        target = Path(self._spool.name) / str(next(self._numbers))
        written = 0
        with target.open("xb") as copy:
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                if written > limit:
                    copy.close()
                    target.unlink()
                    raise Refusal(too_large(written, limit))
                copy.write(chunk)
        return target


def too_large(size: int, limit: int) -> str:
    """The reason for a file that is too large."""
    return f"it is too large: {size / MEGABYTE:.0f} MB or more, at most {limit // MEGABYTE} MB; clear its outputs"


def foreign(name: str) -> str:
    """Why an archive of another kind is not opened."""
    suffix = next((suffix for suffix in FOREIGN_ARCHIVES if name.lower().endswith(suffix)), "")
    if suffix and not is_archive(name):
        return f"archives of the kind {suffix} are not opened; unpack it, or hand in a zip"
    return ""


def open_plain(file: Path) -> IO[bytes]:
    """Open a regular file for reading. Never follows a link and never waits on a pipe."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")  # noqa: TRY301 - the handle is closed below
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
