"""What cells showed: merged, and bounded in pieces as well as in characters."""

from __future__ import annotations

import pytest

from autograder.engine.examiner.outputs import outputs_of
from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.examiner.remote.exceptions import StudentGone
from autograder.engine.protocol.constants import PIECES, cost_of
from autograder.engine.student.output_capture import OutputCapture
from autograder.marking.formgrader_notebook import OUTPUT_LIMIT, text_outputs


def test_what_one_stream_says_in_a_row_is_one_output():
    """A million letters of one stream are one output; a display between them parts them."""
    events = [("stdout", "a")] * 1000 + [("evil", "x"), ("stdout", "b"), ("display", "c"), ("stdout", "d")]
    outputs = outputs_of(events, "")
    assert [output.get("text") or output["data"]["text/plain"] for output in outputs] == ["a" * 1000 + "b", "c", "d"]


def test_pieces_are_bounded():
    """Of a million pieces a thousand are kept, and it is said that there were more."""
    outputs = outputs_of([("display", "x")] * (PIECES + 5), "")
    assert len(outputs) == PIECES + 1
    assert outputs[-1]["text"] == "(more outputs left out)\n"
    assert len(text_outputs(outputs)) == OUTPUT_LIMIT + 1
    (error,) = outputs_of([("error", "\n" * 10_000)], "E: e")
    assert len(error["traceback"]) == PIECES


def test_the_students_process_keeps_few_pieces():
    """A loop that changes between the streams is recorded up to a bound."""
    capture = OutputCapture()
    capture.start(10_000_000)
    for _ in range(PIECES):
        capture.add("stdout", "a")
        capture.add("stderr", "b")
    assert len(capture.take()) == PIECES + 1


@pytest.mark.parametrize("shown", [[["stdout", "ab"]] * (PIECES + 2), [["stdout", "ab"]] * 3, [["stdout", "a" * 300]]])
def test_an_answer_of_more_than_was_asked_for(monkeypatch, shown):
    """A process that shows more pieces than are kept, or more characters than it was told, is not believed."""
    connection = Connection(None)
    monkeypatch.setattr(connection, "ask", lambda *_: (shown, ""))
    limit = cost_of(["ab"]) if len(shown) <= PIECES else 10_000_000
    with pytest.raises(StudentGone, match="more output than it may show"):
        connection.run("", limit)
