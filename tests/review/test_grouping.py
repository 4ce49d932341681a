"""Answers that say the same, or nearly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.review.grouping import differences, groups_of


def test_identical():
    """Blanks and case make no difference in prose, and comments none in code."""
    prose = groups_of({"ann": "It is so.", "bob": " it  IS so.\n", "eve": "It is not."}, code=False)
    assert {("ann", "bob"), ("eve",)} == {group.students for group in prose}
    code = groups_of({"ann": "x = 1  # one", "bob": "x=1"}, code=True)
    assert [("ann", "bob")] == [group.students for group in code]


def test_what_a_text_holds_is_part_of_code():
    """Code that differs in a text alone is not the same answer."""
    assert 2 == len(groups_of({"ann": "print('yes')", "bob": "print('no')"}, code=True))


def test_near():
    """Nearly the same stands side by side and is never taken for the same: one word may be all the difference."""
    answers = {"ann": "It is positive for every x.", "max": "Who knows?", "bob": "It is not positive for every x."}
    groups = groups_of(answers, code=False)
    (first, second, third) = groups
    assert ({"ann", "bob"}, ("max",)) in (
        ({*first.students, *second.students}, third.students),
        ({*second.students, *third.students}, first.students),
    )
    near = {group.students[0]: group.near for group in groups}
    assert [1, 1, 0] == [len(near[student]) for student in ("ann", "bob", "max")]


def test_what_differs():
    """The words that only one of two answers has are marked as such."""
    pieces = differences("It is positive.", "It is not positive.")
    assert [("not ", "less")] == [(piece.text, piece.kind) for piece in pieces if piece.kind != "same"]


@given(st.text(), st.text())
def test_an_answer_stays_whole(text, other):
    """What is shown of an answer beside another is all of it, and nothing else but what the other has."""
    assert text == "".join(piece.text for piece in differences(text, other) if piece.kind != "less")


@given(st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=12)), st.booleans())
def test_everybody_is_in_one_group(answers, code):
    """Each student is in one group, whatever they wrote."""
    students = [student for group in groups_of(answers, code=code) for student in group.students]
    assert sorted(answers) == sorted(students)
