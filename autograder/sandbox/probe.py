"""A child that tries to get out, so that a level of the sandbox is known to hold before the first hand-in runs."""

from __future__ import annotations

import ctypes
import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.sandbox.linux import kernel

if TYPE_CHECKING:
    from autograder.sandbox.forkserver import ConfinedProcess

MESSAGE_BYTES = 65536


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
