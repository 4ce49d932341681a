"""The example hand-ins, marked as a newcomer marks them."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import subprocess
import sys
from collections import defaultdict

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sandbox]


@pytest.fixture(scope="module")
def makers(repository):
    """The script that makes the examples, as a module."""
    spec = importlib.util.spec_from_file_location("make_handins", repository / "examples" / "make_handins.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_handins"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def graded(repository, tmp_path_factory):
    """The examples, graded: the finished command and the folder with what it wrote."""
    out = tmp_path_factory.mktemp("out")
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "lab2",
        "examples/handins",
        "--out",
        str(out),
        "--seed",
        "7",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done, out


@pytest.fixture(scope="module")
def marks(graded):
    """The rows of marks.csv for each student and notebook."""
    rows = defaultdict(list)
    with (graded[1] / "marks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["student"], row["notebook"]].append(row)
    return rows


def lost(rows) -> set[str]:
    """The items without full marks, those that wait for a person left out."""
    return {row["item"] for row in rows if row["status"] != "manual" and row["points"] != row["max_points"]}


def test_every_student_and_item_has_its_row(marks, makers):
    """Every student has a row for every item of all three notebooks, also of those that are missing or broken."""
    names = {notebook for _, notebook in marks}
    assert {student for student, _ in marks} == {student.name for student in makers.STUDENTS}
    assert len(marks) == len(makers.STUDENTS) * len(names) == len(makers.STUDENTS) * 3
    for name in names:
        assert len({frozenset(row["item"] for row in rows) for (_, n), rows in marks.items() if n == name}) == 1


@pytest.mark.parametrize("student", ["ada", "blaise", "dmitri", "emmy", "felix", "grace", "jun"])
def test_marks_are_lost_where_something_is_wrong_and_nowhere_else(marks, makers, student):
    """A student loses marks on exactly those items that were made wrong, and in other styles on none."""
    [made] = [each for each in makers.STUDENTS if each.name == student]
    assert {item for (name, _), rows in marks.items() if name == student for item in lost(rows)} == set(made.wrong)


def test_a_missing_notebook_is_missing(marks):
    """The notebook that was not handed in has status missing for every item."""
    assert {row["status"] for row in marks["hugo", "2.3_PyTorchAD"]} == {"missing"}


def test_a_broken_file_has_its_reason(marks, graded):
    """The file that is cut off costs its notebook and no other; its rows and intake.csv say why."""
    rows = [row for row in marks["ines", "2.2_ReverseAD"] if row["status"] != "manual"]
    assert {row["status"] for row in rows} == {"fault"}
    assert all(row["message"] for row in rows)
    assert lost(marks["ines", "2.1_ForwardAD"]) == set()
    intake = (graded[1] / "intake.csv").read_text("utf-8")
    assert "ines/2.2_ReverseAD.ipynb,ines,2.2_ReverseAD,refused,the file is cut off" in intake


def test_a_cell_that_ends_its_process_costs_its_own_marks(marks):
    """The answer that ends its process has status fault; everything else of that notebook is marked."""
    status = {row["item"]: row["status"] for row in marks["jun", "2.1_ForwardAD"]}
    assert status.pop("dual-cos") == "fault"
    assert set(status.values()) <= {"scored", "manual"}


def test_open_exercises_are_worth_nothing_and_finished_ones_all(marks, makers):
    """A hand-in that is partly done has full marks for what is done, and none for an untouched notebook."""
    assert {row["points"] for row in marks["carla", "2.3_PyTorchAD"]} <= {"0", "0.0", ""}
    counted = [row for row in marks["carla", "2.1_ForwardAD"] if float(row["max_points"])]
    done = [row for row in counted if row["points"] == row["max_points"]]
    assert len(done) == next(each.first["2.1_ForwardAD"] for each in makers.STUDENTS if each.name == "carla")


def test_names_of_colabs_user_reach_no_table(graded):
    """The name that Colab keeps in a notebook is in nothing that grading wrote."""
    for path in graded[1].rglob("*"):
        if path.is_file():
            assert b"Felix Example" not in path.read_bytes(), path


def test_examples_are_what_the_script_writes(repository, makers, tmp_path, monkeypatch):
    """The committed examples are what make_handins.py writes from the committed release."""
    monkeypatch.setattr(makers, "HANDINS", tmp_path / "handins")
    makers.main()
    committed = repository / "examples" / "handins"
    fresh = {str(path.relative_to(tmp_path / "handins")): path for path in (tmp_path / "handins").rglob("*.ipynb")}
    kept = {str(path.relative_to(committed)): path for path in committed.rglob("*.ipynb")}
    assert set(kept) == set(fresh)
    stale = sorted(name for name in kept if kept[name].read_bytes() != fresh[name].read_bytes())
    assert stale == [], "run examples/make_handins.py"


BROKEN_OR_HOSTILE = {"ines", "jun"}
NBGRADER_COUNTS_STDERR = {
    ("blaise", "2.3_PyTorchAD", "descent")
}  # a warning of torch's costs this right answer all in stock


@pytest.mark.long
@pytest.mark.kernel
def test_stock_nbgrader_gives_the_same_marks(repository, graded, tmp_path):
    """Stock `nbgrader autograde` gives the honest examples the same marks, but for what the docs list."""
    from nbgrader.api import Gradebook

    from autograder.model.course import Course
    from autograder.outdir import OutDir
    from autograder.output.outcomes import Outcomes

    shutil.copytree(repository / "source", tmp_path / "source")
    shutil.copytree(graded[1] / "submitted", tmp_path / "submitted")
    for student in BROKEN_OR_HOSTILE:
        shutil.rmtree(tmp_path / "submitted" / student)
    for step in ("generate_assignment", "autograde"):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", step, "lab2"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
    different = set()
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        course = Course(repository)
        for outcome in Outcomes(course.assignment("lab2"), OutDir(course, "lab2", graded[1])):
            if outcome.student in BROKEN_OR_HOSTILE or not outcome.content:
                continue
            notebook = outcome.result.notebook
            stock = gradebook.find_submission_notebook(notebook, "lab2", outcome.student)
            marks = {grade.name: grade.auto_score for grade in stock.grades}
            different |= {
                (outcome.student, notebook, item.item)
                for item in outcome.result.items
                if item.status.value == "scored" and not item.follow_through and item.points != marks[item.item]
            }
    assert different == NBGRADER_COUNTS_STDERR
