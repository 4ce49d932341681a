"""The few system calls that Python 3.11 has no function for."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import struct
from pathlib import Path

from autograder.sandbox.linux import system_calls

CLONE_FILES = 0x00000400
CLONE_THREAD = 0x00010000
CLONE_NEWTIME = 0x00000080
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
NAMESPACE_FLAGS = (
    CLONE_NEWTIME
    | CLONE_NEWNS
    | CLONE_NEWCGROUP
    | CLONE_NEWUTS
    | CLONE_NEWIPC
    | CLONE_NEWUSER
    | CLONE_NEWPID
    | CLONE_NEWNET
)

MADV_COLLAPSE = 25
HUGE_PAGE = 2 << 20

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

USERS_COUNTED_APART = (5, 14)
"""Since this release a user's processes are counted in each user namespace by itself."""
LAST_CAPABILITY = 63
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the shared namespaces named by `flags`. Raises OSError."""
    _checked("unshare", libc.unshare(flags))


def setns(descriptor: int, kind: int) -> None:
    """Enter a namespace. Raises OSError."""
    _checked("setns", libc.setns(descriptor, kind))


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system. Raises OSError."""
    _checked(
        f"mount on {target}",
        libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()),
    )


def prctl(option: int, *arguments: int) -> int:
    """Set something for this process. Raises OSError."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(f"prctl {option}", libc.prctl(option, *padded))


def syscall(name: str, *arguments: object) -> int:
    """A system call of `system_calls`, by name. Raises OSError, also where this machine does not have it."""
    number = system_calls.NUMBERS.get(os.uname().machine, {}).get(name)
    if number is None:
        raise OSError(errno.ENOSYS, f"{name}: {os.strerror(errno.ENOSYS)}")
    libc.syscall.restype = ctypes.c_long
    return _checked(name, libc.syscall(ctypes.c_long(number), *arguments))


def use_huge_pages(_data: bytes = b"") -> None:
    """Put this process's own memory into huge pages, as far as the kernel does that (since 6.1).

    A fork copies the tables of pages, and a child's end takes them down: with huge pages both take less than half.
    """
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        place, rights, _, _, file, *name = line.split(maxsplit=5)
        if rights == "rw-p" and file == "0" and name != ["[stack]"]:
            start, end = (int(number, 16) for number in place.split("-"))
            start, end = -(-start // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
            if start < end:
                libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def release() -> tuple[int, int]:
    """The kernel's version, major and minor; (0, 0) when it does not say."""
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def no_new_privileges() -> None:
    """From now on no program that this process starts gains anything by being setuid."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, those of programs yet to be started included. Raises OSError."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            # Beyond the last one that this kernel knows, or not ours to drop; the sets below are emptied in any case.
            break
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    syscall("capset", header, bytes(24))
