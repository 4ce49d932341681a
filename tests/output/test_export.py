"""Marks for other systems: complete, safe, and never final before their time."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.commands.export import command
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.model.results import ItemResult, Status
from autograder.model.submission import KnownStudent

NAMES = {
    "ann": "Müller, Jörg",
    "bob": 'Bob "Bobby" O\'Neil',
    "cid": "李小龙",
    "dan": '=HYPERLINK("http://example.org")',
    "eve": "Eve",
}


@pytest.fixture
def graded(toy, out):
    """An OUT: ann and the others with full marks, bob with an answer that waits, cid with a person's mark."""
    known = {
        student: KnownStudent(name, "moodle" if student == "ann" else "canvas", f"77{number}")
        for number, (student, name) in enumerate(NAMES.items())
    }
    out.remember_students(known)
    with GradebookWriter(toy, out) as writer:
        for student, name in NAMES.items():
            why = None if student in ("bob", "cid") else 1.0
            status = Status.MANUAL if why is None else Status.SCORED
            items = (ItemResult("square", 1.5, 2.0, Status.SCORED), ItemResult("why", why, 1.0, status))
            made = StudentMarks(student, name=name, items={"squares": items})
            made.items["doubles"] = (ItemResult("double", 3.0, 3.0, Status.SCORED),)
            writer.record(made)
    with Gradebook(out.gradebook_url, "") as gradebook:
        grade = gradebook.find_grade("why", "squares", "toy", "cid")
        grade.manual_score, grade.needs_manual_grade = 0.25, False
        gradebook.add_student("zoe", last_name="Zoe")
        gradebook.db.commit()
    return out.root


@pytest.fixture
def export(toy_course, graded, tmp_path):
    def go(kind):
        to = tmp_path / f"{kind}.csv"
        arguments = ["toy", "--format", kind, "--from", str(graded), "--course", str(toy_course.root), "--out", str(to)]
        done = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        with to.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file)), done.output

    return go


def test_csv(export):
    """A row a student: points, total, and why a mark is not final; names intact, formulas defused."""
    (header, *rows), printed = export("csv")
    assert header == ["student", "name", "doubles", "squares", "total", "max_points", "note"]
    by_student = {row[0]: row[1:] for row in rows}
    assert by_student["ann"] == ["Müller, Jörg", "3", "2.5", "5.5", "6", ""]
    assert by_student["bob"][3:] == ["4.5", "6", "not final: 1 item to be marked by a person"]
    assert by_student["cid"][3] == "4.75", "a person's mark is in it"
    assert by_student["dan"][0].startswith("'=")
    assert by_student["zoe"] == ["Zoe", "", "", "", "6", "no mark: nothing was handed in"]
    assert "6 students, 4 with a final mark" in printed
    assert "bob: not final" in printed


def test_canvas(export):
    """Canvas's five columns, its row of points possible, its own numbers; a mark that is not final is left empty."""
    (header, points, *rows), _ = export("canvas")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "toy"]
    assert "Points Possible" in points[0]
    assert points[5] == "6"
    by_name = {row[0]: row for row in rows}
    assert by_name["李小龙"][1:] == ["772", "", "", "", "4.75"]
    assert by_name['Bob "Bobby" O\'Neil'][5] == ""
    assert by_name["Müller, Jörg"][1:4] == ["", "", "ann"]


def test_moodle(export):
    """Moodle's worksheet: its numbers, the three columns that it needs; a mark that is not final is left empty."""
    (header, *rows), _ = export("moodle")
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)
    by_id = {row[header.index("ID number")]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_id["ann"]["Identifier"] == "Participant 770"
    assert (by_id["ann"]["Grade"], by_id["ann"]["Maximum Grade"], by_id["ann"]["Last modified (grade)"]) == (
        "5.5",
        "6",
        "-",
    )
    assert by_id["bob"]["Grade"] == ""
    assert by_id["bob"]["Feedback comments"].startswith("not final")


def test_no_gradebook(toy_course, tmp_path):
    """Without marks the command says what to run first."""
    done = CliRunner().invoke(
        command, ["toy", "--format", "csv", "--course", str(toy_course.root), "--from", str(tmp_path)]
    )
    assert done.exit_code == 1
    assert "autograder grade toy" in done.output


def test_nbgrader_export(graded, tmp_path):
    """nbgrader's own export reads the same marks from the same gradebook."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", "theirs.csv"], cwd=graded, env=environment, check=True,
        capture_output=True,
    )  # fmt: skip
    with (graded / "theirs.csv").open(newline="") as file:
        text = file.read()
    assert ",ann," in text
    assert ",5.5,0.0,5.5,6.0" in text
    assert ",4.75," in text
