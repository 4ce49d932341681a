"""Folders, archives, flat folders: whose each file is where no hand-in system has written."""

from __future__ import annotations

import pytest

from autograder.intake.systems.mapping import Mapping

LAYOUTS = {
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
    "folders given one by one": {"ann/2.1_ForwardAD.ipynb": "ann", "bob/2.1_ForwardAD.ipynb": "bob"},
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
    "one student's notebooks and data": {"ann/2.1_ForwardAD.ipynb": "ann", "ann/pictures/a.png": "ann"},
    "one student's folder for each lab": {"ann/lab2/2.1_ForwardAD.ipynb": "ann", "ann/lab1/other.ipynb": "ann"},
    "single files": {"2.1_ForwardAD.ipynb": "ann", "2.2_ReverseAD.ipynb": "ann"},
    "a lab's folder for each week": {
        "course/lab1/ann/x.ipynb": "ann",
        "course/lab1/bob/x.ipynb": "bob",
        "course/lab2/ann/2.1.ipynb": "ann",
        "course/lab2/bob/2.1.ipynb": "bob",
    },
    "logins like other words": {
        "class/cw123/2.1_ForwardAD.ipynb": "cw123",
        "class/hw321/2.1_ForwardAD.ipynb": "hw321",
    },
    "short logins like other words": {"class/cw12/2.1.ipynb": "cw12", "class/cw13/2.1.ipynb": "cw13"},
    "a login like another word among others": {
        "class/ann/2.1.ipynb": "ann",
        "class/hw3/2.1.ipynb": "hw3",
        "class/data/numbers.csv": "",
    },
    "dates in names of files": {
        "flat/ann_2026_11_20_2.1.ipynb": "ann_2026_11_20",
        "flat/bob_2026_11_20_2.1.ipynb": "bob_2026_11_20",
    },
    "empty folders": {"class/ann/2.1.ipynb": "ann", "class/bob/": "bob", "class/cem/": "cem"},
    "what macOS adds": {
        "d.zip!/Ann Smith_1_assignsubmission_file_/2.1.ipynb": "Ann_Smith_1",
        "d.zip!/__MACOSX/Ann Smith_1_assignsubmission_file_/._2.1.ipynb": "",
    },
    "only what a system left": {"class/ann/2.1.ipynb": "ann", "class/bob/.DS_Store": "bob"},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_gives_each_file_to_its_student(name, students):
    """Folders, archives and flat folders of every kind are understood by their names."""
    assert students(*LAYOUTS[name]) == LAYOUTS[name]


CONTENT = {
    "an exchange's name in one's folder": "class/mallory/bob+lab2+2099-01-01 00:00:00/2.1_ForwardAD.ipynb",
    "Moodle's name in one's folder": "class/mallory/Bob Ross_13_assignsubmission_file_/2.1_ForwardAD.ipynb",
    "Canvas's name in one's folder": "class/mallory/rossbob_4002_90002_2.1_ForwardAD.ipynb",
    "a Blackboard name in one's archive": "class/mallory/x.zip!/Lab_bob_attempt_2099-01-01-00-00-00_2.1.ipynb",
    "a Gradescope list in one's folder": "class/mallory/submission_metadata.yml",
    "somebody's name in one's folder": "class/mallory/bob/2.1_ForwardAD.ipynb",
}


@pytest.mark.parametrize("name", CONTENT)
def test_what_is_in_ones_own_folder_is_ones_own(name, students, claims):
    """Below a student's place there is content: whatever it is called, it never names another."""
    pile = ["class/ann/2.1_ForwardAD.ipynb", "class/bob/2.1_ForwardAD.ipynb", CONTENT[name]]
    pile += ["class/mallory/submission_11/2.1_ForwardAD.ipynb"] if "list" in name else []
    assert students(*pile)[CONTENT[name]] == "mallory"
    assert CONTENT[name] not in claims.own


def test_a_name_that_a_student_chose_is_no_systems(students):
    """One file in a heap that is called as a system would call another's is its own."""
    pile = ["heap/ann 2.1.ipynb", "heap/cem 2.1.ipynb", "heap/Bob Ross_13_assignsubmission_file_2.1_ForwardAD.ipynb"]
    assert len(set(students(*pile).values())) == 3
    assert "Bob_Ross_13" not in students(*pile).values()


def test_one_students_archive_among_others_is_no_download(students):
    """Among archives of students, given one by one, one that looks like a download is its student's."""
    path = "mallory.zip!/Bob Ross_13_assignsubmission_file_/2.1_ForwardAD.ipynb"
    found = students("ann.zip!/2.1_ForwardAD.ipynb", "cem.zip!/2.1_ForwardAD.ipynb", path)
    assert found[path] == "mallory"


@pytest.mark.parametrize("place", ["class/mallory/", "class/mallory.zip!/"])
def test_a_lone_student_names_nobody_else(place, students):
    """Where there is but one folder, and it names one person below, it is that student's own."""
    path = f"{place}bob+lab2+2099-01-01 00:00:00/2.1_ForwardAD.ipynb"
    assert students(path) == {path: "mallory"}


def test_several_downloads_each_have_their_system(students, claims):
    """A folder of downloads is read download by download."""
    pile = {
        "all/moodle.zip!/Ann Smith_12_assignsubmission_file_/2.1.ipynb": "Ann_Smith_12",
        "all/moodle.zip!/Bob Ross_13_assignsubmission_file_/2.1.ipynb": "Bob_Ross_13",
        "all/canvas.zip!/smithcem_4001_90001_2.1.ipynb": "smithcem_4001",
    }
    assert students(*pile) == pile


@pytest.mark.parametrize("stem", ["Lab 2-20261120T151340Z-", "Lab 2-20261120T151340Z-1-", "drive-download-"])
def test_the_parts_of_a_split_archive_are_one_pile(stem, students):
    """Google Drive splits what is large: the parts hold one folder between them."""
    pile = {
        f"{stem}001.zip!/Lab 2/Ada Lovelace - 2.1_ForwardAD.ipynb": "Ada_Lovelace",
        f"{stem}002.zip!/Lab 2/Blaise Pascal - 2.1_ForwardAD.ipynb": "Blaise_Pascal",
    }
    assert students(*pile) == pile


DRIVE = {
    "a folder": {
        "Lab 2/Ada Lovelace - 2.1_ForwardAD.ipynb": "Ada_Lovelace",
        "Lab 2/Blaise Pascal - 2.1_ForwardAD.ipynb": "Blaise_Pascal",
    },
    "a folder in a folder": {
        "pile/Lab 2/Ada Lovelace - 2.1_ForwardAD.ipynb": "Ada_Lovelace",
        "pile/Lab 2/Blaise Pascal - 2.1_ForwardAD.ipynb": "Blaise_Pascal",
    },
    "a course's folder": {
        "pile/Learning by machines/Ada Lovelace - 2.1_ForwardAD.ipynb": "Ada_Lovelace",
        "pile/Learning by machines/Blaise Pascal - 2.1_ForwardAD.ipynb": "Blaise_Pascal",
    },
    "answers of a form": {
        "d.zip!/Notebook (File responses)/2.1_ForwardAD - Ada Lovelace.ipynb": "Ada_Lovelace",
        "d.zip!/Notebook (File responses)/Copy of 2.1_ForwardAD.ipynb - Blaise Pascal.ipynb": "Blaise_Pascal",
    },
}


@pytest.mark.parametrize("name", DRIVE)
def test_names_of_people_in_names_of_files_keep_them_apart(name, students):
    """Google Drive and Classroom put the person in front, Forms puts it behind (Forms Help, "File upload")."""
    assert students(*DRIVE[name]) == DRIVE[name]


def test_a_mapping_comes_first(tmp_path, students):
    """Patterns and files of the mapping decide; an empty student leaves a file out; the rest goes by its name."""
    table = tmp_path / "mapping.csv"
    table.write_text('pattern,student\n*/x1.ipynb,Ann\n"flat/x2.ipynb",Jörg\nflat/old*,\n', encoding="utf-8")
    pile = ("flat/x1.ipynb", "flat/x2.ipynb", "flat/old.ipynb", "flat/cem_2.1.ipynb", "flat/dan_2.1.ipynb")
    found = students(*pile, mapping=Mapping.read(table))
    assert list(found.values()) == ["Ann", "Jörg", "", "cem", "dan"]
