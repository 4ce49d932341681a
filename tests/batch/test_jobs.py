"""A result's key changes with everything that the result depends on, and with nothing else."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from autograder.batch import JobMaker, jobs
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.submission import Submission
from autograder.notebook.regions import Delimiters, Markers


@pytest.fixture
def key(toy, submission):
    def go(one=None, **settings):
        return JobMaker(toy, GradingSettings(**{"seed": 1, **settings})).job(one or submission("ann", "squares")).key

    return go


def test_same(key, submission):
    """The same hand-in has the same key, in whatever order its fields stand."""
    one = submission("ann", "squares")
    turned = Submission("ann", "squares", dict(reversed(list(one.content.items()))))
    assert key(one) == key(turned)


@pytest.mark.parametrize("text", ["é", "\ud800", 2**70], ids=["letter", "half of a pair", "large number"])
def test_whatever_a_notebook_holds(key, submission, text):
    """What not every writer of JSON takes has a key as well, the same in any order of fields."""
    one = submission("ann", "squares")
    one.content["metadata"] = {"b": text, "a": 1}
    turned = Submission("ann", "squares", {**one.content, "metadata": {"a": 1, "b": text}})
    assert key(one) == key(turned) != key(submission("ann", "squares"))


@pytest.mark.parametrize(
    "settings", [{"seed": 2}, {"cell_seconds": 5.0}, {"memory_mb": 512}, {"sandbox": SandboxPolicy.NONE}]
)
def test_settings(key, settings):
    """Another seed, limit or sandbox is another result."""
    assert key(**settings) != key()


def test_content(key, submission):
    """Another answer is another result, and so is the same answer of another student."""
    keys = {
        key(submission("ann", "squares")),
        key(submission("bob", "squares")),
        key(submission("ann", "squares", square="return 4")),
    }
    assert len(keys) == 3


def test_only_the_notebook_that_changed(toy, submission):
    """A changed test cell touches the results of its own notebook and of no other."""
    settings = GradingSettings(seed=1)
    before = {name: JobMaker(toy, settings).job(submission("ann", name)).key for name in toy.notebooks}
    changed = copy.deepcopy(toy.notebooks["doubles"].source)
    changed.cells[-1].source += "\nassert double(5) == 10"
    toy.notebooks["doubles"] = type(toy.notebooks["doubles"])("doubles", toy.notebooks["doubles"].items, changed)
    after = {name: JobMaker(toy, settings).job(submission("ann", name)).key for name in toy.notebooks}
    assert {name for name in before if before[name] != after[name]} == {"doubles"}


def test_delimiters(toy, submission):
    """Other words around hidden tests are another result: what the hand-in's process is given is another."""
    settings, one = GradingSettings(seed=1), submission("ann", "squares")
    before = JobMaker(toy, settings).job(one).key
    toy.notebooks["squares"] = replace(toy.notebooks["squares"], delimiters=Delimiters(hidden=Markers("HIDE", "SHOW")))
    assert JobMaker(toy, settings).job(one).key != before


def test_grader_version(key, monkeypatch):
    """A grader or an environment of another version gives other results."""
    before = key()
    monkeypatch.setattr(jobs, "environment", lambda: {"torch": "another"})
    assert key() != before
