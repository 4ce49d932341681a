"""A filter on system calls: what a hand-in has no honest use for fails with "operation not permitted".

The filter is a list of what is refused, so that a new release of numpy or torch does not stop working over a harmless
call; calls newer than the list are refused as unknown.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from pathlib import Path

from autograder.sandbox.linux import kernel

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Names with their numbers on x86_64 and aarch64; None where the architecture does not have the call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # the network: socketpair stays, which event loops need
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # memory that no resident size shows, or that outlives the process
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "mlock": (149, 228),
    "mlock2": (325, 284),
    "mlockall": (151, 230),
    # the kernel's larger and more often broken interfaces
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "vmsplice": (278, 75),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "uselib": (134, None),
    "syslog": (103, 116),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "mknodat": (259, 33),
    "mknod": (133, None),
    "landlock_create_ruleset": (444, 444),
}
# Without namespaces, a session is kept together by its process group, and the user's other processes and files are in
# reach of calls that Landlock has no say in.
REFUSED_WITHOUT_NAMESPACES: dict[str, tuple[int | None, int | None]] = {
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
}
# Allowed on the process itself only.
ONLY_ITSELF: dict[str, tuple[int | None, int | None]] = {"prlimit64": (302, 261)}
# Without Landlock's scopes either, a signal could reach the grader.
SIGNALS: dict[str, tuple[int | None, int | None]] = {
    "kill": (62, 129),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}
ANY_SIGNALS: dict[str, tuple[int | None, int | None]] = {"tkill": (200, 130), "pidfd_send_signal": (424, 424)}
CLONE = (56, 220)
CLONE3 = 435
# Refused for these values of their second argument: typing into a terminal, having the kernel send signals to others.
BY_SECOND_ARGUMENT: tuple[tuple[tuple[int, int], tuple[int, ...]], ...] = (
    ((16, 29), (0x5412, 0x541C, 0x8901, 0x8902)),  # ioctl: TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
    ((72, 25), (8, 10, 15)),  # fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX
)
LAST_KNOWN = 470
X32_BIT = 0x40000000

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

    `own_processes`: the session has namespaces of its own. `own_signals`: signals cannot leave it in any case;
    otherwise only `pid` and its process group may be signalled.
    """
    column = 0 if machine == "x86_64" else 1
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
    refused = dict(REFUSED)
    only_itself: dict[str, tuple[int | None, int | None]] = {}
    if not own_processes:
        refused |= REFUSED_WITHOUT_NAMESPACES
        only_itself |= ONLY_ITSELF
        if not own_signals:
            refused |= ANY_SIGNALS
            only_itself |= SIGNALS
    for numbers in refused.values():
        number = numbers[column]
        if number is not None:
            emit(EQUAL, number, 0, 1)
            fail()
    emit(EQUAL, CLONE3, 0, 1)  # its flags are behind a pointer; the C library falls back to clone
    fail(errno.ENOSYS)
    emit(EQUAL, CLONE[column], 0, 4)
    emit(LOAD, FIRST_ARGUMENT_AT)
    emit(ANY_BIT, kernel.NAMESPACE_FLAGS & ~0xFF, 0, 1)
    fail()
    emit(RETURN, ALLOW)
    for calls, values in BY_SECOND_ARGUMENT:
        emit(EQUAL, calls[column], 0, 2 * len(values) + 2)
        emit(LOAD, SECOND_ARGUMENT_AT)
        for value in values:
            emit(EQUAL, value, 0, 1)
            fail()
        emit(RETURN, ALLOW)
    for numbers in only_itself.values():
        number = numbers[column]
        if number is not None:
            emit(EQUAL, number, 0, 6)
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
    if kernel.libc.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.byref(filter_program), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
