"""Files are written whole or not at all, and what a killed process left half done is known to be its own and dead.

The name of every temporary file and folder says who made it: the machine, its start, the process and the process's
start. What says so of a process that is not there any more may be removed by anybody; nothing else may. A hand-in may
have been at work in it: what it made is never walked by recursion and never followed through links.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import zipfile

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SUFFIX = ".tmp"
_MARK = re.compile(r"\.ag~(?P<machine>[0-9a-f]{8})~(?P<start>[0-9a-f]{8})~(?P<pid>\d+)~(?P<began>\d+)~")


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _place() -> tuple[str, str]:
    """This machine and its start. A container counts as a machine: it sees its own processes only."""
    with contextlib.suppress(OSError):
        room = Path("/proc/self/ns/pid").stat().st_ino
        return _short(f"{_first_line('/etc/machine-id')} {socket.gethostname()} {room}"), _short(
            _first_line("/proc/sys/kernel/random/boot_id")
        )
    return _short(socket.gethostname()), _short("")


def _began(pid: int) -> str:
    """When a process began, in the kernel's count; empty when there is no such process."""
    status = _first_line(f"/proc/{pid}/stat")
    return status.rpartition(")")[2].split()[19] if ")" in status else ""


@functools.lru_cache(maxsize=1)
def _own_mark(pid: int) -> str:
    machine, start = _place()
    return f".ag~{machine}~{start}~{pid}~{_began(pid) or 0}~"


def own_mark() -> str:
    """What stands in the names of this process's temporary files and folders."""
    return _own_mark(os.getpid())


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """An empty folder where the system has its temporary ones, by whose name `sweep` knows whose it is."""
    return tempfile.TemporaryDirectory(prefix=f"autograder{own_mark()}", ignore_cleanup_errors=True)


def is_left_behind(name: str) -> bool:
    """Whether a name is that of a temporary file or folder whose maker is provably dead."""
    found = _MARK.search(name)
    if found is None:
        return False
    machine, start = _place()
    if found["machine"] != machine:
        return False  # perhaps alive elsewhere, on a disk that machines share
    return found["start"] != start or _began(int(found["pid"])) != found["began"]


def sweep(folder: Path, *, below: bool = True) -> int:
    """Remove what dead processes of ours left in a folder, and in those `below` it; gives how many things it was.

    Only what belongs to this user goes; what cannot be removed stays.
    """
    gone = 0
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for entry in listing:
            with contextlib.suppress(OSError):
                if is_left_behind(entry.name):
                    if entry.stat(follow_symlinks=False).st_uid == os.getuid():
                        _remove(entry)
                        gone += 1
                elif below and entry.is_dir(follow_symlinks=False):
                    gone += sweep(Path(entry.path))
    return gone


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        remove_folder(Path(entry.path))
    else:
        Path(entry.path).unlink()


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as the system lets us. Nobody may be at work in it any more.

    What stands in a folder in the folder is brought up into the folder first, so that nothing is ever deep.
    """
    with contextlib.suppress(OSError):
        top = open_folder(str(folder), None, writable=True)
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
                inner = open_folder(name, top, writable=True)
                try:
                    for below in os.listdir(inner):  # noqa: PTH208 - by its descriptor
                        if not _unlink(below, inner):
                            os.close(open_folder(below, inner, writable=True))
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


def open_folder(name: str, parent: int | None, *, writable: bool = False) -> int:
    """Open a folder for reading, which its owner may have forbidden everybody. Raises OSError."""
    try:
        descriptor = os.open(name, os.O_RDONLY | _FOLDER, dir_fd=parent)
    except PermissionError:
        handle = os.open(name, os.O_PATH | _FOLDER, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{handle}", stat.S_IRWXU)  # noqa: PTH101 - that folder, whatever has its name now
        finally:
            os.close(handle)
        descriptor = os.open(name, os.O_RDONLY | _FOLDER, dir_fd=parent)
    if writable:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, stat.S_IRWXU)
    return descriptor


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` in one step when the block ends; a reader sees the old or the new.

    When the block raises, the old file stays. `durable` also waits until the disk has it, so that not even a power cut
    leaves half a file. A `private` file can be read by nobody else.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}{own_mark()}", suffix=_SUFFIX)
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


def add_to_zip(archive: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    """Add a file to an archive, without a time: the same files make the same archive."""
    import zipfile

    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = (stat.S_IFREG | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def replace_folder(target: Path, files: dict[str, str]) -> None:
    """Put a folder of text files in place of another: either all of it changes or nothing does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}{own_mark()}", dir=target.parent))
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
