"""What a command costs: time, CPU of everything that it started, and memory of the whole tree of processes."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.3
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """`seconds` of wall clock, `cpu_seconds` user and system, `peak_mb` as `memory_of` counts, exit `status`, `output`.

    `main_mb` is the peak of the command's first process alone.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    main_mb: float
    status: int
    output: str


def machine() -> str:
    """The size of this machine, to be printed beside every figure."""
    cores = len(os.sched_getaffinity(0))
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{cores} cores ({_model()}), {memory:.0f} GB, {system}"


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def cpu_of(pid: int) -> float:
    """CPU seconds that a process, its living descendants and everything that they have waited for have used so far."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_of(pid: int) -> tuple[float, float]:
    """Megabytes that a process and all its descendants hold together, and the process alone: proportional set sizes.

    A page that several of them share, as forked processes do, counts once in all.
    """
    alone = together = 0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(OSError):
                for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                    if line.startswith("Pss:"):
                        together += int(line.split()[1])
            if process.pid == pid:
                alone = together
    return together / 1024, alone / 1024


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and measure it.

    CPU is the larger of two counts: that of the system for children that have ended, and the last sample of the living
    tree. The first misses what a sandbox does not wait for, the second at most the last 0.3 seconds.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    peak = alone = sampled = 0.0
    ended = threading.Event()

    def look() -> None:
        nonlocal peak, alone, sampled
        while not ended.wait(SAMPLE_SECONDS):
            together, first = memory_of(process.pid)
            peak, alone = max(peak, together), max(alone, first)
            sampled = max(sampled, cpu_of(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - start
    ended.set()
    watcher.join()
    _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, max(waited, sampled), peak, alone, process.returncode, output)


def _reap() -> None:
    """End and count what the command left behind."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.send_signal(signal.SIGKILL)
    with suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0]:
            pass
