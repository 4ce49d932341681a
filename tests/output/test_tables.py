"""marks.csv and intake.csv say what they should, safely."""

from __future__ import annotations

import csv

import pytest

from autograder.marking.gradebook import PersonsMark
from autograder.model.results import ItemResult, Status
from autograder.output.tables import MARKS_COLUMNS, TableWriter, defused, marks_row, number, one_line, read_marks


def row(item, person=None, *, unanswered=False):
    made = marks_row("ann", "squares", item, person, unanswered=unanswered)
    return made.points, made.status, made.message


WAITING = ItemResult("why", None, 2.0, Status.MANUAL, "to be marked by a person")
SCORED = ItemResult("square", 1.5, 2.0, Status.SCORED)


def test_persons_mark_counts():
    """What a person gave is the mark."""
    assert row(WAITING, PersonsMark(1.0, None, waiting=False)) == (1.0, Status.SCORED, "marked by a person")
    assert row(SCORED, PersonsMark(2.0, None, waiting=False))[0] == 2.0


def test_persons_mark_of_an_earlier_attempt():
    """A person's mark for an answer that changed since counts, and waits for the person to look again."""
    points, status, message = row(WAITING, PersonsMark(1.0, None, waiting=True))
    assert (points, status) == (1.0, Status.MANUAL)
    assert "looked at again" in message


def test_extra_credit():
    """Extra credit is added and said."""
    assert row(SCORED, PersonsMark(None, 0.5, waiting=False)) == (2.0, Status.SCORED, "with 0.5 extra")


def test_waiting_is_no_zero():
    """An item that waits for a person, or that the grader failed at, has an empty mark."""
    assert row(WAITING, PersonsMark(None, None, waiting=True))[0] is None
    assert row(ItemResult("a", None, 1.0, Status.GRADER_ERROR, "x"))[:2] == (None, Status.GRADER_ERROR)
    assert number(None) == ""


def test_no_answer():
    """An answer left as released needs no person: it is worth nothing."""
    assert row(WAITING, unanswered=True) == (0.0, Status.SCORED, "no answer was written")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", '"=1"'])
def test_formulas_are_defused(text):
    """No text is taken for a formula by a spreadsheet program."""
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ann", "O'Neil", "1 = 1", "Müller, Jörg", "李小龙", ""])
def test_names_stay(text):
    """Ordinary names and texts are left as they are."""
    assert defused(text) == text


@pytest.mark.parametrize(
    ("points", "text"), [(2.0, "2"), (0.1 + 0.2, "0.3"), (1 / 3, "0.3333"), (12345.75, "12345.75")]
)
def test_numbers(points, text):
    """Marks are written as people write them."""
    assert number(points) == text


def test_messages_are_one_bounded_line():
    """A message stands on one line, without control characters, and ends somewhere."""
    assert one_line("a\nb\x1b[31m\u202e c") == "a b [31m c"
    assert len(one_line("x" * 10_000)) == 500


def test_file(tmp_path):
    """A table reads back as it was written, whatever is in its texts."""
    path = tmp_path / "marks.csv"
    with TableWriter(path, MARKS_COLUMNS) as table:
        table.write_mark(marks_row('a,"b"', "squares", SCORED, None, unanswered=False))
        table.write_mark(marks_row("\ud800", "squares", WAITING, None, unanswered=False))
    first, second = read_marks(path)
    assert (first["student"], first["points"], first["status"]) == ('a,"b"', "1.5", "scored")
    assert (second["points"], second["status"]) == ("", "manual")


def test_interrupted(tmp_path):
    """A table that was not finished leaves the old one in place, and nothing else."""
    path = tmp_path / "marks.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), TableWriter(path, MARKS_COLUMNS):
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["marks.csv"]
    assert path.read_text() == "old"


def test_rectangular(tmp_path):
    """Every row has as many fields as the header."""
    path = tmp_path / "marks.csv"
    with TableWriter(path, MARKS_COLUMNS) as table:
        table.write_mark(marks_row("ann", "squares", SCORED, None, unanswered=False))
    with path.open(newline="") as file:
        assert {len(line) for line in csv.reader(file)} == {len(MARKS_COLUMNS)}
