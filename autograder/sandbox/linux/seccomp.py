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
from typing import TYPE_CHECKING

from autograder.sandbox.linux import kernel, system_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    # messages that carry an address, or files, which then are in nobody's table of open files
    "sendmsg",
    "sendmmsg",
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
    "mlock",
    "mlock2",
    "mlockall",
    # System V's and POSIX's memory, semaphores and queues, those of the user's other programs included
    "shmget",
    "shmat",
    "shmctl",
    "shmdt",
    "semget",
    "semctl",
    "semop",
    "semtimedop",
    "msgget",
    "msgctl",
    "msgsnd",
    "msgrcv",
    "mq_open",
    "mq_unlink",
    "mq_timedsend",
    "mq_timedreceive",
    "mq_notify",
    "mq_getsetattr",
    # what happens in folders, to whoever may not look into them
    "inotify_add_watch",
    "fanotify_init",
    "fanotify_mark",
    "statmount",
    "listmount",
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
    "quotactl_fd",
    "sync",
    "syncfs",
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
# Looked at closer: what they are asked for decides.
BY_ARGUMENT = ("mmap", "fcntl", "ioctl", "sendto", "socketpair", "setsockopt", "clone")
AF_UNIX, SOCK_STREAM = 1, 1
SOCK_FLAGS = 0o2004000  # not to wait, and to be closed by exec
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20
ASKED_OF_FILES = (
    0x5401,  # TCGETS: is it a terminal?
    0x802C542A,  # TCGETS2
    0x5413,  # TIOCGWINSZ
    0x5411,  # TIOCOUTQ
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
)
"""What `ioctl` may be asked for. All else is as if the file did not know it: typing into terminals, attributes of
inodes (immutable, verity, encryption), snapshots, signals to others, devices of the network, for which the kernel loads
modules."""
ASKED_OF_DESCRIPTORS = (0, 1, 2, 3, 4, 5, 6, 7, 9, 36, 37, 38, 1030, 1032, 1034)
"""What `fcntl` may be asked for: copies, flags, locks, the size of a pipe. Not owners and signals, leases, news of
folders, larger pipes."""
OPTIONS_REFUSED = (7, 8, 16, 32, 33)
"""Options of sockets that make their buffers larger (SO_SNDBUF, SO_RCVBUF and as root) or give them a name that others
can reach (SO_PASSCRED)."""
LAST_KNOWN = 470
"""The first number that this list does not know: of Linux 6.18 the calls are read, up to file_setattr."""

LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
KILL = 0x80000000
ALLOW = 0x7FFF0000
FAIL = 0x00050000
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT, ARGUMENT_BYTES = 0, 4, 16, 8


def supported() -> bool:
    """Whether there is a filter for this machine's architecture and a kernel to take it."""
    if os.uname().machine not in AUDIT_ARCHITECTURE:
        return False
    try:
        return "errno" in Path("/proc/sys/kernel/seccomp/actions_avail").read_text(encoding="ascii").split()
    except OSError:
        return False


class Filter:
    """The instructions of a filter, put one after the other. Between two rules the number of the call is loaded."""

    def __init__(self, machine: str) -> None:
        self._numbers = system_calls.NUMBERS[machine]
        self._code: list[tuple[int, int, int, int]] = []
        self.emit(LOAD, ARCHITECTURE_AT)
        self.emit(EQUAL, AUDIT_ARCHITECTURE[machine], 1, 0)
        self.emit(RETURN, KILL)
        self.emit(LOAD, NUMBER_AT)

    def emit(self, instruction: int, value: int, when_true: int = 0, when_false: int = 0) -> None:
        """One instruction, and how many to pass over."""
        self._code.append((instruction, when_true, when_false, value & 0xFFFFFFFF))

    def fail(self, number: int = errno.EPERM) -> None:
        """The call fails with this error."""
        self.emit(RETURN, FAIL | number)

    def load(self, argument: int, *, upper: bool = False) -> None:
        """Load half of an argument, counted from 0."""
        self.emit(LOAD, ARGUMENTS_AT + ARGUMENT_BYTES * argument + 4 * upper)

    def refuse(self, name: str, number: int = errno.EPERM) -> None:
        """A call that fails, where this architecture has it."""
        if (call := self._numbers[name]) is not None:
            self.emit(EQUAL, call, 0, 1)
            self.fail(number)

    def decide(self, name: str, rule: Callable[[], None]) -> None:
        """A call that a rule decides on, which loads what it likes and lets pass what it does not return for."""
        number = self._numbers[name]
        if number is None:
            return
        place = len(self._code)
        self.emit(EQUAL, number)
        rule()
        self.emit(RETURN, ALLOW)
        self._code[place] = (EQUAL, 0, len(self._code) - place - 1, number)

    def packed(self) -> bytes:
        """The whole filter. Whatever it has not decided on is allowed."""
        self.emit(RETURN, ALLOW)
        return b"".join(struct.pack("=HBBI", *instruction) for instruction in self._code)


