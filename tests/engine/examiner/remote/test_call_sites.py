"""Where tests may hand something to the hand-in's objects: learned from the model's answers."""

from __future__ import annotations

import pytest

from autograder.engine.examiner.remote.call_sites import CallSites


class Globals(dict):
    """What the globals of tests are made of, here."""


OBJECT_AND_NUMBER = (True, False)


def run(
    source: str,
    sites: CallSites,
    operation: str,
    objects: tuple[bool, ...] = OBJECT_AND_NUMBER,
    file: str = "<test cell x>",
    sources: tuple[str, ...] = (),
) -> list[bool]:
    """Run a test's source in which `got` stands for asking a hand-in's object."""
    answers: list[bool] = []

    def got() -> None:
        answers.append(sites.allow(operation, objects, Globals, sources=sources))

    exec(compile(source, file, "exec"), Globals(got=got))  # noqa: S102 - the test is about what runs
    return answers


def learned(source: str, operation: str = "sub", objects: tuple[bool, ...] = OBJECT_AND_NUMBER) -> CallSites:
    """The call sites after the model's answers have met `source`."""
    learning = CallSites(None)
    run(source, learning, operation, objects)
    return CallSites(learning.known)


def test_the_same_place_is_allowed():
    """Where the model's answers were handed something, a hand-in's may be."""
    assert run("pass\ngot()", learned("pass\ngot()"), "sub") == [True]


@pytest.mark.parametrize(
    ("source", "operation", "file"),
    [("got()\npass\ngot()", "add", "<test cell x>"), ("pass\ngot()", "sub", "<test cell y>")],
)
def test_another_site_is_not(source, operation, file):
    """Another operation, or the test of another item, is another site."""
    assert not any(run(source, learned("pass\ngot()"), operation, file=file))


def test_a_helper_is_another_site_for_each_of_its_callers():
    """That a helper was once given an object says nothing about its other calls."""
    helper = "def helper():\n    got()\n"
    both = run(helper + "helper()\nhelper()", learned(helper + "helper()\npass\n"), "sub")
    assert both == [True, False]


@pytest.mark.parametrize(
    ("met", "now", "allowed"),
    [
        ((True, False), (False, True), False),
        ((True, True), (True, False), True),
        ((True, False), (True, True), True),
        ((False, True), (True, False), False),
    ],
)
def test_objects_stand_where_those_of_the_model_stood(met, now, allowed):
    """A number is handed over only where one was; two objects hand nothing over."""
    assert run("got()", learned("got()", objects=met), "sub", now) == [allowed]


def test_an_object_from_where_the_model_gave_numbers_is_handed_nothing():
    """Not even at a site at which another object of the model's was."""
    sites = CallSites(learned("got()").known, ["there"])
    assert run("got()", sites, "sub", sources=("there",)) == [False]
    assert run("got()", sites, "sub", sources=("elsewhere",)) == [True]


def test_asking_without_handing_over_is_always_allowed():
    """A call without arguments of the test's, an attribute or a length hands nothing over."""
    sites = CallSites([])
    assert run("got()", sites, "call", (True, True)) == [True]
    assert run("got()", sites, "len", (True,)) == [True]
    assert run("got()", sites, "call", (True, False)) == [False]
