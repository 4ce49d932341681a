"""A child that tries to get out, so that a level of the sandbox is known to hold before the first hand-in runs."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import mmap
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.sandbox.linux import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.sandbox.confined_process import ConfinedProcess

MESSAGE_BYTES = 65536
SERVE = "autograder.sandbox.probe:serve"
ESCAPE = "from autograder.sandbox.probe import escapes; result = escapes({secret!r}, {grader})"
LOOK = "from autograder.sandbox.probe import seen_of; result = seen_of({folders!r})"
SETFLAGS = 0x40086602


def serve(sock: socket.socket) -> None:
    """Run Python source that comes as lines of JSON, answer each with what it bound to `result`, or with its error."""
    with sock.makefile("rwb") as stream:
        for line in stream:
            namespace: dict[str, Any] = {}
            try:
                exec(json.loads(line), namespace)  # noqa: S102 - this end is inside the walls, which is what is tried
                answer = {"result": namespace.get("result")}
            except Exception as error:  # noqa: BLE001 - every refusal is an answer
                answer = {"error": f"{type(error).__name__}: {error}"}
            stream.write(json.dumps(answer, default=repr).encode() + b"\n")
            stream.flush()


def ask(child: ConfinedProcess, source: str, seconds: float = 30.0) -> dict[str, Any]:
    """Have a child that runs `serve` run some source. Raises OSError when it does not answer in time or has died."""
    child.sock.settimeout(seconds)
    child.sock.sendall(json.dumps(source).encode() + b"\n")
    received = bytearray()
    while not received.endswith(b"\n"):
        part = child.sock.recv(MESSAGE_BYTES)
        if not part:
            raise ConnectionResetError("the confined process ended")
        received += part
    answer = json.loads(received)
    return answer if isinstance(answer, dict) else {}


def escapes(secret: str, grader: int) -> list[str]:
    """What this process can do that a hand-in must not.

    `secret` is a file and `grader` a process that it must not reach.
    """
    attempts = {
        "read a file outside": lambda: Path(secret).read_text(encoding="ascii"),
        "write outside": lambda: Path(secret).with_name("written").write_text("x", encoding="ascii"),
        "read the system's users": lambda: Path("/etc/passwd").read_text(encoding="utf-8"),
        "list the processes": lambda: Path("/proc/self/status").read_text(encoding="ascii"),
        "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close(),
        "make a namespace": lambda: kernel.unshare(kernel.CLONE_NEWUSER),
        "mount": lambda: kernel.mount("tmpfs", str(Path.cwd()), "tmpfs", 0),
        "signal the grader": lambda: os.kill(grader, 0) if grader != os.getpid() else refuse(),
        "trace a process": lambda: kernel.syscall("ptrace", *[ctypes.c_long(0)] * 4),
        "use a capability": use_capability,
        "stop its group": stop_another,
        "send to a socket by its path": lambda: datagram(secret),
        "change a device": lambda: os.chmod("/dev/null", 0o666),  # noqa: PTH101, S103 - as it is
        "remove a queue": lambda: kernel.syscall("msgctl", ctypes.c_int(-1), ctypes.c_int(0), None),
        "watch a folder": lambda: watch_folder(str(Path(secret).parent)),
        "change an inode": change_inode,
        "hide memory": lambda: mmap.mmap(-1, mmap.PAGESIZE).close(),
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


def stop_another() -> None:
    """Signal the process group, when it has somebody else in it: whoever started this process."""
    if os.getpgrp() == os.getpid():
        refuse()
    os.killpg(0, 0)


def datagram(path: str) -> None:
    """Send to a local socket by its path: that nothing listens there has to be found out first."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs, contextlib.suppress(ConnectionRefusedError):
        ours.sendto(b"x", path)


def watch_folder(path: str) -> None:
    """Ask to be told what happens in a folder."""
    descriptor = kernel.libc.inotify_init()
    try:
        kernel.syscall("inotify_add_watch", ctypes.c_int(descriptor), path.encode(), ctypes.c_uint(0x100))
    finally:
        os.close(descriptor)


def change_inode() -> None:
    """Set no flags, of which there are none, on an inode that can be read."""
    descriptor = os.open(sys.executable, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, SETFLAGS, bytes(8))
    finally:
        os.close(descriptor)


def identities(folders: Iterable[Path]) -> list[tuple[str, int, int]]:
    """Folders with what tells them from others of the same name, for `seen_of`."""
    found = []
    for folder in folders:
        with contextlib.suppress(OSError):
            known = folder.stat()
            found.append((str(folder), known.st_dev, known.st_ino))
    return found


def seen_of(folders: Iterable[tuple[str, int, int]]) -> list[str]:
    """Which of these folders this process can look into.

    A folder of that name may be here because something else in it has to be, and then is another one.
    """
    seen = []
    for folder, device, inode in folders:
        with contextlib.suppress(OSError):
            os.listdir(folder)  # noqa: PTH208
            known = Path(folder).stat()
            if (known.st_dev, known.st_ino) == (device, inode):
                seen.append(folder)
    return seen
