"""What goes over the control socket of a fork server."""

from __future__ import annotations

import os
import socket

import msgspec
import pytest

from autograder.sandbox import messages
from autograder.sandbox.level import Level
from autograder.sandbox.limits import Limits


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    "event",
    [
        messages.Ready(),
        messages.Forked(3, 4242),
        messages.Prepared("module:function"),
        messages.Failed("no"),
        messages.Ended(3, "exit status 1", 1, None, 0.5, 20.0),
    ],
)
def test_events_arrive_as_they_were(pair, event):
    """An event arrives as it was sent, without a descriptor if there was none."""
    messages.send(pair[0], event)
    assert messages.receive_event(pair[1]) == (event, [])


@pytest.mark.parametrize("request_", [messages.Fork(3), messages.Prepare("module:function")])
def test_requests_arrive_with_their_descriptor(pair, request_):
    """A request arrives with the descriptor beside it."""
    messages.send(pair[0], request_, 0)
    request, descriptor = messages.receive_request(pair[1])
    assert (request, os.fstat(descriptor).st_ino) == (request_, os.fstat(0).st_ino)
    os.close(descriptor)


def test_a_closed_socket_is_no_message(pair):
    """When the other side is gone there is no message, which is no error."""
    pair[0].close()
    assert messages.receive_event(pair[1]) is None
    assert messages.receive_request(pair[1]) is None


@pytest.mark.parametrize(
    "data", [b"no JSON", b"{}", b'{"type": "Fork", "number": 1}', b'{"type": "Forked", "number": "x"}']
)
def test_what_is_no_event_is_refused(pair, data):
    """Text that is no event, or one with a field of another type, is an error."""
    pair[0].send(data)
    with pytest.raises(msgspec.DecodeError):
        messages.receive_event(pair[1])


def test_orders_come_back_from_text():
    """An order comes back from the text of a command line as it was."""
    level = Level("reduced", ("seccomp",), landlock=7)
    order = messages.Order(
        serve="a:b",
        warm_up="",
        level=level,
        limits=Limits(7, 64, 256, 150),
        trusted=False,
        scratch="/s",
        readable=("/usr",),
    )
    assert messages.order_from_text(messages.order_as_text(order)) == order


def test_a_long_error_fits_a_packet(pair):
    """The message of an exception is cut to what one packet holds."""
    messages.send(pair[0], messages.failed(ValueError("\x00" * 1_000_000)))
    received = messages.receive_event(pair[1])
    assert received is not None
    assert received[0].reason.startswith("ValueError: \x00")
