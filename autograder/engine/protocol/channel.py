"""One end of the socket between examiner and student's process: whole messages, under a deadline, of bounded size."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

import msgpack

from autograder.engine.protocol.constants import MAX_MESSAGE
from autograder.engine.protocol.exceptions import Gone, WireError

_LENGTH = struct.Struct("!I")
_INTERVAL = struct.Struct("@ll")  # struct timeval


class Channel:
    """One end of the socket between examiner and hand-in. Deadlines are times of time.monotonic(), None is no deadline.

    A question and its answer cost two system calls on each side: the kernel keeps the time, and it is told a new time
    only when the deadline has come so much nearer that the old one would be a quarter too long.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._armed: float | None = None
        self._buffer = bytearray()
        sock.setblocking(True)  # noqa: FBT003 - the socket's own signature

    def send(self, message: list[Any], deadline: float | None = None) -> None:
        """Send one message. Raises Gone; WireError when it cannot be written."""
        try:
            body = msgpack.packb(message, unicode_errors="surrogatepass")
        except (ValueError, OverflowError, TypeError) as error:
            raise WireError(f"a message that cannot be written: {error}") from None
        if len(body) > MAX_MESSAGE:
            raise WireError("a message that is too large")
        view = memoryview(_LENGTH.pack(len(body)) + body)
        while view:
            self._arm(deadline)
            try:
                view = view[self._sock.send(view, socket.MSG_NOSIGNAL) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone("the process has ended") from error

    def receive(self, deadline: float | None = None) -> list[Any]:
        """The next message. Raises Gone, and WireError for what is no message."""
        self._fill(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > MAX_MESSAGE:
            raise WireError("a message that is too large")
        end = _LENGTH.size + length
        self._fill(end, deadline)
        body = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        try:
            message = msgpack.unpackb(
                body, unicode_errors="surrogatepass", strict_map_key=True, max_ext_len=0, max_map_len=0
            )
        except Exception as error:  # noqa: BLE001 - msgpack raises many kinds, and all mean the same here
            raise WireError(f"malformed message: {type(error).__name__}") from None
        if type(message) is not list or not message:
            raise WireError("malformed message")
        return message

    def receive_socket(self) -> socket.socket:
        """The socket that was sent over this one, when nothing else is on its way. Raises Gone."""
        _, descriptors, _, _ = socket.recv_fds(self._sock, 1, 1)
        if not descriptors:
            raise Gone("no socket came")
        return socket.socket(fileno=descriptors[0])

    def close(self) -> None:
        """Let go of this end."""
        self._sock.close()

    def _fill(self, length: int, deadline: float | None) -> None:
        """Read until there are so many bytes. What comes is kept as it comes: a length alone takes no memory."""
        while len(self._buffer) < length:
            self._arm(deadline)
            try:
                part = self._sock.recv(1 << 18)
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone("the process has ended") from error
            if not part:
                raise Gone("the process has ended")
            self._buffer += part

    def _arm(self, deadline: float | None) -> None:
        if deadline is None:
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise Gone("no answer in time", late=True)
        if self._armed is None or not left <= self._armed <= 1.25 * left:
            self._armed = left
            interval = _INTERVAL.pack(int(left), min(int(left % 1 * 1_000_000) + 1, 999_999))
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                self._sock.setsockopt(socket.SOL_SOCKET, option, interval)
