"""The examiner's process: warmed up once, then forked for each hand-in, which it grades and reports."""

from __future__ import annotations

import importlib
import json
import socket

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.grading import Grading
from autograder.engine.examiner.surroundings.files import watch_files
from autograder.engine.examiner.surroundings.foreign_text import guard_formatters
from autograder.engine.examiner.surroundings.seeding import notice_seeding
from autograder.engine.preload import import_all, import_torch, keep_in_mind
from autograder.engine.protocol.control import receive_order, send
from autograder.engine.source.model_trace import ModelTrace
from autograder.engine.working_folder import enter


def warm_up() -> None:
    """Import what test cells use, once, before the forks."""
    for name in ("unittest", "fractions", "numpy.testing"):
        importlib.import_module(name)
    if import_torch():
        from autograder.engine.examiner.remote.student_tensor import warm_up as warm_up_tensors

        warm_up_tensors()
    notice_seeding()
    guard_formatters()
    watch_files()
    keep_in_mind()


def prepare(data: bytes) -> None:
    """Import modules that the notebooks use, or that the tests were seen to import. `data` is JSON: a list of names."""
    import_all(json.loads(data))


def serve(sock: socket.socket) -> None:
    """Take one order, grade, send the result."""
    sock.settimeout(None)
    enter()
    order = receive_order(sock)
    send(sock, Grading(StudentProcesses(sock), ModelTrace.unpack(order.trace), order).grade())
