"""One confined process, as the trusted side holds it: its socket, whether it runs, how it ended and what it used."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
from dataclasses import dataclass, replace
from typing import Protocol

from autograder.sandbox.level import Level

END_SECONDS = 10.0
KILLED = "signal SIGKILL"
UNTOLD = "the fork server did not tell how it ended"


@dataclass(frozen=True)
class Usage:
    """What a confined process used and what is known of its end.

    `known` is False when its fork server died or fell silent first, so that nobody can say; all else is then empty but
    `reason`. Otherwise it ended with `exit_status` or by `signal` (a number), one of which is None. `reason` is empty
    when it ended by itself with status 0 or was killed from outside, otherwise a phrase for a person: "more than 2048
    MB of memory", "exit status 3", "signal SIGSEGV".
    """

    reason: str = ""
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    exit_status: int | None = None
    signal: int | None = None
    known: bool = True


class ForkedBy(Protocol):
    """What a confined process asks of the fork server that forked it; `server_process.ServerProcess` is one."""

    level: Level
    fault: str

    def wait(self, number: int, seconds: float) -> Usage | None:
        """How a child ended, when that is told in time."""

    def end_group(self, group: int) -> None:
        """End the process group of a child whose fork server is gone."""

    def release(self, number: int) -> None:
        """Take note that a child has ended."""


class ConfinedProcess:
    """One confined process, seen from the trusted side. `sock` is the trusted end of its one socket.

    It stays usable when the fork server that forked it has died.
    """

    def __init__(self, server: ForkedBy, number: int, sock: socket.socket, pid: int, pidfd: int) -> None:
        self.sock = sock
        self._server = server
        self._number = number
        self._pid = pid
        self._pidfd = pidfd
        self._usage: Usage | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self._usage is None and not readable(self._pidfd, 0)

    def kill(self) -> Usage:
        """End the process and all that it started, now, and say what it used. May be called again."""
        with self._lock:
            if self._usage is None:
                killed = self.running
                if killed:
                    self._signal()
                usage = self._server.wait(self._number, END_SECONDS) or self._unknown_end()
                self._usage = replace(usage, reason="") if killed and usage.reason == KILLED else usage
                self.sock.close()
                os.close(self._pidfd)
                self._server.release(self._number)
            return self._usage

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        if not self._server.level.own_namespaces:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)

    def _unknown_end(self) -> Usage:
        """The end that no fork server tells of: by now it was killed, or went with its fork server."""
        readable(self._pidfd, END_SECONDS)
        self._server.end_group(self._pid)
        return Usage(self._server.fault or UNTOLD, known=False)


def readable(what: int | socket.socket, seconds: float) -> bool:
    """Whether something can be read in time; of a pidfd, whether its process has ended."""
    poll = select.poll()  # select() takes no descriptor beyond 1023
    poll.register(what, select.POLLIN)
    return bool(poll.poll(max(seconds, 0) * 1000))
