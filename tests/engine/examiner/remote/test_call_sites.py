"""Where tests may hand something to the hand-in's objects: learned from the model's answers."""

from __future__ import annotations

import pytest

from autograder.engine.examiner.remote.call_sites import CallSites


class Globals(dict):
    """What the globals of tests are made of, here."""


def run(source: str, sites: CallSites, operation: str, values: tuple = (1, 2), file: str = "<test cell>") -> list[bool]:
    """Run a test's source in which `got` stands for asking a hand-in's object."""
    answers: list[bool] = []

    def got() -> None:
        answers.append(sites.allow(operation, values, Globals))

    exec(compile(source, file, "exec"), Globals(got=got))  # noqa: S102 - the test is about what runs
    return answers


def learned(source: str, operation: str = "sub", item: str = "x") -> CallSites:
    """The call sites after the model's answers have met `source`."""
    learning = CallSites(None)
    learning.item = item
    run(source, learning, operation)
    known = CallSites(learning.known)
    known.item = item
    return known


def test_the_same_place_is_allowed():
    """Where the model's answers were handed something, a hand-in's may be."""
    assert run("pass\ngot()", learned("pass\ngot()"), "sub") == [True]


@pytest.mark.parametrize(
    ("source", "operation", "item"), [("got()\npass\ngot()", "add", "x"), ("pass; pass; got()", "sub", "y")]
)
def test_another_place_is_not(source, operation, item):
    """Another operation, or the test of another item, is another place."""
    contacts = learned(source)
    contacts.item = item
    assert not any(run(source, contacts, operation))


def test_places_of_the_checker_hold_for_all_items():
    """A helper of the checker is the same place in the tests of every item."""
    learning = CallSites(None)
    learning.item = "x"
    run("got()", learning, "sub", file="<checker cell>")
    known = CallSites(learning.known)
    known.item = "y"
    assert run("got()", known, "sub", file="<checker cell>") == [True]


def test_asking_without_handing_over_is_always_allowed():
    """A call without arguments, an attribute or a length hands nothing over."""
    contacts = CallSites([])
    assert run("got()", contacts, "call", (1, [], {})) == [True]
    assert run("got()", contacts, "len", (1,)) == [True]
    assert run("got()", contacts, "call", (1, [2], {})) == [False]
