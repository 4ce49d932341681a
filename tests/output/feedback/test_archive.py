"""The archives of feedback pages, read back as the systems' importers read them."""

from __future__ import annotations

import re
import zipfile

import nbformat
import pytest
from click.testing import CliRunner
from support.importers import CanvasCourse, MoodleAssignment
from support.quick_grader import run_quickly

from autograder.commands.feedback import command
from autograder.outdir import OutDir


@pytest.fixture
def handed_in(toy, toy_course, submission, tmp_path):
    """Grades files that were handed in under some names; gives OUT."""

    def go(*names, **choices):
        pile = tmp_path / "pile"
        for name in names:
            path = pile / name
            path.parent.mkdir(parents=True, exist_ok=True)
            notebook = "doubles" if "doubles" in name else "squares"
            text = nbformat.writes(submission("x", notebook, square="return x * x", why="because").content)
            path.write_text(text if path.suffix == ".ipynb" else "{}")
        out = OutDir(toy_course, "toy", tmp_path / "out")
        run_quickly(toy, pile, out, **choices)
        return out

    return go


@pytest.fixture
def feedback(toy_course, tmp_path):
    """Runs the command; gives the exit status and what it said."""

    def go(*arguments):
        line = ["toy", "--course", str(toy_course.root), "--out", str(tmp_path / "out"), *arguments]
        done = CliRunner().invoke(command, line, catch_exceptions=False)
        return done.exit_code, done.output

    return go


def test_moodle_finds_whose_each_page_is(handed_in, feedback):
    """One page a participant arrives, whatever stands in the names; who has no number is said."""
    out = handed_in(
        "Ada Lovelace_501_assignsubmission_file/squares.ipynb",
        "Ada Lovelace_501_assignsubmission_file/doubles.ipynb",
        "Jörg 2 Müller_502_assignsubmission_file_/squares.ipynb",
    )
    status, said = feedback("--zip", "moodle")
    assert status == 0, said
    system = MoodleAssignment(6.0, {501: None, 502: None, 503: None}, {})
    given = system.import_feedback(out.feedback_archive("moodle"))
    assert {number: list(files) for number, files in given.items()} == {
        501: ["toy-feedback.html"],
        502: ["toy-feedback.html"],
    }
    assert b"Feedback for Ada_Lovelace_501" in given[501]["toy-feedback.html"]


def test_canvas_finds_whose_each_page_is(handed_in, feedback):
    """Each page comes back by the user's number and that of the newest file; late and anonymous ones too."""
    out = handed_in(
        "lovelaceada_4001_90001_squares.ipynb",
        "lovelaceada_4001_90007_doubles-1.ipynb",
        "pascal2blaise_LATE_4002_90002_squares.ipynb",
    )
    status, said = feedback("--zip", "canvas")
    assert status == 0, said
    assert "ending .html" in said
    course = CanvasCourse({}, {}, {}, attachments={(4001, 90007): "doubles.ipynb", (4002, 90002): "squares.ipynb"})
    given, ignored = course.import_comments(out.feedback_archive("canvas"))
    assert (given, ignored) == ({4001: ["doubles.ipynb"], 4002: ["squares.ipynb"]}, [])


def test_canvas_has_one_page_for_a_group(handed_in, feedback, tmp_path):
    """Canvas names one member in a group's file and shows the page to all; whose page it is, is said."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student,group\nann,Rockets\nbob,Rockets\n")
    out = handed_in("rockets_4001_90001_squares.ipynb", "doeeve_4002_90002_squares.ipynb", roster=roster)
    status, said = feedback("--zip", "canvas")
    assert status == 1
    assert "not in it: bob, the page of ann is the one for the whole group" in said
    course = CanvasCourse({}, {}, {}, attachments={(4001, 90001): "squares.ipynb", (4002, 90002): "squares.ipynb"})
    assert course.import_comments(out.feedback_archive("canvas"))[0] == {
        4001: ["squares.ipynb"],
        4002: ["squares.ipynb"],
    }


def test_whose_page_cannot_be_named_is_said(handed_in, feedback):
    """A student of another system has no page in the archive, and the exit status says so."""
    handed_in("ann/squares.ipynb", "bob/squares.ipynb")
    for kind in ("moodle", "canvas"):
        status, said = feedback("--zip", kind)
        assert status == 1
        assert "not in it: ann," in said
    assert feedback("--zip", "folder")[0] == 0


def test_an_archive_for_a_folder_is_the_same_each_time(handed_in, feedback):
    """One self-contained page a student, in a folder named for the student; the same bytes for the same pages."""
    out = handed_in("ann/squares.ipynb", "ann/doubles.ipynb", "bob/squares.ipynb")
    feedback("--zip", "folder")
    first = out.feedback_archive("folder").read_bytes()
    feedback("--zip", "folder")
    assert out.feedback_archive("folder").read_bytes() == first
    with zipfile.ZipFile(out.feedback_archive("folder")) as archive:
        assert archive.namelist() == ["ann/toy-feedback.html", "bob/toy-feedback.html"]
        page = archive.read("ann/toy-feedback.html").decode()
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert len(re.findall(r'<a href="#notebook-\d"', page)) == 2
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))


def test_pages_under_numbers_name_nobody(handed_in, feedback):
    """Anonymous pages hold a number in place of the name, the same in each run; a list says who has which."""
    out = handed_in("ann_smith/squares.ipynb", "bob/squares.ipynb", "ann_smith/broken-doubles.ipynb.zip")
    status, _ = feedback("--anonymous", "--zip", "folder")
    assert status == 0
    numbers = out.student_numbers()
    assert set(numbers) == {"ann_smith", "bob"}
    pages = {path.stem: path.read_text("utf-8") for path in out.numbered_feedback.glob("*.html")}
    assert set(pages) == set(numbers.values())
    assert not [page for page in pages.values() if "ann_smith" in page or "bob" in page]
    assert not [number for number in numbers.values() if number.startswith("0")]
    feedback("--anonymous")
    assert out.student_numbers() == numbers
    assert f"ann_smith,{numbers['ann_smith']}\n" in out.number_list.read_text("utf-8-sig")
    with zipfile.ZipFile(out.feedback_archive("numbers")) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == set(numbers.values())


def test_numbers_go_with_no_names(handed_in, feedback):
    """Moodle's and Canvas's archives are made of names, so anonymous ones are wrong use."""
    handed_in("ann/squares.ipynb")
    assert feedback("--anonymous", "--zip", "moodle")[0] == 2
