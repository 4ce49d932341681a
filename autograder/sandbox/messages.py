"""What a fork server and the trusted side say to each other: one typed message a packet of the control socket.

The trusted side sends a `Request`, the fork server an `Event`. Descriptors travel beside a message: the child's socket
with Fork, the file with the data with Prepare, a pidfd with Ready and Forked. An Order is the one argument that a fork
server is started with.
"""

from __future__ import annotations

import socket

import msgspec

from autograder.sandbox.level import Level
from autograder.sandbox.limits import Limits

MESSAGE_BYTES = 65536
REASON_CHARACTERS = 2000


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a fork server is there for.

    `serve` and `warm_up` (empty for none) name functions as "module:function". `scratch` is what the names of the
    children's scratch folders begin with, `readable` what Landlock lets them read. A `trusted` server's children run
    code of ours, and what they write to standard error is kept.
    """

    serve: str
    warm_up: str
    level: Level
    limits: Limits
    trusted: bool
    scratch: str
    readable: tuple[str, ...]


class Fork(msgspec.Struct, frozen=True, tag=True):
    """Fork a child, to be known by this number. It runs `serve` where that is not empty, otherwise what was ordered."""

    number: int
    serve: str = ""


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Call this function ("module:function") with the data that comes beside it."""

    function: str


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Everything is imported."""


class Forked(msgspec.Struct, frozen=True, tag=True):
    """The child of this number is there and confined. `pid` is what the fork server knows it by."""

    number: int
    pid: int


class Prepared(msgspec.Struct, frozen=True, tag=True):
    """The function has been called."""

    function: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """What was asked last could not be done; `again` when it may be possible in a while."""

    reason: str
    again: bool = False


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A child has ended, with an exit status or by a signal; `reason` as `confined_process.Usage` has it."""

    number: int
    reason: str
    exit_status: int | None
    signal: int | None
    cpu_seconds: float
    peak_memory_mb: float


Request = Fork | Prepare
Event = Ready | Forked | Prepared | Failed | Ended

_ENCODER = msgspec.json.Encoder()
_ORDER = msgspec.json.Decoder(Order)
_REQUEST: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def order_as_text(order: Order) -> str:
    """An order as an argument of a command line."""
    return _ENCODER.encode(order).decode()


def order_from_text(text: str) -> Order:
    """The order that `order_as_text` wrote. Raises msgspec.DecodeError."""
    return _ORDER.decode(text)


def failed(error: BaseException) -> Failed:
    """An exception as a message, cut to what a packet holds."""
    return Failed(f"{type(error).__name__}: {error}"[:REASON_CHARACTERS])


def send(control: socket.socket, message: Request | Event, *descriptors: int) -> None:
    """Send one message, with descriptors beside it. Raises OSError."""
    socket.send_fds(control, [_ENCODER.encode(message)], descriptors)


def receive_request(control: socket.socket) -> tuple[Request, int] | None:
    """The next request and the descriptor beside it; None when the trusted side has closed the socket."""
    data, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
    return (_REQUEST.decode(data), descriptors[0]) if data else None


def receive_event(control: socket.socket) -> tuple[Event, list[int]] | None:
    """The next event and the descriptors beside it; None when the fork server is gone.

    Raises OSError, and msgspec.DecodeError for what is no event.
    """
    data, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
    return (_EVENT.decode(data), list(descriptors)) if data else None
