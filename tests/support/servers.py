"""What tests that start servers share."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable


def free_ports(count: int) -> list[int]:
    """Different ports of this machine on which nothing listens."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    return free_ports(1)[0]


def wait_until(
    ready: Callable[[], object], seconds: float, failure: Callable[[], str] = str, *, every: float = 0.5
) -> None:
    """Wait until something is there. Raises AssertionError with the text of `failure` when it does not come."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, failure()
        time.sleep(every)
