"""The messages between the grader and the examiner's process, both of them trusted.

grader                          examiner
| --- Order ------------------> |  the hand-in, and how the source is graded
| <-- StartStudent ------------ |  have a confined process forked...
| --- (its socket) -----------> |  ...whose end of the wire goes along as a file descriptor
| <-- Begins ------------------ |  the cell or test to blame, should this examiner not survive it
| <-- Branch ------------------ |  a new socket between a fork of the confined process...
| --- (its other end) --------> |  ...and the examiner
| <-- EndStudent -------------- |  end the confined process...
| --- StudentEnded -----------> |  ...and say what it used
| <-- Graded ------------------ |  everything that was found
"""

from __future__ import annotations

import socket
import struct
from typing import Any, TypeVar

import msgspec

from autograder.engine.protocol.learning import Failure, Learned

_LENGTH = struct.Struct("!I")


class Order(msgspec.Struct, tag=True, frozen=True):
    """One hand-in to grade by the trace of the model solution.

    `content` is the notebook as JSON, which unlike msgpack carries any text and any number. The keys are those that the
    random numbers of the tests and of the hand-in come from. `stuck` are the tests and cells, as announced, that
    earlier examiners did not survive: they are not run again. With `inside_alone` only the tests run that are decided
    inside, with `refuse_inside` none of these.
    """

    content: bytes
    trace: bytes
    examiner_key: bytes
    student_key: bytes
    cell_seconds: float
    notebook_seconds: float
    output_mb: float
    stuck: tuple[str, ...] = ()
    show_hidden: bool = False
    inside_alone: bool = False
    refuse_inside: bool = False


class StartStudent(msgspec.Struct, tag=True, frozen=True):
    """Have a confined process forked; its socket comes back as a file descriptor."""


class EndStudent(msgspec.Struct, tag=True, frozen=True):
    """End the confined process."""


class Branch(msgspec.Struct, tag=True, frozen=True):
    """Give the confined process, which has just forked, a new socket; the other end comes back as a file descriptor."""


class StudentEnded(msgspec.Struct, tag=True, frozen=True):
    """How a confined process ended: `reason` is a phrase for a person, empty when it was told to.

    `known` is False when its fork server died first, which says nothing about the hand-in.
    """

    reason: str
    known: bool
    cpu_seconds: float
    peak_memory_mb: float


class Begins(msgspec.Struct, tag=True, frozen=True):
    """This test or cell runs from now on: a key that names it in every run over the hand-in."""

    what: str


class Graded(msgspec.Struct, tag=True, frozen=True):
    """The result: `found` is the JSON of items, cells, CPU seconds, peak memory and restarts.

    `failures` says where tests broke off: inside, or while the model's run teaches.
    """

    found: bytes
    learned: Learned | None = None
    failures: dict[str, Failure] = {}


ToExaminer = Order | StudentEnded
FromExaminer = StartStudent | Branch | EndStudent | Begins | Graded
Message = TypeVar("Message")

_ENCODER = msgspec.msgpack.Encoder()
_DECODERS: dict[Any, Any] = {kinds: msgspec.msgpack.Decoder(kinds) for kinds in (ToExaminer, FromExaminer)}


def send(sock: socket.socket, message: ToExaminer | FromExaminer) -> None:
    """Send a message, its length before it. Raises OSError when the other side has gone."""
    body = _ENCODER.encode(message)
    sock.sendall(_LENGTH.pack(len(body)) + body)


def receive_order(sock: socket.socket) -> Order:
    """The order that an examiner begins with. Raises ConnectionError when the grader has gone."""
    return _expected(receive(sock, ToExaminer), Order)


def receive_ended(sock: socket.socket) -> StudentEnded:
    """What a confined process used. Raises ConnectionError when the grader has gone."""
    return _expected(receive(sock, ToExaminer), StudentEnded)


def receive(sock: socket.socket, kinds: Any) -> Any:
    """The next message, of one of these kinds. Raises ConnectionError when the other side has gone."""
    return _DECODERS[kinds].decode(_exactly(sock, _LENGTH.unpack(_exactly(sock, _LENGTH.size))[0]))


def _expected(message: Any, kind: type[Message]) -> Message:
    if not isinstance(message, kind):
        raise ConnectionError(f"{type(message).__name__} came where {kind.__name__} was expected")
    return message


def _exactly(sock: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = sock.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise ConnectionError("the other process has ended")
        parts += part
    return bytes(parts)
