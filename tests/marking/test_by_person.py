"""Marks that a person gives to one item, and two persons at once."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.marking import journal
from autograder.marking.by_person import ItemMarks
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.marking.journal import DECISIONS, Decision, Given
from autograder.model.results import ItemResult, NotebookResult, Status

STUDENTS = "ann", "bob", "eve"
WAITS = Given(waits=True)


@pytest.fixture
def why(toy, out, submission):
    """The written answer of three students who have been graded."""
    out.root.mkdir()
    with GradebookWriter(toy, out) as writer:
        for student in STUDENTS:
            handed_in = submission(student, "squares", why="Because.")
            items = ItemResult("square", 2.0, 2.0, Status.SCORED), ItemResult("why", None, 1.0, Status.MANUAL)
            made = StudentMarks(student)
            made.add(handed_in, NotebookResult(student, "squares", items), writer)
            writer.record(made)
    return ItemMarks(out, "squares", "why", "why")


@pytest.fixture
def in_nbgrader(out):
    """The grade and the comment of a student as nbgrader's own interface has them."""

    def look(student, **change):
        with Gradebook(out.gradebook_url, "") as gradebook:
            grade = gradebook.find_grade("why", "squares", "toy", student)
            comment = gradebook.find_comment("why", "squares", "toy", student)
            for name, value in change.items():
                setattr(grade, name, value)
            gradebook.db.commit()
            return grade.manual_score, grade.needs_manual_grade, comment.manual_comment

    return look


def test_one_decision_serves_many(why, in_nbgrader):
    """Everybody who was meant has the score and the comment, as formgrader would have written them, and nobody else."""
    outcome = why.give(0.5, "Say why.", {"ann": WAITS, "bob": WAITS}, marker="mia")
    assert ["ann", "bob"] == outcome.served
    assert [(0.5, False, "Say why.")] * 2 == [in_nbgrader("ann"), in_nbgrader("bob")]
    assert (None, True, None) == in_nbgrader("eve")


def test_two_markers_do_not_overwrite_each_other(why, in_nbgrader):
    """Whose answer was marked while the page was open stays as it is, and is named."""
    in_nbgrader("bob", manual_score=1.0, needs_manual_grade=False)
    outcome = why.give(0.0, "", {"ann": WAITS, "bob": WAITS}, marker="mia")
    assert (["ann"], {"bob": Given(1.0)}) == (outcome.served, outcome.overtaken)
    assert 1.0 == in_nbgrader("bob")[0]


def test_undone(why, in_nbgrader):
    """Undoing puts back what stood there, but not over what somebody gave since."""
    decision = why.give(0.5, "Say why.", {"ann": WAITS, "bob": WAITS}, marker="mia").decision
    in_nbgrader("bob", manual_score=1.0)
    outcome = why.undo(decision, marker="mia")
    assert (["ann"], ["bob"]) == (outcome.served, list(outcome.overtaken))
    assert [(None, True, None), (1.0, False, "Say why.")] == [in_nbgrader("ann"), in_nbgrader("bob")]


def test_journal(why, out):
    """Who decided what is written down with what stood there before; half a line of a kill costs nothing else."""
    why.give(1.0, "", {"ann": WAITS}, marker="mia", lines=["l1"])
    with out.review_journal(DECISIONS).open("ab") as file:
        file.write(b'\n{"id": "ha')
    why.give(0.0, "", {"bob": WAITS}, marker="max")
    found = journal.read(out, DECISIONS, Decision)
    assert [("mia", ("l1",), "ann"), ("max", (), "bob")] == [(d.marker, d.lines, d.served[0].student) for d in found]
    assert WAITS == found[0].served[0].before


def test_a_mark_taken_back_waits_again(why, in_nbgrader):
    """Without a score there is no mark, and a written answer waits again."""
    why.give(1.0, "", {"ann": WAITS}, marker="mia")
    why.give(None, "", {"ann": Given(1.0)}, marker="mia")
    assert (None, True, None) == in_nbgrader("ann")
