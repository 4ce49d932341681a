"""Students get ids that are safe, and two of them never share one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake.systems.claim import Claim, conflicts, safe_id


@pytest.mark.parametrize(
    "raw", ["../../etc", "a/b", "a\\b", ".hidden", "-rf", "CON", "", "a" * 500, "a\nb", "a*b", "…"]
)
def test_every_id_is_a_safe_folder_name(raw):
    """No id leads elsewhere, hides, looks like an option or breaks a pattern."""
    safe = safe_id(raw)
    assert safe == Path(safe).name
    assert safe[0] not in ".-"
    assert 0 < len(safe.encode()) <= 130
    assert not set(safe) & set('/\\*?[]\n\t :"<>|')


def test_different_ids_get_different_folders():
    """What has to be changed gets a mark of what it was; letters of every script stay."""
    assert len({safe_id(raw) for raw in ("a/b", "a:b", "a-b", "a b", "a|b")}) == 5
    assert [safe_id(raw) for raw in ("Jörg Müller", "李明", "ann@uni.example")] == [
        "Jörg_Müller",
        "李明",
        "ann@uni.example",
    ]


@pytest.mark.parametrize(
    "pair",
    [
        (Claim("Ann_12", "Ann", "moodle", "12"), Claim("Bob_12", "Bob", "moodle", "12")),
        (Claim("ann"), Claim("Ann")),
        (Claim("ann smith"), Claim("ann_smith")),
        (Claim("ann", origin="0/tutorial A"), Claim("ann", origin="0/tutorial B")),
    ],
    ids=["one number", "case", "space", "two groups"],
)
def test_two_students_with_one_id_are_found(pair):
    """One number for two names, ids that one folder would hold, one login in two groups: neither is taken."""
    assert set(conflicts(pair)) == {claim.student.id for claim in pair}


def test_attempts_of_one_student_are_no_conflict():
    """The same student twice is one student, also in another Unicode form."""
    assert (
        conflicts(
            [
                Claim("Jo\u0308rg"),
                Claim("J\u00f6rg"),
                Claim("x_1", "X", "canvas", "1"),
                Claim("x_1", "x", "canvas", "1"),
            ]
        )
        == {}
    )
