"""The watch over a confined process: what it and all that it started hold, and when that is too much.

The resource limits of limits.py are for one process each; these are for all of them together. Memory is what is
resident, with the kernel's tables of it and what may stand in buffers of sockets and in lists of epolls. Where a
scratch folder has no limit of its own (no namespaces), the watch looks through it, and takes no more than a small part
of the time for that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox.limits import OPEN_FILES
from autograder.sandbox.linux import folders, processes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.sandbox.limits import Limits

KILOBYTES = 1024
SOCKET_KB = 208
"""What stands in the buffer of one socket at most; the filter on system calls lets nobody enlarge one."""
POLL_BYTES = 192
"""What the kernel keeps for one entry of an epoll: a file under one of its numbers. Entries stay as long as the file is
open anywhere, so of one file there are as many in an epoll as there are numbers."""
TASKS_TO_SPARE = 8  # where the system counts as well, it refuses the next one, and nothing has to be ended
SCRATCH_SECONDS = 0.1
SCRATCH_SHARE = 20  # a look at a scratch folder takes so small a part of the time until the next


@dataclass(frozen=True)
class Load:
    """What a process and all that it started use now: memory in megabytes, tasks (threads counted)."""

    memory_mb: float
    tasks: int


class Watch:
    """The watch over one confined process. `scratch` is its folder where that has no limit of its own, else None.

    `most_tasks` is how many processes are worth counting.
    """

    def __init__(self, bounds: Limits, scratch: Path | None) -> None:
        self.peak_memory_mb = 0.0
        self._bounds = bounds
        self.most_tasks = bounds.processes + TASKS_TO_SPARE
        self._scratch = scratch
        self._device = 0
        self._next = 0.0

    def look(self, root: int, rest: Sequence[int]) -> str:
        """Why a process has to be ended, given what it started: a phrase for a person, empty when all is well."""
        bounds = self._bounds
        load = measure(root, rest, bounds.memory_mb, self.most_tasks)
        self.peak_memory_mb = max(self.peak_memory_mb, load.memory_mb)
        if load.memory_mb > bounds.memory_mb:
            return f"more than {bounds.memory_mb} MB of memory"
        if load.tasks > self.most_tasks:
            return f"more than {bounds.processes} processes and threads"
        now = time.monotonic()
        if self._scratch is None or now < self._next:
            return ""
        reason = self._look_through(self._scratch, [root, *rest])
        took = time.monotonic() - now
        self._next = now + max(SCRATCH_SECONDS, took * SCRATCH_SHARE)
        return reason

    def _look_through(self, scratch: Path, pids: Sequence[int]) -> str:
        """Why what a scratch folder holds, or held until its name was removed, is too much."""
        content = folders.content_of(scratch)
        if content.nested > folders.MOST_NESTED:
            return f"more than {folders.MOST_NESTED} folders inside one another"
        if content.entries > folders.MOST_ENTRIES:
            return f"more than {folders.MOST_ENTRIES} files and folders"
        if not self._device:
            self._device = scratch.stat().st_dev
        nameless = processes.nameless_files(pids, self._device)
        most_kb = self._bounds.scratch_mb * KILOBYTES
        # One that is only mapped does not show its size, which is a file's limit at most.
        hidden_kb = sum(nameless.open_kb.values()) + len(nameless.mapped) * most_kb
        if content.kb + hidden_kb > most_kb:
            return f"more than {self._bounds.scratch_mb} MB of files"
        return ""


def buffers_kb(held: processes.Held) -> int:
    """What may stand in the buffers of sockets, and in the lists of epolls, at most."""
    entries = held.polls * (held.descriptors - held.polls) * OPEN_FILES
    return SOCKET_KB * held.sockets + entries * POLL_BYTES // KILOBYTES


def measure(root: int, rest: Sequence[int], memory_mb: int, most_tasks: int) -> Load:
    """The load of a confined process: itself and the rest of them.

    Stops counting where there are too many processes: reading on would take longer than starting more of them. Pages
    that forked processes share would be counted twice in a sum of resident sizes, so when that sum is above the limit
    the rest is measured by proportional shares instead, which takes longer to read. So it is with open files,
    counted when the tables of open files have room for too many.
    """
    first = processes.read_status(root)
    own_kb = processes.held_kb(first)
    if len(rest) >= most_tasks:
        return Load(own_kb / KILOBYTES, len(rest) + 1)
    others = [processes.read_status(pid) for pid in rest]
    statuses = [first, *others]
    memory_kb = own_kb + sum(map(processes.held_kb, others))
    resident_kb = sum(status.get("VmRSS", 0) for status in others)
    if memory_kb > memory_mb * KILOBYTES >= memory_kb - resident_kb:
        memory_kb += sum(map(processes.proportional_kb, rest)) - resident_kb
    room = sum(status.get("FDSize", 0) for status in statuses)
    if memory_kb + buffers_kb(processes.Held(room, room // 2, room)) > memory_mb * KILOBYTES:
        memory_kb += buffers_kb(processes.held_by([root, *rest]))
    return Load(memory_kb / KILOBYTES, sum(status.get("Threads", 0) for status in statuses))
