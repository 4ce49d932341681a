"""Marks for other systems: complete, safe, and never final before their time."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from support.importers import MoodleAssignment, MoodleGrade

from autograder.commands.export import command
from autograder.model.submission import KnownStudent

NAMES = {
    "ann": "Müller, Jörg",
    "bob": 'Bob "Bobby" O\'Neil',
    "cid": "李小龙",
    "dan": '=HYPERLINK("http://example.org")',
    "eve": "Eve",
}


@pytest.fixture
def marked(graded):
    """An OUT: marks for all, but bob has an answer that waits, cid a person's mark, and zoe handed in nothing."""
    systems = {"ann": "moodle", "bob": "canvas", "cid": "canvas", "dan": "moodle", "eve": "folder"}
    known = {
        student: KnownStudent(name, systems[student], f"77{number}" if systems[student] != "folder" else "")
        for number, (student, name) in enumerate(NAMES.items())
    }
    root = graded(known, waits=["bob", "cid"], late={"eve": 90})
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "") as gradebook:
        grade = gradebook.find_grade("why", "squares", "toy", "cid")
        grade.manual_score, grade.needs_manual_grade = 0.25, False
        gradebook.add_student("zoe", last_name="Zoe")
        gradebook.db.commit()
    return root


@pytest.fixture
def table(export, marked, tmp_path):
    """Exports in a format; gives the exit status, the rows and what was said."""

    def go(kind, *arguments):
        to = tmp_path / f"{kind}.csv"
        status, said = export(marked, "--format", kind, "--to", to, *arguments)
        with to.open(encoding="utf-8-sig", newline="") as file:
            return status, list(csv.reader(file)), said

    return go


def test_csv(table):
    """A row a student: points, total, and why a mark is not final; names intact, formulas defused."""
    status, (header, *rows), printed = table("csv")
    assert header == ["student", "name", "doubles", "squares", "late_minutes", "penalty", "total", "max_points", "note"]
    by_student = {row[0]: row[1:] for row in rows}
    assert by_student["ann"] == ["Müller, Jörg", "3", "2.5", "", "", "5.5", "6", ""]
    assert by_student["bob"][5:] == ["4.5", "6", "not final: 1 item to be marked by a person"]
    assert by_student["cid"][5] == "4.75", "a person's mark is in it"
    assert by_student["dan"][0].startswith("'=")
    assert by_student["eve"][3:6] == ["90", "1", "4.5"]
    assert by_student["zoe"] == ["Zoe", "", "", "", "", "", "6", "no mark: nothing was handed in"]
    assert status == 0
    assert "6 students, 4 with a final mark" in printed
    assert "bob: not final" in printed
    assert "late: eve, 90 minutes, 1 point taken off" in printed


def test_wide(table):
    """--wide has a column for each item, in the order of the notebooks; an empty cell where there is no mark yet."""
    _, (header, *rows), _ = table("csv", "--wide")
    assert header[2:5] == ["doubles: double", "squares: square", "squares: why"]
    by_student = {row[0]: row[2:5] for row in rows}
    assert by_student["ann"] == ["3", "1.5", "1"]
    assert by_student["bob"] == ["3", "1.5", ""]
    assert by_student["cid"] == ["3", "1.5", "0.25"]
    assert by_student["zoe"] == ["", "", ""]


def test_canvas(table):
    """Canvas's five columns, its row of points possible, its own numbers; no row that would clear a grade."""
    status, (header, points, *rows), printed = table("canvas", "--column", "Lab 2 (81)")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 2 (81)"]
    assert "Points Possible" in points[0]
    assert points[5] == "6"
    by_name = {row[0]: row for row in rows}
    assert by_name["李小龙"][1:] == ["772", "", "", "", "4.75"]
    assert by_name["Müller, Jörg"][1:4] == ["", "", "ann"]
    assert {row[5] for row in rows} == {"4.75", "5.5", "4.5"}, "bob and zoe have no row"
    assert status == 1
    assert "not in the file: bob, not final: 1 item to be marked by a person" in printed


def test_moodle(table):
    """Moodle's worksheet: its numbers, no column for feedback; who has no number is said, and not in the file."""
    status, (header, *rows), printed = table("moodle")
    assert header == ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    assert rows[0] == ["Participant 770", "Müller, Jörg", "5.5", "6", "-"]
    assert [row[0] for row in rows] == ["Participant 770", "Participant 773"]
    assert status == 1
    assert "not in the file: eve, Moodle's number is not known" in printed
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows[:1]])
    system = MoodleAssignment(6.0, {770: None, 773: MoodleGrade(2.0, datetime(2026, 11, 21, tzinfo=UTC), "typed")}, {})
    assert system.import_worksheet(text.encode()) == [770]
    assert system.grades[773] == MoodleGrade(2.0, datetime(2026, 11, 21, tzinfo=UTC), "typed")


def test_no_gradebook(toy_course, tmp_path):
    """Without marks the command says what to run first."""
    done = CliRunner().invoke(
        command, ["toy", "--format", "csv", "--course", str(toy_course.root), "--out", str(tmp_path)]
    )
    assert done.exit_code == 1
    assert "autograder grade toy" in done.output


def test_nbgrader_export(marked, tmp_path):
    """nbgrader's own export reads the same marks from the same gradebook."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", "theirs.csv"], cwd=marked, env=environment, check=True,
        capture_output=True,
    )  # fmt: skip
    with (marked / "theirs.csv").open(newline="") as file:
        text = file.read()
    assert ",ann," in text
    assert ",5.5,0.0,5.5,6.0" in text
    assert ",4.75," in text
