"""What the commands say of a class and of one student, and how they find the course, OUT and what was meant."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from rich.console import Console
from support.quick_grader import put, run_quickly

from autograder.cli import cli
from autograder.console import print_summary, summary_data
from autograder.intake import IntakeError
from autograder.output.status import spread_lines


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments])


@pytest.fixture
def pile(tmp_path, submission):
    """Ann has everything right and waits for a person, dan has handed in a PDF."""
    folder = put(
        tmp_path / "in",
        submission("ann", "squares", square="return x * x", why="Since so."),
        submission("ann", "doubles", double="pass"),
    )
    (folder / "dan").mkdir()
    (folder / "dan" / "report.pdf").write_text("%PDF")
    return folder


@pytest.fixture
def graded(toy, out, pile):
    run_quickly(toy, pile, out)
    return out


def test_status(graded, toy_course):
    """The class in a few lines: who waits and why, by name; exit status 1 while somebody waits."""
    result = run("status", graded.root, "--course", toy_course.root)
    assert result.exit_code == 1, result.output
    assert "2 students, 1 with notebooks that could be graded" in result.output
    assert "1 answer to mark: squares why (1)" in result.output
    assert "2 notebooks that cannot be used, and without a mark:" in result.output
    assert "dan doubles" in result.output
    assert "report.pdf" in result.output


def test_status_for_programs(graded, toy_course):
    """The same as JSON, and nothing beside it."""
    data = json.loads(run("status", graded.root, "--json", "--course", toy_course.root).output)
    assert {one["student"]: (one["points"], one["final"]) for one in data["students"]} == {
        "ann": (2.0, False),
        "dan": (0.0, False),
    }
    assert {(each["student"], each["need"]) for each in data["waiting"]} == {("ann", "mark"), ("dan", "unusable")}


def test_one_student(graded, toy_course):
    """One student: what was lost and why, what waits; what is right is not told item by item."""
    result = run("student", "ann", "--out", graded.root, "--course", toy_course.root)
    assert result.exit_code == 0, result.output
    assert "2 of 6, 1 item waiting for a person" in result.output
    assert "double: 0 of 3" in result.output
    assert "why: none of 1  a person marks this answer" in result.output
    assert "square:" not in result.output


def test_a_student_who_is_misspelt(graded, toy_course):
    """Somebody whom nobody is called is wrong use, and who may have been meant is said."""
    result = run("student", "anne", "--out", graded.root, "--course", toy_course.root)
    assert (result.exit_code, "did you mean" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("line", "meant"), [(["grad", "toy", "."], "Did you mean grade"), (["grade", "toi", "."], "did you mean toy?")]
)
def test_what_may_have_been_meant(toy_course, line, meant):
    """A command or a lab that is misspelt is wrong use, and what may have been meant is said."""
    more = ["--course", str(toy_course.root)] if line[0] == "grade" else []
    done = run(*line, *more)
    assert meant in (done.output or str(done.exception) or ""), done.output
    assert meant in f"{done.output}{done.exception}"


def test_again_needs_no_hand_in(toy, graded):
    """One student is graded anew from what is in OUT, and everybody keeps what they had."""
    before = graded.marks.read_bytes()
    summary = run_quickly(toy, None, graded, again=frozenset({"ann"}))
    assert (2, 0) == (summary.graded, summary.reused)
    assert before == graded.marks.read_bytes()


def test_again_knows_whom(graded, toy_course):
    """A name that nobody has is wrong use, with what may have been meant."""
    result = run("grade", "toy", "--again", "anm", "--out", graded.root, "--course", toy_course.root)
    assert (2, True) == (result.exit_code, "did you mean" in result.output), result.output


def test_the_course_is_found_from_below(toy_course, tmp_path, pile, monkeypatch):
    """A command that is given in a folder of the course works on that course."""
    (toy_course.root / "nbgrader_config.py").write_text("c = get_config()\n")
    below = toy_course.root / "source" / "toy"
    monkeypatch.chdir(below)
    result = run("grade", "toy", pile, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "nothing was written" in result.output
    assert not (toy_course.root / "out").exists()


def test_out_is_ignored_by_git(graded):
    """A new OUT holds what keeps git from committing marks; one that was there before is left alone."""
    assert (graded.root / ".gitignore").read_text() == "*\n"


def test_a_folder_with_things_of_its_own_is_left_alone(toy, out, pile):
    """In a folder that held something before, git is told nothing."""
    out.root.mkdir()
    (out.root / "mine.txt").write_text("mine")
    run_quickly(toy, pile, out)
    assert not (out.root / ".gitignore").exists()


def test_nothing_to_mark(toy, out, tmp_path):
    """A pile in which there is nothing of the assignment's is wrong use, and nothing is remembered of it."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("nothing")
    with pytest.raises(IntakeError, match="holds nothing to mark: of 1 file none"):
        run_quickly(toy, tmp_path / "in", out)
    assert not out.known_students()


def test_a_summary_fits_a_screen(toy, out, tmp_path, submission):
    """Of a class of many the spread is told, and the whole summary fits a screen."""
    for number in range(60):
        put(tmp_path / "in", submission(f"s{number:03}", "squares", square="return x * x", why="So."))
    console = Console(width=100, record=True)
    print_summary(console, run_quickly(toy, tmp_path / "in", out))
    lines = console.export_text().splitlines()
    assert len(lines) < 30, lines
    assert "all notebooks: median 2 of 6" in lines[0]
    assert any("60 answers to mark: squares why (60)" in line for line in lines)


def test_a_summary_for_programs(toy, out, pile):
    """The summary as data has every student, what changed and what waits."""
    data = json.loads(json.dumps(summary_data(run_quickly(toy, pile, out))))
    assert [one["student"] for one in data["students"]] == ["ann", "dan"]
    assert data["students"][1]["unusable"] == ["doubles", "squares"]
    assert data["first"] is True
    assert {each["need"] for each in data["waiting"]} == {"mark", "unusable"}


def test_the_spread_of_one():
    """One mark is its own median."""
    assert list(spread_lines({"all": [3.0]}, {"all": 5.0})) == [
        "all: median 3 of 5, half of them from 3 to 3, all from 3 to 3 (1 student)"
    ]
