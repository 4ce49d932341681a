"""`autograder intake --check` only looks, and says the same to people and to programs."""

from __future__ import annotations

import json
import zipfile

import nbformat
import pytest
from click.testing import CliRunner

from autograder.cli import cli


@pytest.fixture
def look(toy_course, tmp_path, submission):
    """Runs the command on a Moodle download of three: one right, one cut off, one who typed a text."""
    pile = tmp_path / "dump.zip"
    with zipfile.ZipFile(pile, "w") as archive:
        for name in ("squares", "doubles"):
            text = nbformat.writes(submission("ann", name, square="return x * x", double="return 2 * x").content)
            archive.writestr(f"Ann Smith_12_assignsubmission_file_/{name}.ipynb", text)
        archive.writestr("Bob Ross_13_assignsubmission_file_/squares.ipynb", '{"cells": [')
        archive.writestr("Cem_14_assignsubmission_onlinetext_/onlinetext.html", "<p>see http://x</p>")
    roster = tmp_path / "roster.csv"
    roster.write_text("student,name,moodle\nas1,Ann Smith,12\nbr2,Bob Ross,13\ndd4,Dan Dee,\n")

    def run(*arguments, lab=("toy",)):
        command = ["intake", *lab, "--check", str(pile), "--course", str(toy_course.root), *arguments]
        return CliRunner().invoke(cli, command)

    run.roster = roster
    run.course = toy_course
    return run


def test_a_table_of_what_each_file_is_and_whose(look):
    """Files, students, who lacks what, who is absent, who is not in the class."""
    done = look("--roster", str(look.roster))
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "dump.zip: a download of moodle" in said
    for part in ("as1", "the file is cut off", "handed in text"):
        assert part in said
    assert "missing of dd4: doubles, squares (nothing was handed in)" in said
    assert "not on the roster: Cem_14" in said
    assert "nothing was written" in said


def test_the_same_for_programs(look):
    """Everything is in the JSON."""
    found = json.loads(look("--json", "--roster", str(look.roster)).output)
    assert found["systems"] == [{"level": "dump.zip", "system": "moodle"}]
    assert [one["action"] for one in found["files"] if one["student"] == "br2"] == ["refused"]
    ann = next(one for one in found["students"] if one["id"] == "as1")
    assert (ann["name"], ann["system"], ann["system_id"], ann["on_roster"]) == ("Ann Smith", "moodle", "12", True)
    assert set(ann["notebooks"]) == {"squares", "doubles"}
    assert found["absent"] == ["dd4"]
    assert found["not_on_roster"] == ["Cem_14"]


def test_nothing_is_written(look):
    """The course directory, where grade would write, is as it was."""
    before = sorted(look.course.root.rglob("*"))
    look()
    assert sorted(look.course.root.rglob("*")) == before


def test_the_only_assignment_need_not_be_named(look):
    """Without LAB it is the course's only one; where there are two, they are named."""
    assert look(lab=()).exit_code == 0
    second = look.course.root / "source" / "other"
    second.mkdir()
    (second / "x.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    done = look(lab=())
    assert done.exit_code == 2
    assert "other, toy" in done.output


def test_a_roster_that_cannot_be_read_is_wrong_use(look, tmp_path):
    """One sentence with the place."""
    look.roster.write_text("a,b\n1,2\n")
    done = look("--roster", str(look.roster))
    assert done.exit_code == 2
    assert "no column that says who somebody is" in done.output
