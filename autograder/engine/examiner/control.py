"""The examiner's side of its socket to the grader: asks for confined processes and for their end."""

from __future__ import annotations

import socket

from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.control import Begins, Branch, EndStudent, StartStudent, receive_ended, send


class StudentProcesses:
    """The confined processes of one hand-in, one at a time, and what they have used together."""

    def __init__(self, grader: socket.socket) -> None:
        self._grader = grader
        self.peak_memory_mb = 0.0
        self.cpu_seconds = 0.0

    def start(self) -> Channel:
        """The wire to a new confined process. Raises ConnectionError when none can be had."""
        send(self._grader, StartStudent())
        return self._channel()

    def branch(self) -> Channel:
        """A new wire to a fork of the confined process, which waits for it. Raises ConnectionError."""
        send(self._grader, Branch())
        return self._channel()

    def _channel(self) -> Channel:
        _, descriptors, _, _ = socket.recv_fds(self._grader, 1, 1)
        if not descriptors:
            raise ConnectionError("no confined process could be started")
        return Channel(socket.socket(fileno=descriptors[0]))

    def announce(self, what: str) -> None:
        """Say which test or cell runs next: the one to blame should this process not survive it."""
        send(self._grader, Begins(what))

    def end(self) -> str:
        """End the process and say how it ended: empty when it was told to.

        Raises ConnectionError when the process was lost with its fork server: what it did until then is nobody's fault,
        and the hand-in has to be graded anew.
        """
        send(self._grader, EndStudent())
        ended = receive_ended(self._grader)
        if not ended.known:
            raise ConnectionError(f"the student's process was lost: {ended.reason}")
        self.peak_memory_mb = max(self.peak_memory_mb, ended.peak_memory_mb)
        self.cpu_seconds += ended.cpu_seconds
        return ended.reason
