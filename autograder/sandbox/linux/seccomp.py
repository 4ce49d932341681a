"""A filter on system calls: what a hand-in has no honest use for fails with "operation not permitted".

The filter is a list of what is refused, so that a new release of numpy or torch does not stop working over a harmless
call; calls newer than the list are refused as unknown. A name that is added here gets its numbers from
`python -m autograder.sandbox.linux.generate_system_calls`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from pathlib import Path

from autograder.sandbox.linux import kernel, system_calls

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

REFUSED = (
    # other processes
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "process_mrelease",
    "kcmp",
    "pidfd_getfd",
    "migrate_pages",
    "move_pages",
    # the network: socketpair stays, which event loops need
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    # namespaces and mounts
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "open_tree_attr",
    # memory that no resident size shows, or that outlives the process
    "memfd_create",
    "memfd_secret",
    "shmget",
    "shmat",
    "semget",
    "msgget",
    "mq_open",
    "mlock",
    "mlock2",
    "mlockall",
    # the kernel's larger and more often broken interfaces
    "bpf",
    "userfaultfd",
    "perf_event_open",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "io_setup",
    "io_submit",
    "add_key",
    "request_key",
    "keyctl",
    "name_to_handle_at",
    "open_by_handle_at",
    "fanotify_init",
    "lookup_dcookie",
    "vmsplice",
    "personality",
    "modify_ldt",
    "iopl",
    "ioperm",
    "uselib",
    "syslog",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "vhangup",
    "mknodat",
    "mknod",
    "landlock_create_ruleset",
)
# Without namespaces, a child is kept together by its process group, and the user's other processes and files are in
# reach of calls that Landlock has no say in.
REFUSED_WITHOUT_NAMESPACES = (
    "setsid",
    "setpgid",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "lchown",
    "fchown",
    "fchownat",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "setxattrat",
    "removexattrat",
    "file_setattr",
    "setpriority",
    "ioprio_set",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setparam",
    "sched_setattr",
)
# Allowed on the process itself only.
ONLY_ITSELF = ("prlimit64",)
# Without Landlock's scopes either, a signal could reach the grader.
SIGNALS = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
ANY_SIGNALS = ("tkill", "pidfd_send_signal")
# Refused for these values of their second argument: typing into a terminal, having the kernel send signals to others.
BY_SECOND_ARGUMENT = {
    "ioctl": (0x5412, 0x541C, 0x8901, 0x8902),  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
    "fcntl": (8, 10, 15),  # F_SETOWN, F_SETSIG, F_SETOWN_EX
}
LAST_KNOWN = 470
"""The first number that this list does not know: of Linux 6.18 the calls are read, up to file_setattr."""

LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL = 0x80000000
ALLOW = 0x7FFF0000
FAIL = 0x00050000
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT, SECOND_ARGUMENT_AT = 0, 4, 16, 24


def supported() -> bool:
    """Whether there is a filter for this machine's architecture and a kernel to take it."""
    if os.uname().machine not in AUDIT_ARCHITECTURE:
        return False
    try:
        return "errno" in Path("/proc/sys/kernel/seccomp/actions_avail").read_text(encoding="ascii").split()
    except OSError:
        return False


def program(machine: str, *, own_processes: bool, own_signals: bool, pid: int = 0) -> bytes:
    """The filter as BPF instructions.

    `own_processes`: the child has namespaces of its own. `own_signals`: signals cannot leave it in any case;
    otherwise only `pid` and its process group may be signalled.
    """
    numbers = system_calls.NUMBERS[machine]
    here = {name: number for name, number in numbers.items() if number is not None}
    code: list[tuple[int, int, int, int]] = []

    def emit(instruction: int, value: int, when_true: int = 0, when_false: int = 0) -> None:
        code.append((instruction, when_true, when_false, value & 0xFFFFFFFF))

    def fail(number: int = errno.EPERM) -> None:
        emit(RETURN, FAIL | number)

    emit(LOAD, ARCHITECTURE_AT)
    emit(EQUAL, AUDIT_ARCHITECTURE[machine], 1, 0)
    emit(RETURN, KILL)
    emit(LOAD, NUMBER_AT)
    emit(GREATER_EQUAL, LAST_KNOWN, 0, 1)  # the x32 calls are up there too
    fail(errno.ENOSYS)
    refused: tuple[str, ...] = REFUSED
    only_itself: tuple[str, ...] = ()
    if not own_processes:
        refused, only_itself = (*refused, *REFUSED_WITHOUT_NAMESPACES), ONLY_ITSELF
        if not own_signals:
            refused, only_itself = (*refused, *ANY_SIGNALS), (*only_itself, *SIGNALS)
    for name in refused:
        if numbers[name] is not None:
            emit(EQUAL, here[name], 0, 1)
            fail()
    emit(EQUAL, here["clone3"], 0, 1)  # its flags are behind a pointer; the C library falls back to clone
    fail(errno.ENOSYS)
    emit(EQUAL, here["clone"], 0, 4)
    emit(LOAD, FIRST_ARGUMENT_AT)
    emit(ANY_BIT, kernel.NAMESPACE_FLAGS & ~0xFF, 0, 1)
    fail()
    emit(RETURN, ALLOW)
    for name, values in BY_SECOND_ARGUMENT.items():
        emit(EQUAL, here[name], 0, 2 * len(values) + 2)
        emit(LOAD, SECOND_ARGUMENT_AT)
        for value in values:
            emit(EQUAL, value, 0, 1)
            fail()
        emit(RETURN, ALLOW)
    for name in only_itself:
        emit(EQUAL, here[name], 0, 6)
        emit(LOAD, FIRST_ARGUMENT_AT)
        emit(EQUAL, pid, 2, 0)
        emit(EQUAL, -pid, 1, 0)
        emit(EQUAL, 0, 0, 1)
        emit(RETURN, ALLOW)
        fail()
    emit(RETURN, ALLOW)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(*, own_processes: bool, own_signals: bool) -> None:
    """Put this process and all that it starts behind the filter, for good. Needs no_new_privs. Raises OSError."""
    code = program(os.uname().machine, own_processes=own_processes, own_signals=own_signals, pid=os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(filter_program))
