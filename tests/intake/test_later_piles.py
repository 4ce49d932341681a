"""Students over several piles and runs: what a later one brings, replaces, and leaves alone."""

from __future__ import annotations

import json

import nbformat
import pytest

from autograder.intake import People, take_in
from autograder.outdir import OutDir

ONE = "def area(self):\n    return self.size ** 2\n\n\nShape.area = area"
TWO = "def area(self):\n    return 2\n\n\nShape.area = area"


@pytest.fixture
def run(tmp_path, shapes):
    """Takes in a pile of files by name, and remembers it as a grading run does."""
    out = tmp_path / "out"
    place = OutDir(shapes.course, shapes.name, out)

    def take(files, number=[0], **people):  # noqa: B006 - counts
        number[0] += 1
        folder = tmp_path / f"{number[0]}" / "class"
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if not files:
            folder.mkdir(parents=True)
        if "roster" in people:
            roster = folder.parent / "roster.csv"
            roster.write_text(people["roster"])
            people["roster"] = roster
        intake = take_in([folder], shapes, out, people=People(**people))
        place.remember_students(intake.known)
        return intake

    take.place = place
    return take


def answer(place, student, notebook="1_squares"):
    path = place.submitted_notebook(student, notebook)
    if not path.exists():
        return None
    cells = nbformat.read(path, as_version=4).cells
    return next(cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "area-answer")


def details(intake):
    return {record.path.partition("class/")[2]: record.detail for record in intake.records}


def test_a_later_pile_replaces_only_what_it_brings(run, notebook):
    """The other notebook stays, and the run says which is replaced and which is kept."""
    run({"ann/1_squares.ipynb": notebook(area_answer=ONE), "ann/2_cubes.ipynb": notebook(name="2_cubes")})
    later = run({"ann/1_squares.ipynb": notebook(area_answer=TWO)})
    assert answer(run.place, "ann") == TWO
    assert run.place.submitted_notebook("ann", "2_cubes").exists()
    assert "replaces what was taken in before" in details(later)["ann/1_squares.ipynb"]
    assert any("2_cubes is kept from before" in note for note in later.notes)


def test_replace_marks_from_this_pile_alone(run, notebook):
    """With --replace what was handed in before does not count any more, of those in the pile."""
    files = {"ann/1_squares.ipynb": notebook(area_answer=ONE), "ann/2_cubes.ipynb": notebook(name="2_cubes")}
    run({**files, "bob/1_squares.ipynb": notebook(area_answer=ONE)})
    run({"ann/1_squares.ipynb": notebook(area_answer=TWO)}, replace=True)
    assert not run.place.submitted_notebook("ann", "2_cubes").exists()
    assert answer(run.place, "bob") == ONE


def test_a_broken_file_wipes_nothing(run, notebook):
    """What was taken in before counts still, and why the new one does not is said."""
    run({"ann/1_squares.ipynb": notebook(area_answer=ONE), "bob/1_squares.ipynb": notebook(area_answer=ONE)})
    later = run({"ann/1_squares.ipynb": b'{"cells": [', "cem/bob_1_squares.ipynb": b"{"})
    assert answer(run.place, "ann") == ONE
    assert answer(run.place, "bob") == ONE
    assert "cut off" in later.known["ann"].refused["1_squares"]


def test_a_pile_given_once_more_says_nothing_new(run, notebook):
    """The same pile again changes nothing and replaces nothing."""
    files = {"ann/1_squares.ipynb": notebook(area_answer=ONE)}
    run(files)
    again = run(files)
    assert again.notes == []
    assert details(again) == {"ann/1_squares.ipynb": ""}


def test_what_comes_from_elsewhere_waits_for_a_person(run, notebook):
    """A folder of somebody's name does not replace what a system gave; the mapping settles it."""
    run({"ann+shapes+2026-11-20 10:00:00 UTC/1_squares.ipynb": notebook(area_answer=ONE)})
    files = {"ann/1_squares.ipynb": notebook(area_answer=TWO), "bob/1_squares.ipynb": notebook(area_answer=TWO)}
    later = run(files)
    assert answer(run.place, "ann") == ONE
    record = next(record for record in later.records if record.student == "ann")
    assert record.flag
    assert "comes from elsewhere" in record.detail
    mapping = run.place.root / "mapping.csv"
    mapping.write_text("file,student\nann/*,ann\n")
    run(files, mapping=mapping)
    assert answer(run.place, "ann") == TWO


def test_an_older_attempt_does_not_come_back(run, notebook):
    """A download of before, given later, replaces no newer attempt."""
    run({"ann+shapes+2026-11-20 10:00:00 UTC/1_squares.ipynb": notebook(area_answer=ONE)})
    run({"ann+shapes+2026-11-19 10:00:00 UTC/1_squares.ipynb": notebook(area_answer=TWO)})
    assert answer(run.place, "ann") == ONE
    run({"ann+shapes+2026-11-21 10:00:00 UTC/1_squares.ipynb": notebook(area_answer=TWO)})
    assert answer(run.place, "ann") == TWO


def test_an_untouched_copy_does_not_replace_work(run, notebook):
    """A notebook without an answer, handed in later, waits for a person."""
    run({"ann/1_squares.ipynb": notebook(area_answer=ONE)})
    later = run({"ann/1_squares.ipynb": notebook()})
    assert answer(run.place, "ann") == ONE
    assert later.records[0].flag


