"""marks.csv and intake.csv say what they should, safely."""

from __future__ import annotations

import errno
import os

import pytest

from autograder.marking.final import FinalMark
from autograder.model.results import Decided, Status
from autograder.model.submission import FileRecord
from autograder.output.tables import (
    INTAKE_COLUMNS,
    MARKS_COLUMNS,
    MarksTable,
    TableWriter,
    number,
    read_marks,
    write_intake,
)


@pytest.mark.parametrize(
    ("points", "text"), [(2.0, "2"), (0.1 + 0.2, "0.3"), (1 / 3, "0.3333"), (12345.75, "12345.75")]
)
def test_numbers(points, text):
    """Marks are written as people write them."""
    assert number(points) == text


def test_file(tmp_path):
    """A table reads back as it was written, whatever is in its texts; no mark is an empty cell."""
    path = tmp_path / "marks.csv"
    with MarksTable(path, ['a,"b"', "\ud800"]) as table:
        inside = FinalMark("square", 1.5, 2.0, Status.SCORED, decided=Decided.INSIDE)
        table.add('a,"b"', [("squares", inside)])
        table.add("\ud800", [("squares", FinalMark("why", None, 2.0, Status.MANUAL, "wait\nfor it"))])
    first, second = read_marks(path)
    assert (first["student"], first["points"], first["status"]) == ('a,"b"', "1.5", "scored")
    assert (first["decided"], second["decided"]) == ("inside", "")
    assert (second["points"], second["status"], second["message"]) == ("", "manual", "wait for it")


def test_students_stand_in_order(tmp_path):
    """Students that come in any order are listed in the one that was given, each with the rows of one hand-in."""
    path = tmp_path / "marks.csv"
    with MarksTable(path, ["a", "b", "c"]) as table:
        for student in ("c", "a", "b"):
            table.add(student, [("n", FinalMark(item, 1.0, 1.0, Status.SCORED)) for item in ("x", "y")])
    assert [(row["student"], row["item"]) for row in read_marks(path)] == [
        (student, item) for student in "abc" for item in "xy"
    ]


def test_negative_points_are_no_formula(tmp_path):
    """Points are numbers also when a person gave less than none; a student's name of the kind is defused."""
    path = tmp_path / "marks.csv"
    with MarksTable(path, ["=1+1"]) as table:
        table.add("=1+1", [("n", FinalMark("x", -1.0, 1.0, Status.SCORED, "-"))])
    (row,) = read_marks(path)
    assert (row["student"], row["points"], row["message"]) == ("'=1+1", "-1", "'-")


def test_intake(tmp_path):
    """A file's row has what was put right, a line each, and asks a person to look where more than one reading was."""
    path = tmp_path / "intake.csv"
    write_intake(path, [FileRecord("a.ipynb", "ann", "n", "repaired", ("one", "two"), flag=True)])
    (row,) = read_marks(path)
    assert tuple(row) == INTAKE_COLUMNS
    assert row["detail"].splitlines() == ["one", "two", "please look"]


def test_interrupted(tmp_path):
    """A table that was not finished leaves the old one in place, and nothing else."""
    path = tmp_path / "marks.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), TableWriter(path, MARKS_COLUMNS):
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["marks.csv"]
    assert path.read_text() == "old"


def test_no_room(tmp_path, monkeypatch):
    """A table that cannot be written to its end leaves the old one in place, and nothing else."""
    path = tmp_path / "marks.csv"
    path.write_text("old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), TableWriter(path, MARKS_COLUMNS) as table:
        table.write(["x"] * len(MARKS_COLUMNS))
    assert [file.name for file in tmp_path.iterdir()] == ["marks.csv"]
    assert path.read_text() == "old"
