"""The gate grades with this engine as well: what it gives the model solution and the untouched release, and how."""

from __future__ import annotations

import pytest
from support.notebooks import cell, notebook

from autograder.model.lab import NotebookSettings
from autograder.notebook.regions import NBGRADERS_OWN
from autograder.release.proofs.by_grading import OwnGrader, graded_by_this_engine
from autograder.release.proofs.store import ProofStore
from autograder.release.proofs.subject import Note, Subject

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

MODEL = "class V:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x"
STUB = "class V:\n    def __init__(self, x): raise NotImplementedError"


def versions(test: str):
    """The source and the release of a notebook with one answer and one test cell."""
    return tuple(notebook(cell(text, "answer", "v-answer"), cell(test, "test", "v", 2)) for text in (MODEL, STUB))


LAB = {
    "outside": versions("assert V(1).x == 1"),
    "inside": versions("assert V(1) == V(1)"),
    "faulty": versions("assert V(1) == V(2)"),
    "generous": versions("assert 1 + 1 == 2"),
}


@pytest.fixture(scope="module")
def subjects(tmp_path_factory):
    """The notebooks of a lab, graded by one grader."""
    root = tmp_path_factory.mktemp("lab")
    with OwnGrader(root, [(name, source, NBGRADERS_OWN) for name, (source, _) in LAB.items()]) as grader:
        yield {
            name: Subject(NotebookSettings(name, name, "", 5, 2.0), source, released, None, NBGRADERS_OWN, grader)
            for name, (source, released) in LAB.items()
        }


def test_what_is_as_it_should_be(subjects):
    """Of a notebook whose items are decided outside there is nothing to say."""
    assert list(graded_by_this_engine(subjects["outside"])) == []


def test_what_is_decided_inside_is_listed(subjects, tmp_path):
    """An item that is decided inside is listed with the reason, also when it was proved before, and stops nothing."""
    store = ProofStore(tmp_path)
    [(_, first, _)] = store.prove(subjects["inside"], (graded_by_this_engine,))
    [(_, again, before)] = store.prove(subjects["inside"], (graded_by_this_engine,))
    assert (first, before) == (again, True)
    [note] = first
    assert isinstance(note, Note)
    assert (note.cell, "assert V(1) == V(1)" in note.found) == ("v", True)


def test_a_model_that_fails_here_is_found(subjects):
    """An item on which the model solution has not full marks in either way is a problem."""
    [problem] = graded_by_this_engine(subjects["faulty"])
    assert (problem.cell, "AssertionError" in problem.found) == ("v", True)
    assert problem.remedy


def test_marks_for_nothing_are_found_here(subjects):
    """An item that the untouched release earns by this engine is a problem."""
    [problem] = graded_by_this_engine(subjects["generous"])
    assert "the untouched release 2 of 2" in problem.found