def test_one_student_of_two_systems(run, notebook):
    """With a roster a later pile of another system is the same student's, and replaces what it brings."""
    roster = "student,name,moodle,canvas\nas1,Ann Smith,12,4001\n"
    run({"Ann Smith_12_assignsubmission_file_/1_squares.ipynb": notebook(area_answer=ONE)}, roster=roster)
    later = run({"smithann_4001_90001_1_squares.ipynb": notebook(area_answer=TWO)}, roster=roster)
    assert answer(run.place, "as1") == TWO
    assert set(later.known) == {"as1"}
    assert later.known["as1"].name == "Ann Smith"


def test_a_roster_that_comes_later_joins_what_was_two(run, notebook):
    """What two ids had handed in is one student's, and the other id is gone."""
    run({"Ann Smith_12_assignsubmission_file_/1_squares.ipynb": notebook(area_answer=ONE)})
    run({"smithann_4001_90001_2_cubes.ipynb": notebook(name="2_cubes")})
    assert set(run.place.known_students()) == {"Ann_Smith_12", "smithann_4001"}
    later = run({}, roster="student,name,moodle,canvas\nas1,Ann Smith,12,4001\n")
    assert set(later.known) == {"Ann_Smith_12"}
    assert run.place.submitted_notebook("Ann_Smith_12", "2_cubes").exists()
    assert not run.place.submitted_notebook("smithann_4001", "2_cubes").exists()
    assert set(later.known["Ann_Smith_12"].handed_in) == {"1_squares", "2_cubes"}


def test_absentees_and_strangers(run, notebook):
    """Who is on the roster has a row, whoever is not is listed."""
    intake = run({"ann/1_squares.ipynb": notebook(), "eve/1_squares.ipynb": notebook()}, roster="student\nann\nbob\n")
    assert intake.absent == ["bob"]
    assert intake.strangers == ["eve"]
    assert "not on the roster" in details(intake)["eve/1_squares.ipynb"]
    assert set(intake.known) == {"ann", "bob", "eve"}


def test_an_empty_folder_is_a_student(run, notebook, tmp_path):
    """A student whose folder is empty, or holds what a system left only, has a row."""
    (tmp_path / "99" / "class" / "bob").mkdir(parents=True)
    intake = run({"ann/1_squares.ipynb": notebook(), "cem/.DS_Store": b""}, number=[98])
    assert set(intake.known) == {"ann", "bob", "cem"}
    assert "empty folder" in details(intake)["bob"]


def test_links_and_texts_have_a_row(run, notebook):
    """What is handed in as a link or as text is said to be that, and nothing is looked for on a network."""
    intake = run({"smithann_4001_link.html": b"<a href=x>", "roebo_4002_90001_1_squares.ipynb": notebook()})
    assert intake.reason("smithann_4001", "1_squares").endswith("handed in a link, not a notebook")
    intake = run({"Cem_7_assignsubmission_onlinetext_/onlinetext.html": b"<p>x</p>"})
    assert "text typed into the system" in intake.reason("Cem_7", "1_squares")


def test_copies_with_other_answers_beside_which_nobody_is_named(run, notebook):
    """Two people's files of one name, as a shared folder has them, are kept apart, and the run says so."""
    files = {
        "1_squares.ipynb": notebook(area_answer=ONE),
        "1_squares (1).ipynb": notebook(area_answer=TWO),
        "2_cubes.ipynb": notebook(name="2_cubes"),
    }
    intake = run(files)
    assert {(one.student, one.notebook) for one in intake.submissions} == {
        ("class", "1_squares"),
        ("class_(1)", "1_squares"),
        ("class", "2_cubes"),
    } or len({one.student for one in intake.submissions if one.notebook == "1_squares"}) == 2
    assert all("two people's files, it seems" in text for text in details(intake).values())
    assert all(record.flag for record in intake.records)


def test_a_lone_folder_of_several_peoples_files(run, notebook):
    """Where one student would get two people's copies with different answers, they are kept apart."""
    files = {"Autodiff/ann_1_squares.ipynb": notebook(area_answer=ONE)}
    intake = run({**files, "Autodiff/bob_1_squares.ipynb": notebook(area_answer=TWO)})
    assert {one.student for one in intake.submissions} == {"ann", "bob"}
    assert set(intake.known) == {"ann", "bob"}
    assert {one.student for one in run(files).submissions} == {"Autodiff"}


def test_copies_of_ones_own_are_ones_own(run, notebook):
    """An untouched copy and one with the same answers are no second person's."""
    files = {
        "1_squares.ipynb": notebook(area_answer=ONE),
        "1_squares (1).ipynb": notebook(),
        "1_squares (2).ipynb": notebook(area_answer=ONE),
    }
    assert {one.student for one in run(files).submissions} == {"class"}


def test_check_writes_nothing(shapes, notebook, tmp_path):
    """Looking leaves no file in OUT and says the same."""
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "1_squares.ipynb").write_bytes(notebook(area_answer=ONE))
    looked = take_in([tmp_path / "class"], shapes, tmp_path / "out", check=True)
    assert not (tmp_path / "out").exists()
    taken = take_in([tmp_path / "class"], shapes, tmp_path / "out")
    assert looked.records == taken.records
    assert json.dumps(looked.submissions[0].to_json()) == json.dumps(taken.submissions[0].to_json())
