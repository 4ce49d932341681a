"""The filter on system calls, run instruction by instruction for both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from autograder.sandbox.linux import kernel, seccomp, system_calls

MACHINES = ("x86_64", "aarch64")
PID = 4321
X32_BIT = 0x40000000


def numbers(machine: str, names: tuple[str, ...]) -> dict[str, int]:
    """The calls of a list that an architecture has."""
    table = system_calls.NUMBERS[machine]
    return {name: number for name in names if (number := table[name]) is not None}


def decide(code: bytes, number: int, *arguments: int, architecture: int) -> int:
    """What the filter returns for a system call: a small interpreter of classic BPF."""
    padded = [value & (2**64 - 1) for value in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    instructions = list(struct.iter_unpack("=HBBI", code))
    at = accumulator = 0
    while True:
        kind, when_true, when_false, value = instructions[at]
        at += 1
        if kind == seccomp.RETURN:
            return value
        if kind == seccomp.LOAD:
            accumulator = struct.unpack_from("=I", data, value)[0]
            continue
        if kind == seccomp.AND:
            accumulator &= value
            continue
        holds = {
            seccomp.EQUAL: accumulator == value,
            seccomp.GREATER_EQUAL: accumulator >= value,
            seccomp.ANY_BIT: bool(accumulator & value),
        }[kind]
        at += when_true if holds else when_false


def verdict(machine: str, number: int, *arguments: int, **kind: bool) -> int:
    options = {"own_processes": True, "own_signals": True, **kind}
    code = seccomp.program(machine, pid=PID, **options)
    return decide(code, number, *arguments, architecture=seccomp.AUDIT_ARCHITECTURE[machine])


@pytest.mark.parametrize("machine", MACHINES)
def test_every_listed_call_is_refused(machine):
    """Each call of the list fails with EPERM."""
    for name, number in numbers(machine, seccomp.REFUSED).items():
        assert verdict(machine, number) == seccomp.FAIL | errno.EPERM, name


@pytest.mark.parametrize(("machine", "read"), [("x86_64", 0), ("aarch64", 63)])
def test_ordinary_calls_are_allowed(machine, read):
    """Reading a file is allowed."""
    assert verdict(machine, read) == seccomp.ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_is_killed(machine):
    """Calls by the rules of another architecture, whose numbers mean something else, end the process."""
    code = seccomp.program(machine, own_processes=True, own_signals=True)
    assert decide(code, 0, architecture=0x40000003) == seccomp.KILL


@pytest.mark.parametrize("number", [seccomp.LAST_KNOWN, 1000, X32_BIT | 101])
def test_unknown_calls_are_refused(number):
    """Calls newer than the list, and x32 calls, do not exist."""
    assert verdict("x86_64", number) == seccomp.FAIL | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_clone_without_namespaces(machine):
    """Processes and threads can be made, namespaces cannot."""
    number = system_calls.NUMBERS[machine]["clone"]
    assert verdict(machine, number, 0x1200011) == seccomp.ALLOW
    assert verdict(machine, number, 0x3D0F00) == seccomp.ALLOW
    assert verdict(machine, number, kernel.CLONE_NEWUSER | 17) == seccomp.FAIL | errno.EPERM


REFUSED = seccomp.FAIL | errno.EPERM
FAR = 2**32
BY_ARGUMENT = [
    ("ioctl", (3, 0x5401), seccomp.ALLOW),
    ("ioctl", (3, FAR | 0x541B), seccomp.ALLOW),  # the kernel reads 32 bits of it, too
    ("ioctl", (3, 0x5412), seccomp.FAIL | errno.ENOTTY),
    ("ioctl", (3, 0x40086602), seccomp.FAIL | errno.ENOTTY),
    ("fcntl", (3, 1030), seccomp.ALLOW),
    ("fcntl", (3, 6), seccomp.ALLOW),
    ("fcntl", (3, 8), REFUSED),
    ("fcntl", (3, 1024), REFUSED),
    ("mmap", (0, 4096, 3, 0x22, -1), seccomp.ALLOW),
    ("mmap", (0, 4096, 3, 0x01, 5), seccomp.ALLOW),
    ("mmap", (0, 4096, 3, 0x21, -1), REFUSED),
    ("mmap", (0, 4096, 3, 0x23, -1), REFUSED),
    ("sendto", (3, 1, 1, 0, 0, 0), seccomp.ALLOW),
    ("sendto", (3, 1, 1, 0, 0x1000, 16), REFUSED),
    ("sendto", (3, 1, 1, 0, FAR, 16), REFUSED),
    ("socketpair", (1, 0o2000001, 0, 1), seccomp.ALLOW),
    ("socketpair", (1, 0o2004001, 0, 1), seccomp.ALLOW),
    ("socketpair", (1, 2, 0, 1), REFUSED),
    ("socketpair", (1, 5, 0, 1), REFUSED),
    ("socketpair", (30, 1, 0, 1), REFUSED),
    ("setsockopt", (3, 1, 20, 0, 0), seccomp.ALLOW),
    ("setsockopt", (3, 1, 7, 0, 0), REFUSED),
    ("setsockopt", (3, 1, 16, 0, 0), REFUSED),
    ("clone", (0x10900,), REFUSED),
]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("name", "arguments", "expected"), BY_ARGUMENT)
def test_calls_by_what_they_ask_for(machine, name, arguments, expected):
    """Of some calls the arguments decide, at any level."""
    for own_processes in (True, False):
        number = system_calls.NUMBERS[machine][name]
        assert verdict(machine, number, *arguments, own_processes=own_processes) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_every_jump_lands(machine):
    """No instruction jumps further than a filter can say, or out of it."""
    code = seccomp.program(machine, own_processes=False, own_signals=False, pid=PID)
    instructions = list(struct.iter_unpack("=HBBI", code))
    for place, (kind, when_true, when_false, _) in enumerate(instructions):
        if kind in (seccomp.EQUAL, seccomp.GREATER_EQUAL, seccomp.ANY_BIT):
            assert place + 1 + max(when_true, when_false) < len(instructions)


@pytest.mark.parametrize("machine", MACHINES)
def test_without_namespaces_files_and_groups_are_left_alone(machine):
    """Without namespaces, modes and owners of files, and process groups, cannot be changed."""
    for name, number in numbers(machine, seccomp.REFUSED_WITHOUT_NAMESPACES).items():
        assert verdict(machine, number) == seccomp.ALLOW, name
        assert verdict(machine, number, own_processes=False) == seccomp.FAIL | errno.EPERM, name


@pytest.mark.parametrize("machine", MACHINES)
def test_without_scopes_signals_stay_at_home(machine):
    """Where the kernel cannot keep signals in, only the process itself and its group can be signalled."""
    weak = {"own_processes": False, "own_signals": False}
    for number in numbers(machine, seccomp.SIGNALS).values():
        for target in (PID, -PID, 0):
            assert verdict(machine, number, target, 9, **weak) == seccomp.ALLOW
        for target in (1, -1, PID + 1, -PID - 1):
            assert verdict(machine, number, target, 9, **weak) == seccomp.FAIL | errno.EPERM
    for number in numbers(machine, seccomp.ANY_SIGNALS).values():
        assert verdict(machine, number, PID, 9, **weak) == seccomp.FAIL | errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_without_namespaces_no_limits_of_others(machine):
    """Without namespaces, resource limits can be asked for and lowered for the process itself only."""
    number = system_calls.NUMBERS[machine]["prlimit64"]
    assert verdict(machine, number, 0, 7, own_processes=False) == seccomp.ALLOW
    assert verdict(machine, number, 77, 7, own_processes=False) == seccomp.FAIL | errno.EPERM
