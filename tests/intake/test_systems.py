"""Who handed in what, from names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake.archives import Entry
from autograder.intake.systems import (
    Claim,
    Claims,
    Mapping,
    MappingError,
    Names,
    conflicts,
    read_blackboard_note,
    read_gradescope_list,
    safe_id,
)

NAMES = Names("lab2", ("2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"))


def students(*paths: str, mapping=None, claims=None) -> dict[str, str]:
    """The student of each path; the first part of a path is what was given."""
    roots: dict[str, int] = {}
    entries = []
    for path in paths:
        parts = tuple(path.replace("!/", "/").split("/"))
        entries.append(Entry(roots.setdefault(parts[0], len(roots)), parts, path, file=Path("/given/ann") / parts[-1]))
    found = (claims or Claims(NAMES, mapping)).assign(entries)
    return {
        entry.path: " & ".join(claim.student.id for claim in found.get(number, []))
        for number, entry in enumerate(entries)
    }


LAYOUTS = {
    "Moodle, a folder each": {
        "dump.zip!/Ann Smith_12345_assignsubmission_file_/2.1_ForwardAD.ipynb": "Ann_Smith_12345",
        "dump.zip!/Jörg Müller_12346_assignsubmission_file_/work.zip!/lab2/x.ipynb": "Jörg_Müller_12346",
        "dump.zip!/李明_12347_assignsubmission_file/2.1_ForwardAD.ipynb": "李明_12347",
    },
    "Moodle, flat": {"dump.zip!/Ann Smith_12345_assignsubmission_file_2.1_ForwardAD.ipynb": "Ann_Smith_12345"},
    "Canvas": {
        "submissions.zip!/smithann_4001_90001_2.1_ForwardAD.ipynb": "smithann_4001",
        "submissions.zip!/smithann_LATE_4001_90002_2.2_ReverseAD-1.ipynb": "smithann_4001",
        "submissions.zip!/van_der_bergbo_4002_90003_work.zip!/2.1_ForwardAD.ipynb": "van_der_bergbo_4002",
        "submissions.zip!/anon_AbCd3_90004_2.1_ForwardAD.ipynb": "anonymous_AbCd3",
    },
    "Blackboard": {
        "gradebook.zip!/Lab_2_ab1c22_attempt_2026-11-20-15-13-40_2.1_ForwardAD.ipynb": "ab1c22",
        "gradebook.zip!/Lab_2_xy9z21_attempt_2026-11-20-16-00-00_2.1_ForwardAD.ipynb": "xy9z21",
    },
    "nbgrader's exchange": {"inbound/ann+lab2+2026-11-20 15:13:40 UTC+abc/2.1_ForwardAD.ipynb": "ann"},
    "nbgrader's submitted": {
        "submitted/ann/lab2/2.1_ForwardAD.ipynb": "ann",
        "submitted/bob/lab2/2.1_ForwardAD.ipynb": "bob",
    },
    "a folder each": {
        "handins/ann/2.1_ForwardAD.ipynb": "ann",
        "handins/bob/attempt1/notebook.ipynb": "bob",
        "handins/bob/attempt2/notebook.ipynb": "bob",
        "handins/cem/.ipynb_checkpoints/2.1_ForwardAD-checkpoint.ipynb": "cem",
    },
    "a folder each, wrapped": {"dump.zip!/lab2/ann/x.ipynb": "ann", "dump.zip!/lab2/bob/x.ipynb": "bob"},
    "one student, wrapped": {"dump.zip!/ann/2.1_ForwardAD.ipynb": "ann", "dump.zip!/ann/2.2_ReverseAD.ipynb": "ann"},
    "an archive each": {"handins/ann.zip!/my lab/a.ipynb": "ann", "handins/bob.zip!/2.1_ForwardAD.ipynb": "bob"},
    "archives given one by one": {"ann.zip!/stuff/a.ipynb": "ann", "bob.zip!/2.1_ForwardAD.ipynb": "bob"},
    "a broken archive": {"handins/ann.zip": "ann", "handins/bob.zip!/2.1_ForwardAD.ipynb": "bob"},
    "groups": {"class/tutorial A/ann/x.ipynb": "ann", "class/tutorial B/bob/x.ipynb": "bob"},
    "flat": {
        "flat/ann_2.1_ForwardAD.ipynb": "ann",
        "flat/ann-2.2.ipynb": "ann",
        "flat/2.1_ForwardAD Bob Ross (1).ipynb": "Bob_Ross",
        "flat/Copy of 2.3_PyTorchAD - cem.ipynb": "cem",
        "flat/marks.csv": "",
    },
    "a name each": {f"flat/{name}.ipynb": name for name in ("ann", "bob", "cem", "dana")},
    "one student's folder": {"ann/2.1_ForwardAD.ipynb": "ann", "ann/Copy of 2.2_ReverseAD (2).ipynb": "ann"},
    "one student's archive": {"ann.zip!/lab2/2.1_ForwardAD.ipynb": "ann", "ann.zip!/lab2/final.ipynb": "ann"},
    "single files": {"2.1_ForwardAD.ipynb": "ann", "2.2_ReverseAD.ipynb": "ann"},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_gives_each_file_to_its_student(name):
    """Downloads of every system, folders and flat folders are understood by their names."""
    assert students(*LAYOUTS[name]) == LAYOUTS[name]


def test_gradescopes_list_names_the_students():
    """The members of a group each hand in; a folder that the list does not name stands for itself."""
    data = b"""---
