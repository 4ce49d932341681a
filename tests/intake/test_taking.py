"""A pile goes in, submitted/ and a record for every file come out."""

from __future__ import annotations

import io
import json
import os
import zipfile

import nbformat
import pytest

from autograder.intake import Action, IntakeError, take_in

AREA = "def area(self):\n    return self.size ** 2\n\n\nShape.area = area"
OTHER = "def area(self):\n    return 0\n\n\nShape.area = area"


@pytest.fixture
def pile(tmp_path):
    """A folder, and a way to put files into it: `pile("ann/x.ipynb", data, modified)`."""
    folder = tmp_path / "class"
    folder.mkdir()

    def put(name: str, data: bytes, modified: float = 1_000_000_000) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (modified, modified))

    put.folder = folder
    return put


@pytest.fixture
def take(pile, shapes, tmp_path):
    """Takes the folder in; gives the intake and what became of each file."""

    def run(*paths, **options):
        intake = take_in(paths or [pile.folder], shapes, tmp_path / "out", **options)
        actions = {record.path.partition("class/")[2]: record.action.value for record in intake.records}
        return intake, actions

    run.out = tmp_path / "out"
    return run


def answer(intake, student, notebook="1_squares", grade_id="area-answer"):
    (path,) = [each.path for each in intake.submissions if (each.student, each.notebook) == (student, notebook)]
    content = nbformat.read(path, as_version=4)
    return next(cell.source for cell in content.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_a_class_is_taken_in(pile, take, notebook):
    """Each student's notebooks land where nbgrader looks for them; each file has one record."""
    pile("ann/1_squares.ipynb", notebook(area_answer=AREA))
    pile("ann/2_cubes.ipynb", notebook(name="2_cubes"))
    pile("Jörg Müller/Copy of 1_squares.ipynb", notebook())
    pile("Jörg Müller/report.pdf", b"%PDF")
    intake, actions = take()
    assert actions == {
        "ann/1_squares.ipynb": "taken",
        "ann/2_cubes.ipynb": "taken",
        "Jörg Müller/Copy of 1_squares.ipynb": "taken",
        "Jörg Müller/report.pdf": "ignored",
    }
    written = sorted(str(path.relative_to(take.out)) for path in (take.out / "submitted").rglob("*.ipynb"))
    assert written == [
        "submitted/Jörg_Müller/shapes/1_squares.ipynb",
        "submitted/ann/shapes/1_squares.ipynb",
        "submitted/ann/shapes/2_cubes.ipynb",
    ]
    assert answer(intake, "ann") == AREA


def test_taking_in_what_was_taken_in_changes_nothing(pile, take, notebook, shapes, tmp_path):
    """submitted/ taken in again gives the same bytes, and nothing is repaired."""
    pile(
        "ann/1_squares.ipynb",
        notebook(f"# %% ~ checker shape\n# %% code\n{AREA}\n# %% code\nx = 1\n# %% ~ area..total"),
    )
    first, _ = take()
    (submission,) = first.submissions
    assert submission.repairs
    again = take_in([take.out / "submitted"], shapes, tmp_path / "again")
    assert [record.action for record in again.records] == [Action.TAKEN]
    assert again.submissions[0].path.read_bytes() == submission.path.read_bytes()


def test_a_notebook_is_known_by_what_is_in_it(pile, take, notebook):
    """Whatever its file is called, grade ids decide; without them, the content does."""
    pile("ann/2_cubes.ipynb", notebook(area_answer=AREA))
    pile("bob/my work.ipynb", notebook(f"# %% ~ checker shape\n# %% code\n{AREA}\n# %% ~ area..total"))
    intake, _ = take()
    assert sorted((each.student, each.notebook) for each in intake.submissions) == [
        ("ann", "1_squares"),
        ("bob", "1_squares"),
    ]
    assert answer(intake, "bob") == AREA


def test_notebooks_of_another_assignment_are_ignored(pile, take, notebook):
    """A notebook with other grade ids, or with nothing of ours in it, is reported and not graded."""
    other = "# %% code answer=sort-answer\ndef sort(x):\n    return x\n# %% code test=sort\nassert sort([1])"
    pile("ann/1_squares.ipynb", notebook(other))
    pile("bob/notes.ipynb", notebook("# %% markdown\nShopping list"))
    intake, actions = take()
    assert actions == {"ann/1_squares.ipynb": "ignored", "bob/notes.ipynb": "ignored"}
    details = [record.detail for record in intake.records]
    assert "another assignment" in details[0]
    assert "not a notebook of this assignment" in details[1]
    assert intake.submissions == []


def test_answers_to_another_release_of_the_lab_are_taken_and_flagged(pile, take, notebook):
    """A notebook with other grade ids that defines what ours asks for is graded, and a person looks."""
    shape = "class Shape:\n    def __init__(self, size):\n        self.size = size\n\n"
    shape += "    def area(self):\n        return 1\n\n    def border(self):\n        return 2"
    pile("ann/old.ipynb", notebook(f"# %% code locked=cell-1\n{shape}\n# %% code answer=cell-2\ntotal = 13"))
    intake, _ = take()
    assert intake.records[0].flag
    assert answer(intake, "ann") == "def area(self):\n    return 1\n\nShape.area = area"
    assert answer(intake, "ann", grade_id="total-answer") == "total = 13"


def test_the_newest_of_several_counts(pile, take, notebook):
    """Among files of one student the newest counts, and the others are named as passed over."""
    pile("ann/1_squares.ipynb", notebook(area_answer=OTHER), 1_000)
    pile("ann/1_squares (1).ipynb", notebook(area_answer=AREA), 9_000)
    intake, actions = take()
    assert actions == {"ann/1_squares.ipynb": "duplicate", "ann/1_squares (1).ipynb": "taken"}
    assert answer(intake, "ann") == AREA
    assert "is newer and counts" in intake.records[0].detail


def test_the_newest_attempt_counts_whatever_the_file_says(pile, take, notebook):
    """Blackboard's times decide over those of the files."""
    pile("Lab_ann_attempt_2026-01-01-10-00-00_1_squares.ipynb", notebook(area_answer=OTHER), 9_000)
    pile("Lab_ann_attempt_2026-01-02-10-00-00_1_squares.ipynb", notebook(area_answer=AREA), 1_000)
    pile("Lab_ann_attempt_2026-01-02-10-00-00.txt", b"Name: Ann Smith (ann)\n")
    intake, _ = take()
    assert answer(intake, "ann") == AREA
    assert intake.students["ann"].name == "Ann Smith"


def test_work_is_kept_when_an_untouched_copy_lies_beside_it(pile, take, notebook):
    """A checkpoint copy or an untouched download, however new, does not replace the work."""
    pile("ann/1_squares.ipynb", notebook(area_answer=AREA), 1_000)
    pile("ann/.ipynb_checkpoints/1_squares-checkpoint.ipynb", notebook(area_answer=OTHER), 9_000)
    pile("ann/1_squares (1).ipynb", notebook(), 9_500)
    intake, actions = take()
    assert answer(intake, "ann") == AREA
    assert sorted(actions.values()) == ["duplicate", "duplicate", "taken"]


def test_two_files_with_nothing_to_tell_them_apart_are_flagged(pile, take, notebook):
    """Of two different notebooks of one time a person decides; until then the one with more answers counts."""
    pile("ann/1_squares.ipynb", notebook(area_answer=OTHER))
    pile("ann/1_squares (1).ipynb", notebook(area_answer=AREA, total_answer="total = 13"))
    intake, _ = take()
    assert answer(intake, "ann") == AREA
    assert all(record.flag for record in intake.records)


def test_two_students_with_one_number_are_kept_apart(pile, take, notebook):
    """One number for two names is one's at most: both are taken, under ids of their own, and a person looks."""
    pile("Ann Smith_77_assignsubmission_file_/1_squares.ipynb", notebook())
    pile("Bob Ross_77_assignsubmission_file_/1_squares.ipynb", notebook())
    pile("Cem_78_assignsubmission_file_/1_squares.ipynb", notebook())
    intake, actions = take()
    assert set(actions.values()) == {"taken"}
    flagged = {record.student for record in intake.records if record.flag}
    assert flagged == {"Ann_Smith_77", "Bob_Ross_77"}
    assert set(intake.students) == {"Ann_Smith_77", "Bob_Ross_77", "Cem_78"}


def test_broken_files_do_not_stop_the_others(pile, take, notebook):
    """Each broken file is refused with a reason that stands for its student and notebook."""
    pile("ann/1_squares.ipynb", b"")
    pile("bob/1_squares.ipynb", notebook()[:200])
    pile("cem/work.zip", b"PK\x03\x04 cut off")
    pile("dana/1_squares.ipynb", notebook(area_answer=AREA))
    intake, actions = take()
    assert list(actions.values()).count("refused") == 3
    assert "the file is empty" in intake.reason("ann", "1_squares")
    assert intake.reason("ann", "2_cubes") == ""
    assert "cut off" in intake.reason("cem", "2_cubes")
    assert answer(intake, "dana") == AREA
    assert set(intake.students) == {"ann", "bob", "cem", "dana"}


def test_a_browsers_suffix_does_not_hide_a_notebook(pile, take, notebook):
    """A notebook saved as .txt or .json is taken; a text file is not."""
    pile("ann/1_squares.ipynb.txt", notebook())
    pile("ann/2_cubes.json", notebook(name="2_cubes"))
    pile("bob/1_squares.txt", notebook())
    pile("bob/readme.txt", b"hello")
    pile("bob/package.json", b'{"name": "x"}')
    _, actions = take()
    assert list(actions.values()).count("taken") == 3
    assert list(actions.values()).count("ignored") == 2


def test_a_zip_in_a_zip_is_taken(take, tmp_path, notebook):
    """A download of archives comes out like a download of files; what macOS left in it is ignored."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("work/1_squares.ipynb", notebook(area_answer=AREA))
        archive.writestr("__MACOSX/work/._1_squares.ipynb", b"\0")
        archive.writestr("../../evil.ipynb", b"evil")
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr("Ann Smith_12_assignsubmission_file_/work.zip", inner.getvalue())
    intake, _ = take(tmp_path / "dump.zip")
    assert sorted(record.action.value for record in intake.records) == ["ignored", "refused", "taken"]
    assert answer(intake, "Ann_Smith_12") == AREA
    assert not list(tmp_path.rglob("evil*"))


def test_repairs_stand_beside_for_the_feedback(pile, take, notebook):
    """Each repair of a notebook is in OUT/.autograder/intake as plain data."""
    pile("ann/1_squares.ipynb", notebook("# %% = checker..border-answer demo..total"))
    take()
    log = take.out / ".autograder" / "intake" / "shapes" / "ann" / "1_squares.json"
    assert json.loads(log.read_text(encoding="utf-8")) == {
        "student": "ann",
        "notebook": "1_squares",
        "repairs": [
            {
                "text": "the test cell `border` was missing; put back",
                "cell": "border",
                "flag": False,
                "ours_alone": False,
            }
        ],
    }


def test_nothing_is_written_through_a_link(pile, take, notebook, tmp_path):
    """A link in the output folder is not followed: the hand-in is refused, the others are taken."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (take.out / "submitted").mkdir(parents=True)
    (take.out / "submitted" / "ann").symlink_to(outside)
    pile("ann/1_squares.ipynb", notebook())
    pile("bob/1_squares.ipynb", notebook())
    _, actions = take()
    assert actions == {"ann/1_squares.ipynb": "refused", "bob/1_squares.ipynb": "taken"}
    assert list(outside.rglob("*.ipynb")) == []


def test_the_output_folder_is_not_taken_in(pile, shapes, notebook):
    """An output folder inside the pile is no hand-in."""
    pile("ann/1_squares.ipynb", notebook())
    for _ in range(2):
        intake = take_in([pile.folder], shapes, pile.folder / "out")
        assert len(intake.records) == 1


def test_a_path_that_is_not_there_is_wrong_use(take, tmp_path):
    """The message names the path."""
    with pytest.raises(IntakeError, match=r"nowhere\.zip does not exist"):
        take(tmp_path / "nowhere.zip")


def test_records_are_given_as_they_are_made(pile, take, notebook):
    """A progress display hears of each file once."""
    pile("ann/1_squares.ipynb", notebook())
    heard = []
    intake, _ = take(seen=heard.append)
    assert heard == intake.records


def test_one_file_with_two_notebooks_under_two_names(pile, take, plans):
    """Both notebooks pasted into one that is handed in twice: each name gives the notebook that it speaks of."""
    cells = [cell for plan in plans.values() for cell in plan.cells]
    parts = [{"cell_type": cell.cell_type, "metadata": {}, "source": cell.source} for cell in cells]
    data = json.dumps({"cells": parts, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    for name in plans:
        pile(f"ann/{name}.ipynb", data)
    pile("bob/1_squares.ipynb", data)
    intake, _ = take()
    for one in intake.submissions:
        ids = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nbformat.read(one.path, 4).cells}
        assert plans[one.notebook].distinct_ids <= ids
    assert {(one.student, one.notebook) for one in intake.submissions} >= {("ann", name) for name in plans}