def program(machine: str, *, own_processes: bool, own_signals: bool, pid: int = 0) -> bytes:
    """The filter as BPF instructions.

    `own_processes`: the child has namespaces of its own. `own_signals`: signals cannot leave it in any case;
    otherwise only `pid` and its process group may be signalled.
    """
    rules = Filter(machine)
    rules.emit(GREATER_EQUAL, LAST_KNOWN, 0, 1)  # the x32 calls are up there too
    rules.fail(errno.ENOSYS)
    # Those that are looked at closer come first: they are called the most often.
    rules.decide("mmap", lambda: _no_shared_memory(rules))
    rules.decide("fcntl", lambda: _only(rules, 1, ASKED_OF_DESCRIPTORS, errno.EPERM))
    rules.decide("ioctl", lambda: _only(rules, 1, ASKED_OF_FILES, errno.ENOTTY))
    rules.decide("sendto", lambda: _no_address(rules))
    rules.decide("socketpair", lambda: _only_streams(rules))
    rules.decide("setsockopt", lambda: _none_of(rules, 2, OPTIONS_REFUSED))
    rules.decide("clone", lambda: _processes_and_threads(rules))
    rules.refuse("clone3", errno.ENOSYS)  # its flags are behind a pointer; the C library falls back to clone
    refused: tuple[str, ...] = REFUSED
    only_itself: tuple[str, ...] = ()
    if not own_processes:
        refused, only_itself = (*refused, *REFUSED_WITHOUT_NAMESPACES), ONLY_ITSELF
        if not own_signals:
            refused, only_itself = (*refused, *ANY_SIGNALS), (*only_itself, *SIGNALS)
    for name in refused:
        rules.refuse(name)
    for name in only_itself:
        rules.decide(name, lambda: _only(rules, 0, (pid, -pid, 0), errno.EPERM))
    return rules.packed()


def _only(rules: Filter, argument: int, values: Sequence[int], number: int) -> None:
    """Allowed with these values of an argument."""
    rules.load(argument)
    for place, value in enumerate(values):
        rules.emit(EQUAL, value, len(values) - place, 0)
    rules.fail(number)


def _none_of(rules: Filter, argument: int, values: Sequence[int]) -> None:
    """Refused with these values of an argument."""
    rules.load(argument)
    for value in values:
        rules.emit(EQUAL, value, 0, 1)
        rules.fail()


def _no_shared_memory(rules: Filter) -> None:
    """Memory without a file belongs to one process: shared, it stays when it is no longer resident in any."""
    rules.load(3)
    rules.emit(ANY_BIT, MAP_ANONYMOUS, 0, 2)
    rules.emit(ANY_BIT, MAP_SHARED, 0, 1)
    rules.fail()


def _no_address(rules: Filter) -> None:
    """What is sent goes to the other end of the socket and nowhere else."""
    for upper in (False, True):
        rules.load(4, upper=upper)
        rules.emit(EQUAL, 0, 1, 0)
        rules.fail()


def _only_streams(rules: Filter) -> None:
    """Local streams: a datagram could go to any socket, and for another family the kernel loads a module."""
    rules.load(0)
    rules.emit(EQUAL, AF_UNIX, 1, 0)
    rules.fail()
    rules.load(1)
    rules.emit(AND, ~SOCK_FLAGS)
    rules.emit(EQUAL, SOCK_STREAM, 1, 0)
    rules.fail()


def _processes_and_threads(rules: Filter) -> None:
    """No new namespaces; and threads share their open files, so that the process's table has all of them."""
    rules.load(0)
    rules.emit(ANY_BIT, kernel.NAMESPACE_FLAGS & ~0xFF, 0, 1)
    rules.fail()
    rules.emit(ANY_BIT, kernel.CLONE_THREAD, 0, 2)
    rules.emit(ANY_BIT, kernel.CLONE_FILES, 1, 0)
    rules.fail()


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(*, own_processes: bool, own_signals: bool) -> None:
    """Put this process and all that it starts behind the filter, for good. Needs no_new_privs. Raises OSError."""
    code = program(os.uname().machine, own_processes=own_processes, own_signals=own_signals, pid=os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(filter_program))
