"""Landlock: a process limits by itself, for good, which files it and all that it starts can reach."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from typing import TYPE_CHECKING

from autograder.sandbox.linux import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
FIRST_RIGHTS = (1 << 13) - 1
REFER = 1 << 13
TRUNCATE = 1 << 14
IOCTL_DEVICE = 1 << 15
ALL_TCP = 0b11
ALL_SCOPES = 0b11
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE

TCP_SINCE = 4
SCOPES_SINCE = 6
"""The first ABI whose domains cannot signal, or reach by an abstract socket, what is outside of them."""
ENOUGH_ALONE = 3
"""The first ABI that also keeps files from being cut to nothing, so that it will do without namespaces."""


def abi() -> int:
    """The version of Landlock that this kernel has, 0 for none."""
    try:
        return kernel.syscall("landlock_create_ruleset", None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    except OSError:
        return 0


def handled_rights(version: int) -> int:
    """Every right on files that this version can take away."""
    rights = FIRST_RIGHTS
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEVICE)):
        if version >= since:
            rights |= right
    return rights


def restrict(version: int, readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """Leave this process only reading (and executing) below `readable`, everything below `writable`, and `devices`.

    `version` is that of the kernel or an older one. Needs no_new_privs. Paths that do not exist are passed over. Raises
    OSError.
    """
    rights = handled_rights(version)
    attributes = struct.pack("=Q", rights)
    if version >= TCP_SINCE:
        attributes += struct.pack("=Q", ALL_TCP)
    if version >= SCOPES_SINCE:
        attributes += struct.pack("=Q", ALL_SCOPES)
    size = ctypes.c_size_t(len(attributes))
    ruleset = kernel.syscall("landlock_create_ruleset", attributes, size, ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR)
        for path in writable:
            _allow(ruleset, path, rights & ~IOCTL_DEVICE)
        for path in devices:
            _allow(ruleset, path, (READ_FILE | WRITE_FILE | TRUNCATE) & rights)
        kernel.syscall("landlock_restrict_self", ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= FILE_ONLY
        rule = struct.pack("=Qi", rights, descriptor)
        kind = ctypes.c_int(RULE_PATH_BENEATH)
        kernel.syscall("landlock_add_rule", ctypes.c_int(ruleset), kind, rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)
