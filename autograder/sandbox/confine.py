"""What a freshly forked child does to itself before any code of a hand-in runs. After this there is no way back."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import limits
from autograder.sandbox.linux import kernel, landlock, paths, seccomp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.sandbox.level import Level

HIGHEST_DESCRIPTOR = 65536
SCRATCH_FILES = 16384


def close_descriptors(keep: Sequence[int]) -> None:
    """Close every open file but `keep`; standard input, output and error become /dev/null."""
    null = os.open("/dev/null", os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    start = 3
    highest = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], HIGHEST_DESCRIPTOR)
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, highest)


def confine(level: Level, bounds: limits.Limits, *, scratch: str, readable: Sequence[str]) -> None:
    """Put up the walls of a level and stand in an empty scratch folder. Raises OSError when one of them fails."""
    if level.name == "none":
        os.setpgid(0, 0)
        _enter(scratch)
        return
    if level.own_namespaces:
        _private_file_systems(bounds)
        scratch = paths.SCRATCH_FOLDER
    else:
        os.setpgid(0, 0)
    _enter(scratch)
    limits.apply(bounds)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NPROC, (bounds.processes, bounds.processes))
    kernel.no_new_privileges()
    kernel.drop_capabilities()
    if level.landlock:
        landlock.restrict(readable, [scratch], paths.DEVICES)
    scoped = level.landlock and landlock.abi() >= landlock.SCOPES_SINCE
    seccomp.install(own_processes=level.own_namespaces, own_signals=scoped)


def reset_signals() -> None:
    """Forget the signal handlers of the process that forked this one."""
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _private_file_systems(bounds: limits.Limits) -> None:
    """Mount an empty, size-limited scratch folder, and hide /proc."""
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP)
    kernel.mount("none", "/", "none", kernel.MS_REC | kernel.MS_PRIVATE)
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    options = f"size={bounds.scratch_mb}m,mode=0700,nr_inodes={SCRATCH_FILES}"
    kernel.mount("tmpfs", paths.SCRATCH_FOLDER, "tmpfs", flags, options)
    kernel.mount("tmpfs", "/proc", "tmpfs", flags | kernel.MS_RDONLY, "size=4k,nr_inodes=2")


def _enter(scratch: str) -> None:
    Path(scratch).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(scratch)
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = scratch
