"""The pile itself: a walk over folders and archives, and the bytes of what was found."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import tempfile
import zipfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.files import own_mark
from autograder.intake.archives.budget import Budget, Budgets, common_folders, too_many
from autograder.intake.archives.entry import (
    TAR_SUFFIXES,
    Entry,
    empty_folders,
    foreign,
    is_archive,
    name_fault,
    split_name,
    too_large,
)
from autograder.intake.archives.streams import BROKEN, PIECE, open_plain, open_to_write, signature, why_broken
from autograder.intake.archives.tars import TarMember, tar_members
from autograder.intake.archives.zips import ZipSource, zip_fault, zip_name, zip_time
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.text import escaped

OPEN_ARCHIVES = 8
PARTS_OF_A_FAULT = 2
"""How many names are kept of a path that nobody follows."""

REPLACED = "it was changed while it was read; try again when nobody writes there any more"


@dataclass(frozen=True)
class _Container:
    """An archive that is being listed: where it is, how deep, and the budget of whoever handed it in.

    The marker's own archive has none: it holds the hand-ins of many.
    """

    root: int
    file: Path
    parts: tuple[str, ...]
    shown: str
    depth: int
    budget: Budget | None


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
        self._budgets = Budgets(limits)
        self._zips: OrderedDict[Path, zipfile.ZipFile] = OrderedDict()
        self._listed: dict[Path, tuple[tuple[int, ...], int, int]] = {}
        """What each zip was when it was listed, and how much of a list was allowed."""

    def __enter__(self) -> Pile:
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._spool = tempfile.TemporaryDirectory(prefix=f"spool{own_mark()}", dir=self._scratch)
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
            # one more than there should be, and no more: a stream makes room for what it is asked for
            if entry.member is None:
                with open_plain(entry.file) as stream:
                    data = stream.read(entry.size + 1)
            else:
                archive = self._zip(entry.file)
                with archive.open(archive.infolist()[entry.member]) as stream:
                    data = stream.read(entry.size + 1)
        except BROKEN as error:
            raise Refusal(why_broken(error, entry.path)) from error
        if len(data) > entry.size:
            raise Refusal("it was changed while it was read", "try again when nobody writes there any more")
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
            yield Entry(root, parts, shown, refused=f"the folder: {why_broken(error, shown)}")
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
            yield Entry(root, parts, shown, refused=why_broken(error, shown))
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

    def _archive(
        self, root: int, file: Path, parts: tuple[str, ...], shown: str, depth: int, budget: Budget | None = None
    ) -> Iterator[Entry]:
        if depth >= self.limits.archive_depth:
            yield Entry(root, parts, shown, refused=f"archives nested deeper than {self.limits.archive_depth}")
            return
        walk = self._tar_members if parts[-1].lower().endswith(TAR_SUFFIXES) else self._zip_members
        # all or nothing: when an archive turns out to be a bomb halfway, nothing of it counts
        try:
            if budget is None:
                self._budgets.found(file.stat().st_size)
            found = list(walk(_Container(root, file, parts, shown, depth, budget)))
        except Refusal as refusal:
            found = [Entry(root, parts, shown, refused=str(refusal))]
        except BROKEN as error:
            reason = f"not a readable archive (damaged or cut off?): {why_broken(error, shown)}"
            found = [Entry(root, parts, shown, refused=reason)]
        if not found:
            found = [Entry(root, parts, shown, refused="the archive is empty")]
        yield from found

    def _budget(self, archive: _Container, wrapper: int, below: tuple[str, ...]) -> Budget:
        """The budget of whoever handed in a file of an archive. `wrapper` is how many folders all its names share."""
        if archive.budget is not None:
            return archive.budget
        return self._budgets.student((archive.root, archive.parts, below[: wrapper + 1]))

    def _zip_members(self, archive: _Container) -> Iterator[Entry]:
        budget = archive.budget or self._budgets.pile
        opened = self._zip(archive.file, (budget.most_entries(), budget.most_names()))
        members = opened.infolist()
        source = opened.fp
        names = source.directory if isinstance(source, ZipSource) else 0
        budget.charge_archive(len(members), names, sum(member.file_size for member in members))
        wrapper = common_folders(split_name(zip_name(member)) for member in members if not member.is_dir())
        yield from self._empty(archive, [(zip_name(member), member.is_dir()) for member in members])
        for number, member in enumerate(members):
            name = zip_name(member)
            if name.endswith("/"):
                continue
            path = escaped(f"{archive.shown}!/{name}")
            names_below = split_name(name)
            below = (*archive.parts, *names_below)
            fault = name_fault(name, self.limits)
            if fault:
                yield Entry(archive.root, below[:PARTS_OF_A_FAULT], path, refused=fault, named=False)
                continue
            refused = zip_fault(member, self.limits) or foreign(name)
            modified = zip_time(member)
            if refused or not is_archive(name):
                yield Entry(archive.root, below, path, member.file_size, modified, refused, archive.file, number)
                continue
            whose = self._budget(archive, wrapper, names_below)
            try:
                with self._zip(archive.file).open(member) as stream:
                    spooled = self._spooled(stream, member.file_size, whose)
            except Refusal as refusal:
                yield Entry(archive.root, below, path, refused=str(refusal))
                continue
            except BROKEN as error:
                yield Entry(archive.root, below, path, refused=why_broken(error, path))
                continue
            yield from self._archive(archive.root, spooled, below, path, archive.depth + 1, whose)

    def _tar_members(self, archive: _Container) -> Iterator[Entry]:
        # a compressed stream cannot be entered in the middle: it is listed first, and then notebooks are spooled as
        # they pass by
        listed = self._tar_list(archive)
        yield from self._empty(archive, [(member.name, member.folder) for member in listed])
        names = [() if member.folder else split_name(member.name) for member in listed]
        wrapper = common_folders(below for below, member in zip(names, listed, strict=True) if not member.folder)
        with self._tar(archive) as members:
            for (member, stream), expected, names_below in zip(members, listed, names, strict=True):
                if member != expected:
                    raise Refusal(REPLACED)
                if member.folder:
                    continue
                path = escaped(f"{archive.shown}!/{member.name}")
                below = (*archive.parts, *names_below)
                fault = name_fault(member.name, self.limits)
                if fault:
                    yield Entry(archive.root, below[:PARTS_OF_A_FAULT], path, refused=fault, named=False)
                    continue
                if stream is None:
                    yield Entry(archive.root, below, path, member.size, member.modified, member.refused)
                    continue
                whose = self._budget(archive, wrapper, names_below)
                try:
                    spooled = self._spooled(stream, member.size, whose)
                except Refusal as refusal:
                    yield Entry(archive.root, below, path, member.size, member.modified, str(refusal))
                    continue
                if is_archive(member.name):
                    yield from self._archive(archive.root, spooled, below, path, archive.depth + 1, whose)
                else:
                    yield Entry(archive.root, below, path, member.size, member.modified, "", spooled)

    def _empty(self, archive: _Container, names: list[tuple[str, bool]]) -> Iterator[Entry]:
        """The empty folders among what an archive lists: each name with whether it is a folder's."""
        files = (name for name, is_folder in names if not is_folder)
        for below in empty_folders(files, (name for name, is_folder in names if is_folder)):
            name = "/".join(below)
            if not name_fault(name, self.limits):
                yield Entry(archive.root, (*archive.parts, *below), escaped(f"{archive.shown}!/{name}/"), folder=True)

    def _tar_list(self, archive: _Container) -> list[TarMember]:
        """What is in a tar file, charged to the budget."""
        budget = archive.budget or self._budgets.pile
        most = budget.most_entries()
        listed: list[TarMember] = []
        with self._tar(archive) as members:
            for member, _ in members:
                listed.append(member)
                if len(listed) > most:
                    raise Refusal(too_many(len(listed), most))
        budget.charge_archive(
            len(listed), sum(len(member.name) for member in listed), sum(member.size for member in listed)
        )
        return listed

    def _tar(self, archive: _Container) -> AbstractContextManager[Iterator[tuple[TarMember, IO[bytes] | None]]]:
        limits = self.limits
        budget = archive.budget or self._budgets.pile
        packed = max(limits.ratio_from, limits.ratio * archive.file.stat().st_size)
        return tar_members(archive.file, min(packed, budget.most_unpacked(), limits.pile_spool), limits)

    def _zip(self, file: Path, most: tuple[int, int] | None = None) -> zipfile.ZipFile:
        """The open archive; the few used last stay open. `most` entries and bytes of its list are read at first.

        Raises Refusal when it is not the file any more that was listed.
        """
        archive = self._zips.pop(file, None)
        if archive is None:
            with contextlib.ExitStack() as opened:
                raw = opened.enter_context(open_plain(file))
                now = signature(raw.fileno())
                if most is None:
                    known, *most_of_then = self._listed[file]
                    if known != now:
                        raise Refusal(REPLACED)
                    most = (most_of_then[0], most_of_then[1])
                self._listed[file] = (now, *most)
                source = opened.enter_context(ZipSource(raw, *most))
                archive = zipfile.ZipFile(source)
                source.listed()
                opened.pop_all()
        self._zips[file] = archive
        if len(self._zips) > OPEN_ARCHIVES:
            self._zips.popitem(last=False)[1].close()
        return archive

    def _spooled(self, stream: IO[bytes], size: int, budget: Budget) -> Path:
        """A private copy of a stream of a known size under a name of our own. Raises Refusal when it is too large."""
        if self._spool is None:
            raise RuntimeError("a Pile is read inside its `with` block")
        if size > self.limits.student_spool:
            raise Refusal(too_large(size, self.limits.student_spool))
        budget.charge_spool(size)
        target = Path(self._spool.name) / str(next(self._numbers))
        with open_to_write(target) as write:
            while chunk := stream.read(PIECE):  # no more than the size: so both kinds of archives end a stream
                write(chunk)
        return target
