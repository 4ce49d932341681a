"""The examiner's process: warmed up once, then forked for each hand-in, which it grades and reports."""

from __future__ import annotations

import importlib
import json
import socket
import sys

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.grading import Grading
from autograder.engine.examiner.remote import student_tensor
from autograder.engine.examiner.surroundings.foreign_text import guard_formatters
from autograder.engine.examiner.surroundings.seeding import notice_seeding
from autograder.engine.preload import import_all, keep_in_mind
from autograder.engine.protocol.control import receive_order, send
from autograder.engine.source.model_trace import ModelTrace


def warm_up() -> None:
    """Import what test cells use, once, before the forks."""
    for name in ("unittest", "fractions", "numpy.testing"):
        importlib.import_module(name)
    notice_seeding()
    guard_formatters()
    keep_in_mind()


def prepare(data: bytes) -> None:
    """Import modules that the notebooks use, or that the tests were seen to import. `data` is JSON: a list of names."""
    import_all(json.loads(data))
    if "torch" in sys.modules:
        student_tensor.warm_up()
    notice_seeding()


def serve(sock: socket.socket) -> None:
    """Take one order, grade, send the result."""
    sock.settimeout(None)
    order = receive_order(sock)
    send(sock, Grading(StudentProcesses(sock), ModelTrace.unpack(order.trace), order).grade())