submission_11:
  :submitters:
  - :name: Ann Smith
    :sid: '3001'
    :email: ann@uni.example
  - :name: Bo
    :sid:
    :email: bo@uni.example
  :created_at: 2026-11-20 15:13:40.000000000 Z
  :results: &a
    submission_12: {":submitters": [{":sid": "666"}]}
submission_13:
  :submitters:
  - :name: Cem
    :sid: '3003'
    :email: cem@uni.example
"""
    claims = Claims(NAMES)
    claims.gradescope[0, ("export.zip", "a_export")] = read_gradescope_list(data)
    assert students(
        "export.zip!/a_export/submission_11/2.1_ForwardAD.ipynb",
        "export.zip!/a_export/submission_13/2.1_ForwardAD.ipynb",
        claims=claims,
    ) == {
        "export.zip!/a_export/submission_11/2.1_ForwardAD.ipynb": "3001 & bo@uni.example",
        "export.zip!/a_export/submission_13/2.1_ForwardAD.ipynb": "3003",
    }


@pytest.mark.parametrize("data", [b"a: [", b"*x", b"\xff\xfe\x00", b"a: &a [*a, *a]\nb: *c"])
def test_a_list_that_is_none_is_an_error_and_nothing_else(data):
    """Broken or malicious YAML gives a ValueError or nothing, and no object is made of it."""
    try:
        found = read_gradescope_list(data)
    except ValueError:
        found = {}
    assert found == {}


def test_blackboards_note_names_the_student():
    """The text file beside an attempt gives name and login."""
    note = b"Name: Ann Smith (ab_1)\nAssignment: Lab 2\nDate Submitted: today\n\nComments:\nName: Eve (root)\n"
    assert read_blackboard_note(note) == ("Ann Smith", "ab_1")
    claims = Claims(NAMES)
    claims.blackboard["Lab 2_ab_1"] = ("Ann Smith", "ab_1")
    path = "gradebook.zip!/Lab 2_ab_1_attempt_2026-11-20-15-13-40_2.1_ForwardAD.ipynb"
    assert students(path, claims=claims) == {path: "ab_1"}


def test_a_mapping_comes_first(tmp_path):
    """Patterns and files of the mapping decide; an empty student leaves a file out; the rest goes by its name."""
    table = tmp_path / "mapping.csv"
    table.write_text('pattern,student\n*/x1.ipynb,Ann\n"flat/x2.ipynb",Jörg\nflat/old*,\n', encoding="utf-8")
    assert students(
        "flat/x1.ipynb", "flat/x2.ipynb", "flat/old.ipynb", "flat/cem_2.1.ipynb", mapping=Mapping.read(table)
    ) == {"flat/x1.ipynb": "Ann", "flat/x2.ipynb": "Jörg", "flat/old.ipynb": "", "flat/cem_2.1.ipynb": "cem"}


@pytest.mark.parametrize("text", ["a.ipynb\n", "pattern,student\n,ann\n"])
def test_a_mapping_with_a_fault_names_the_line(tmp_path, text):
    """A line without two columns stops the run with its number."""
    (tmp_path / "mapping.csv").write_text(text)
    with pytest.raises(MappingError, match=r"line \d"):
        Mapping.read(tmp_path / "mapping.csv")


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


@pytest.mark.parametrize(
    "name",
    [
        "2.1_ForwardAD.ipynb",
        "Copy of 2.1_ForwardAD.ipynb",
        "Copy_of_Copy_of_2.1_ForwardAD.ipynb",
        "2.1_ForwardAD (1).ipynb",
        "2.1_ForwardAD_ipynb.ipynb",
        '"2.1_ForwardAD_ipynb" kopie.ipynb',
        "Kopie von 2.1_ForwardAD.ipynb",
        "Копия 2.1_ForwardAD.ipynb",
        "2.1_ForwardAD的副本.ipynb",
        "2.1_ForwardAD - Copy (2).ipynb",
        "2.1_ForwardAD-checkpoint.ipynb",
        "2.1_ForwardAD.ipynb.txt",
        "2.1-forwardad.ipynb",
    ],
)
def test_copies_are_known_by_their_names(name):
    """Every way of naming a copy speaks of the notebook and of no student."""
    assert NAMES.guess(name) == "2.1_ForwardAD"
    assert NAMES.strip(name) == (True, "")
