"""What a freshly forked child does to itself before any code of a hand-in runs. After this there is no way back."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import limits
from autograder.sandbox.linux import folders, kernel, landlock, paths, processes, seccomp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.sandbox.level import Level

HIGHEST_DESCRIPTOR = 65536
OTHERS_MAY_START = 256
"""What the user's other programs may start while a hand-in runs."""
SERVERS_OWN = 4
"""bubblewrap, the fork server, and one or two children of it that come and go."""


def close_descriptors(keep: Sequence[int], *, keep_error: bool = False) -> None:
    """Close every open file but `keep`; standard input, output and error become /dev/null, unless error is kept."""
    null = os.open("/dev/null", os.O_RDWR)
    for standard in range(2 if keep_error else 3):
        os.dup2(null, standard)
    start = 3
    highest = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], HIGHEST_DESCRIPTOR)
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, highest)


def confine(
    level: Level, bounds: limits.Limits, *, scratch: str, readable: Sequence[str], trusted: bool = False
) -> None:
    """Put up the walls of a level and stand in an empty scratch folder. Raises OSError when one of them fails.

    Where there are no walls, what is trusted keeps its limits at least, so that a test which needs too much fails.
    """
    if level.name == "none":
        os.setpgid(0, 0)
        _enter(scratch)
        if trusted:
            limits.apply(bounds, processes.read_status(os.getpid()))
        return
    if level.own_namespaces:
        os.setsid()  # a process group reaches out of a process namespace, to whoever started it
        _private_file_systems(bounds)
        scratch = paths.SCRATCH_FOLDER
    else:
        os.setpgid(0, 0)
    _enter(scratch)
    limits.lower(resource.RLIMIT_NPROC, most_tasks(level, bounds))
    limits.apply(bounds, processes.read_status(os.getpid()))
    kernel.no_new_privileges()
    kernel.drop_capabilities()
    if level.landlock:
        landlock.restrict(level.landlock, readable, [scratch], paths.DEVICES)
    scoped = level.landlock >= landlock.SCOPES_SINCE
    seccomp.install(own_processes=level.own_namespaces, own_signals=scoped)


def most_tasks(level: Level, bounds: limits.Limits) -> int:
    """The resource limit on the number of processes, which stops a fork bomb at once; the watch keeps the exact one.

    The kernel counts those of a user, not those of a hand-in: all that the user runs, or all in a user namespace where
    that has a count of its own.
    """
    if not level.own_namespaces:
        return processes.tasks_of_user() + OTHERS_MAY_START + bounds.processes
    if kernel.release() >= kernel.USERS_COUNTED_APART:
        return bounds.processes + SERVERS_OWN
    return resource.RLIM_INFINITY  # from in here, what the user runs outside is not to be seen


def keep_devices() -> None:
    """In a fork server with namespaces of its own: from now on nobody changes the mode or the times of a device."""
    flags = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NOEXEC
    for device in paths.DEVICES:
        if Path(device).exists():
            kernel.mount("none", device, "none", flags)


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
    options = f"size={bounds.scratch_mb}m,mode=0700,nr_inodes={folders.MOST_ENTRIES}"
    kernel.mount("tmpfs", paths.SCRATCH_FOLDER, "tmpfs", flags, options)
    kernel.mount("tmpfs", "/proc", "tmpfs", flags | kernel.MS_RDONLY, "size=4k,nr_inodes=2")


def _enter(scratch: str) -> None:
    Path(scratch).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(scratch)
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = scratch
