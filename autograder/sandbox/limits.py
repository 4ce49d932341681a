"""Limits on one confined process and all that it starts, and how to measure what it uses."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.model.settings import GradingSettings

MEGABYTE = 1024 * 1024
BLOCK_BYTES = 512
PROC = Path("/proc")
OPEN_FILES = 256
LEAST_HEADROOM_MB = 64


@dataclass(frozen=True)
class Limits:
    """Limits of a confined process: resident memory and scratch space in megabytes, CPU time in seconds, tasks.

    The numbers are those of the run's settings, model/settings.py.
    """

    memory_mb: int
    processes: int
    scratch_mb: int
    cpu_seconds: int

    @classmethod
    def of(cls, settings: GradingSettings) -> Limits:
        """The limits that the settings ask for. CPU time is a backstop behind the wall-clock deadlines."""
        cpu_seconds = int(settings.notebook_seconds * 1.25) + 1
        return cls(settings.memory_mb, settings.processes, settings.scratch_mb, cpu_seconds)


def apply(limits: Limits) -> None:
    """Set the resource limits of this process. They pass to all that it starts and cannot be raised again."""
    data = data_limit_bytes(limits.memory_mb)
    scratch = limits.scratch_mb * MEGABYTE
    wanted = {
        resource.RLIMIT_DATA: data,
        resource.RLIMIT_FSIZE: scratch,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if hasattr(resource, "RLIMIT_MSGQUEUE"):
        wanted[resource.RLIMIT_MSGQUEUE] = 0
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (limit, limit))


def data_limit_bytes(memory_mb: int) -> int:
    """The limit on private writable memory: what is mapped now, and as much again as may still become resident."""
    status = read_status(os.getpid())
    mapped = status.get("VmData", 0) * 1024
    headroom = max(memory_mb * MEGABYTE - status.get("VmRSS", 0) * 1024, LEAST_HEADROOM_MB * MEGABYTE)
    return mapped + headroom


def read_status(pid: int) -> dict[str, int]:
    """The numbers in /proc/PID/status (sizes in kilobytes), or an empty dictionary when there is no such process."""
    numbers: dict[str, int] = {}
    try:
        text = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return numbers
    for line in text.splitlines():
        name, _, value = line.partition(":")
        first = value.split()[:1]
        if first and first[0].isdigit():
            numbers[name] = int(first[0])
    return numbers


@dataclass(frozen=True)
class Load:
    """What a process and all that it started use now: resident memory in megabytes, tasks (threads counted)."""

    memory_mb: float
    tasks: int


def measure(root: int, rest: Sequence[int], bounds: Limits) -> Load:
    """The load of a confined process: itself and the rest of them.

    Stops counting where there are too many processes: reading on would take longer than starting more of them. Pages
    that forked processes share would be counted twice in a sum of resident sizes, so when that sum is above the limit
    the rest is measured by proportional shares instead, which takes longer to read.
    """
    first = read_status(root)
    if len(rest) >= bounds.processes:
        return Load(first.get("VmRSS", 0) / 1024, len(rest) + 1)
    statuses = [read_status(pid) for pid in rest]
    tasks = first.get("Threads", 0) + sum(status.get("Threads", 0) for status in statuses)
    own = first.get("VmRSS", 0) / 1024
    memory = own + sum(status.get("VmRSS", 0) for status in statuses) / 1024
    if rest and memory > bounds.memory_mb:
        memory = own + sum(proportional_mb(pid) for pid in rest)
    return Load(memory, tasks)


def proportional_mb(pid: int) -> float:
    """The proportional set size of a process in megabytes, 0 when it is gone."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def descendants(root: int, most: int) -> list[int]:
    """The processes that descend from `root`, without itself; about `most` of them when there are more."""
    found: list[int] = []
    waiting = [root]
    while waiting and len(found) < most:
        pid = waiting.pop()
        try:
            tasks = list((PROC / str(pid) / "task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                children = (task / "children").read_text(encoding="ascii").split()
            except OSError:
                continue
            found.extend(map(int, children))
            waiting.extend(map(int, children))
    return found


def folder_mb(folder: Path) -> float:
    """The size of all files below a folder in megabytes. Links are not followed."""
    total = 0
    for where, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(where) / name).lstat().st_blocks * BLOCK_BYTES
            except OSError:
                continue
    return total / MEGABYTE
