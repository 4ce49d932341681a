"""Who handed in what, from names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake.archives import Entry
from autograder.intake.systems.attribution import Attribution
from autograder.intake.systems.blackboard import read_note
from autograder.intake.systems.mapping import Mapping
from autograder.intake.systems.names import Names

NAMES = Names("lab2", ("2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"))


def entries_of(*paths: str) -> list[Entry]:
    """Files of a pile; the first part of a path is what was given."""
    roots: dict[str, int] = {}
    entries = []
    for path in paths:
        parts = tuple(path.replace("!/", "/").split("/"))
        entries.append(Entry(roots.setdefault(parts[0], len(roots)), parts, path, file=Path("/given/ann") / parts[-1]))
    return entries


def students(*paths: str, mapping=None, own=()) -> dict[str, str]:
    """The student of each path; `own` are files that a system wrote itself, with what is in them."""
    attribution = Attribution(NAMES, mapping)
    entries = entries_of(*(path for path, _ in own), *paths)
    for entry, (_, data) in zip(entries, own, strict=False):
        assert attribution.own_file(entry) is not None
        attribution.learn(entry, data)
    found = attribution.assign(entries[len(own) :])
    return {
        entry.path: " & ".join(claim.student.id for claim in found.get(number, []))
        for number, entry in enumerate(entries[len(own) :])
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
    assert students(
        "export.zip!/a_export/submission_11/2.1_ForwardAD.ipynb",
        "export.zip!/a_export/submission_13/2.1_ForwardAD.ipynb",
        own=[("export.zip!/a_export/submission_metadata.yml", data)],
    ) == {
        "export.zip!/a_export/submission_11/2.1_ForwardAD.ipynb": "3001 & bo@uni.example",
        "export.zip!/a_export/submission_13/2.1_ForwardAD.ipynb": "3003",
    }


def test_blackboards_note_names_the_student():
    """The text file beside an attempt gives name and login."""
    note = b"Name: Ann Smith (ab_1)\nAssignment: Lab 2\nDate Submitted: today\n\nComments:\nName: Eve (root)\n"
    assert read_note(note) == ("Ann Smith", "ab_1")
    own = [("gradebook.zip!/Lab 2_ab_1_attempt_2026-11-20-15-13-40.txt", note)]
    path = "gradebook.zip!/Lab 2_ab_1_attempt_2026-11-20-15-13-40_2.1_ForwardAD.ipynb"
    assert students(path, own=own) == {path: "ab_1"}


def test_a_mapping_comes_first(tmp_path):
    """Patterns and files of the mapping decide; an empty student leaves a file out; the rest goes by its name."""
    table = tmp_path / "mapping.csv"
    table.write_text('pattern,student\n*/x1.ipynb,Ann\n"flat/x2.ipynb",Jörg\nflat/old*,\n', encoding="utf-8")
    assert students(
        "flat/x1.ipynb", "flat/x2.ipynb", "flat/old.ipynb", "flat/cem_2.1.ipynb", mapping=Mapping.read(table)
    ) == {"flat/x1.ipynb": "Ann", "flat/x2.ipynb": "Jörg", "flat/old.ipynb": "", "flat/cem_2.1.ipynb": "cem"}
