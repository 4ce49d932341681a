"""What /proc tells of processes: what they use, what they have started, what they hold open.

A watch reads all of this many times a second, so files are read by descriptor, and no further than needed.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

READ_BYTES = 65536
HELD = ("VmRSS", "VmPTE", "VmSwap", "HugetlbPages")
"""What a process holds of the machine's memory, as /proc/PID/status names it: no kind is part of another."""

_NUMBER = re.compile(rb"^(Vm(?:RSS|PTE|Swap|Data|Size)|HugetlbPages|Threads|FDSize):\s+(\d+)", re.MULTILINE)
_PROPORTIONAL = re.compile(rb"^Pss:\s+(\d+)", re.MULTILINE)
_DELETED = re.compile(rb"^[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) .*\(deleted\)$", re.MULTILINE)


def read_status(pid: int) -> dict[str, int]:
    """What /proc/PID/status says of memory (in kilobytes), threads and open files; empty without a process.

    A process lives on when its first thread has ended, and then shows what it uses in the others only.
    """
    numbers = _numbers(f"/proc/{pid}/status")
    if numbers.get("Threads", 0) > 1 and "VmRSS" not in numbers:
        for task in _names(f"/proc/{pid}/task"):
            found = _numbers(f"/proc/{pid}/task/{task}/status")
            if "VmRSS" in found:
                return found
    return numbers


def held_kb(status: dict[str, int]) -> int:
    """The memory that a process holds, in kilobytes, the kernel's tables of its pages included."""
    return sum(status.get(name, 0) for name in HELD)


def proportional_kb(pid: int) -> int:
    """The proportional set size of a process in kilobytes, 0 when it is gone."""
    found = _PROPORTIONAL.search(_of_memory(pid, "smaps_rollup"))
    return int(found[1]) if found else 0


def descendants(root: int, most: int) -> list[int]:
    """The processes that descend from `root`, without itself; about `most` of them when there are more."""
    found: list[int] = []
    waiting = [root]
    while waiting and len(found) < most:
        pid = waiting.pop()
        for task in _names(f"/proc/{pid}/task"):
            children = [int(word) for word in _read(f"/proc/{pid}/task/{task}/children").split()]
            found += children
            waiting += children
    return found


def tasks_of_user() -> int:
    """The processes and threads of this process's user, as far as they are to be seen."""
    user, count = os.getuid(), 0
    for name in _names("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                entry = os.stat(f"/proc/{name}/task")  # noqa: PTH116 - of hundreds, and a Path takes ten times as long
                count += entry.st_nlink - 2 if entry.st_uid == user else 0
    return count


@dataclass
class Nameless:
    """Files on one device that processes hold and no folder names any more, by inode.

    `open_kb` has the size on the disk of those that are open; those only `mapped` into memory have no size to be seen.
    """

    open_kb: dict[int, int] = field(default_factory=dict)
    mapped: set[int] = field(default_factory=set)


class Held(NamedTuple):
    """What processes have open: sockets, each counted once; descriptors of epoll; descriptors of whatever kind."""

    sockets: int
    polls: int
    descriptors: int


def held_by(pids: Iterable[int]) -> Held:
    """What processes have open of what the kernel keeps memory for that no resident size shows."""
    sockets: set[str] = set()
    polls = descriptors = 0
    for _, link in _descriptors(pids):
        descriptors += 1
        if link.startswith("socket:"):
            sockets.add(link)
        polls += link == "anon_inode:[eventpoll]"
    return Held(len(sockets), polls, descriptors)


def nameless_files(pids: Sequence[int], device: int) -> Nameless:
    """What processes keep of files on a device that no folder names any more: open, or mapped into memory."""
    held = Nameless()
    for path, link in _descriptors(pids):
        if link.endswith("(deleted)"):
            with contextlib.suppress(OSError):
                found = os.stat(path)  # noqa: PTH116
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0 and found.st_dev == device:
                    held.open_kb[found.st_ino] = found.st_blocks // 2
    wanted = f"{os.major(device):02x}:{os.minor(device):02x}".encode()
    for pid in pids:
        for where, inode in _DELETED.findall(_of_memory(pid, "maps")):
            if where == wanted and int(inode) not in held.open_kb:
                held.mapped.add(int(inode))
    return held


def _descriptors(pids: Iterable[int]) -> Iterator[tuple[str, str]]:
    """The open files of processes: where /proc has them, and what they lead to."""
    for pid in pids:
        folder = f"/proc/{pid}/fd"
        names = _names(folder)
        if not names:  # its first thread may have ended
            tasks = (f"/proc/{pid}/task/{task}/fd" for task in _names(f"/proc/{pid}/task"))
            folder, names = next(((path, found) for path in tasks if (found := _names(path))), (folder, []))
        for name in names:
            path = f"{folder}/{name}"
            with contextlib.suppress(OSError):
                yield path, os.readlink(path)  # noqa: PTH115


def _of_memory(pid: int, name: str) -> bytes:
    """A file about a process's memory, by way of another thread where the first one has ended."""
    found = _read(f"/proc/{pid}/{name}")
    if not found:
        tasks = (_read(f"/proc/{pid}/task/{task}/{name}") for task in _names(f"/proc/{pid}/task"))
        found = next(filter(None, tasks), b"")
    return found


def _numbers(path: str) -> dict[str, int]:
    return {name.decode("ascii"): int(number) for name, number in _NUMBER.findall(_read(path))}


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def _read(path: str) -> bytes:
    """What a file of the kernel's says, empty when its process is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    parts = []
    try:
        while part := os.read(descriptor, READ_BYTES):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts)
