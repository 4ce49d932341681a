"""Functions that a test binds to names which the hand-in's functions look up."""

from __future__ import annotations

MODEL = """
def inner(): return 1
def outer(): return inner() + 1
def greet():
    print("Hello", input("name? "))
"""
TEST = """
import contextlib, io
asked = []
def input(prompt=""):
    asked.append(prompt)
    return "Ada"
shown = io.StringIO()
with contextlib.redirect_stdout(shown):
    greet()
assert shown.getvalue() == "Hello Ada\\n" and asked == ["name? "]
from IPython.utils.capture import capture_output
with capture_output() as captured:
    greet()
assert captured.stdout == "Hello Ada\\n"
inner = lambda: 5
assert outer() == 6
"""


def test_right(course):
    """What the test binds is what the hand-in's functions find, and what they print is the test's to look at."""
    item = course.one(MODEL, TEST, MODEL)
    assert (2.0, "") == (item.points, item.message)


def test_wrong(course):
    """An answer that asks nobody, or prints something else, earns nothing."""
    for old, new in [("inner() + 1", "2"), ('input("name? ")', '"Ada"'), ('"Hello"', '"Hallo"')]:
        assert course.one(MODEL, TEST, MODEL.replace(old, new)).points == 0


MOCKED = """
from unittest import mock
with mock.patch("builtins.input", side_effect=["Bob"]) as asked, mock.patch("builtins.print") as shown:
    greet()
asked.assert_called_once_with("name? ")
shown.assert_called_once_with("Hello", "Bob")
"""


def test_mocks_of_builtins(course):
    """A mock in the place of a builtin is what the hand-in calls, and it knows how it was called."""
    item = course.one(MODEL, MOCKED, MODEL)
    assert (2.0, "") == (item.points, item.message)
    assert course.one(MODEL, MOCKED, MODEL.replace('"name? "', '"who? "')).points == 0
