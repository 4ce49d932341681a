"""An alarm that breaks into a question costs the item whose test was running, and no other."""

from __future__ import annotations

import socket
import threading

import pytest

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.examiner.remote.exceptions import Overrun, StudentGone
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.messages import Answer, CallBack, read_question


@pytest.mark.parametrize(
    "ask",
    [lambda asked: asked.ask("name", "x"), lambda asked: asked.keep(b""), lambda asked: asked.seed(b"")],
    ids=["ask", "keep", "seed"],
)
def test_a_late_answer_is_not_taken_for_the_next_one(ask):
    """After a question that was broken off the process is not asked again: its answer may still come."""
    ours, theirs = socket.socketpair()
    connection = Connection(Channel(ours))
    student = Channel(theirs)
    connection.testing = True

    def break_in() -> None:
        raise Overrun

    def answer_late() -> None:
        number = read_question(student.receive()).number
        student.send(CallBack(1, "call", [0, []], [2, []]).packed())
        student.send(Answer(number, 41).packed())

    connection.exports.write(break_in)
    thread = threading.Thread(target=answer_late)
    thread.start()
    with pytest.raises(Overrun):
        ask(connection)
    thread.join()
    assert connection.reason == "took too long"
    with pytest.raises(StudentGone, match="took too long"):
        connection.ask("name", "y")
