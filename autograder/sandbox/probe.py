"""A child that tries to get out, so that a level of the sandbox is known to hold before the first hand-in runs."""

from __future__ import annotations

import ctypes
import json
import os
import socket
from pathlib import Path
from typing import Any

from autograder.sandbox import kernel


def serve(sock: socket.socket) -> None:
    """Read what to try, and answer with what succeeded (an empty list when every wall held)."""
    with sock.makefile("rwb") as stream:
        order = json.loads(stream.readline(65536))
        stream.write(json.dumps(escapes(order)).encode() + b"\n")
        stream.flush()


def escapes(order: dict[str, Any]) -> list[str]:
    """What this process can do that a hand-in must not."""
    attempts = {
        "read a file outside": lambda: Path(order["secret"]).read_text(encoding="ascii"),
        "write outside": lambda: Path(order["secret"]).with_name("written").write_text("x", encoding="ascii"),
        "read the system's users": lambda: Path("/etc/passwd").read_text(encoding="utf-8"),
        "list the processes": lambda: Path("/proc/self/status").read_text(encoding="ascii"),
        "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close(),
        "make a namespace": lambda: kernel.unshare(kernel.CLONE_NEWUSER),
        "mount": lambda: kernel.mount("tmpfs", os.getcwd(), "tmpfs", 0),
        "signal the grader": lambda: os.kill(order["pid"], 0) if order["pid"] != os.getpid() else refuse(),
        "trace a process": lambda: check(kernel.libc.ptrace(0, 0, 0, 0)),
        "use a capability": use_capability,
    }
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(name)
    try:
        Path("allowed").write_text("x", encoding="ascii")
    except OSError:
        done.append("not even write to its scratch folder")
    return done


def refuse() -> None:
    """The pid of the grader is our own number in our own namespace: nothing to signal."""
    raise ProcessLookupError


def use_capability() -> None:
    """Something that root without capabilities cannot do either."""
    os.setgroups([0])


def check(result: int) -> None:
    """Turn a C library's -1 into the OSError that it stands for."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


