"""Late work: the minutes, and what nbgrader's plug-in takes off, in the gradebook, marks.csv and the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from support.quick_grader import run_quickly

from autograder.commands.grade import due_of
from autograder.console import print_summary
from autograder.model.course import Course
from autograder.model.exceptions import CourseError
from autograder.outdir import OutDir
from autograder.output.feedback import write_feedback
from autograder.output.marks import read_marks as exported
from autograder.output.outcomes import Outcomes
from autograder.output.report.write import write_report
from autograder.output.tables import read_marks

DUE = datetime(2026, 11, 20, 15, tzinfo=UTC)
PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin


class Hourly(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600


c = get_config()
c.AssignLatePenalties.plugin_class = Hourly
"""


@pytest.fixture
def course(toy_course):
    (toy_course.root / "nbgrader_config.py").write_text(PLUGIN)
    return Course(toy_course.root)


@pytest.fixture
def toy(course):
    return course.assignment("toy")


@pytest.fixture
def out(course, tmp_path):
    return OutDir(course, "toy", tmp_path / "out")


@pytest.fixture
def pile(tmp_path, submission):
    """Ann is in time, bob an hour and a half late, cem two days; each has everything right."""
    folder = tmp_path / "in"
    times = {"ann": "2026-11-20 14:59:00", "bob": "2026-11-20 16:30:00", "cem": "2026-11-22 15:00:00"}
    everything = {"squares": {"square": "return x * x", "why": "So."}, "doubles": {"double": "return 2 * x"}}
    for student, time in times.items():
        place = folder / f"{student}+toy+{time} UTC"
        place.mkdir(parents=True)
        for name, answers in everything.items():
            (place / f"{name}.ipynb").write_text(nbformat.writes(submission(student, name, **answers).content))
    return folder


def late(out):
    """Minutes and penalty by student and item."""
    return {(row["student"], row["item"]): (row["late_minutes"], row["penalty"]) for row in read_marks(out.marks)}


def penalties(out):
    with Gradebook(out.gradebook_url, "") as gradebook:
        return {
            (one.student.id, notebook.name): notebook.late_submission_penalty
            for one in gradebook.assignment_submissions("toy")
            for notebook in one.notebooks
        }


def test_without_a_deadline_nothing_changes(toy, out, pile):
    """Nobody is late, marks.csv has its columns and no others, and the gradebook knows no time."""
    run_quickly(toy, pile, out)
    assert "late_minutes" not in next(iter(read_marks(out.marks)))
    with Gradebook(out.gradebook_url, "") as gradebook:
        assert gradebook.find_assignment("toy").duedate is None
        assert {one.timestamp for one in gradebook.assignment_submissions("toy")} == {None}
    assert set(penalties(out).values()) == {None}


def test_late_minutes_and_penalty_in_the_table(toy, out, pile):
    """Each row has the notebook's minutes and the item's share, never more than there is to take off."""
    run_quickly(toy, pile, out, due=DUE)
    assert late(out) == {
        ("ann", "double"): ("0", "0"),
        ("ann", "square"): ("0", "0"),
        ("ann", "why"): ("0", "0"),
        ("bob", "double"): ("90", "1.5"),
        ("bob", "square"): ("90", "1.5"),
        ("bob", "why"): ("90", "0"),
        ("cem", "double"): ("2880", "3"),
        ("cem", "square"): ("2880", "2"),
        ("cem", "why"): ("2880", "0"),
    }


def test_the_gradebook_has_what_nbgrader_would_put_there(toy, out, pile):
    """The due date and the times are in UTC, the penalty stands with each notebook, and the export takes it off."""
    run_quickly(toy, pile, out, due=DUE.astimezone(timezone(timedelta(hours=9))))
    with Gradebook(out.gradebook_url, "") as gradebook:
        assert gradebook.find_assignment("toy").duedate == datetime(2026, 11, 20, 15)  # noqa: DTZ001 - as nbgrader has it
        bob = gradebook.find_submission("toy", "bob")
        assert bob.timestamp == datetime(2026, 11, 20, 16, 30)  # noqa: DTZ001 - as nbgrader has it
        assert bob.total_seconds_late == 90 * 60
    found = penalties(out)
    assert (found["ann", "squares"], found["bob", "squares"], found["cem", "squares"]) == (None, 1.5, 2.0)
    assert {mark.student: mark.points for mark in exported(out)} == {"ann": 5.0, "bob": 2.0, "cem": 0.0}


def test_the_page_and_the_report_say_the_same(toy, out, pile):
    """The student reads how late it was and what it cost; the class's numbers have it taken off."""
    run_quickly(toy, pile, out, due=DUE)
    list(write_feedback(toy, Outcomes(toy, out), out))
    page = (out.feedback("bob") / "doubles.html").read_text()
    assert "handed in 1 hour 30 minutes late: 1.5 points taken off" in page
    assert "1.5 of 3" in page
    assert "late" not in (out.feedback("ann") / "doubles.html").read_text().partition("<main>")[2]
    write_report(toy, out)
    whole = next(row for row in read_marks(out.report / "distribution.csv") if row["notebook"] == "doubles")
    assert float(whole["mean"]) == 1.5


def test_the_table_of_the_terminal_says_it(toy, out, pile):
    """Whoever runs it sees who is late."""
    console = Console(width=150, record=True)
    print_summary(console, run_quickly(toy, pile, out, due=DUE))
    assert "1 hour 30 minutes late" in " ".join(console.export_text().split())


def test_extensions_come_from_the_roster(toy, out, pile, tmp_path):
    """More time, or a time of one's own, counts from the roster, also in later runs without it."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student,extension,due\nann,,2026-11-20T14:00Z\nbob,60,\ncem,1 week,\n")
    run_quickly(toy, pile, out, due=DUE, roster=roster)
    minutes = {student: found[0] for (student, item), found in late(out).items() if item == "double"}
    assert minutes == {"ann": "59", "bob": "30", "cem": "0"}
    run_quickly(toy, pile, out, due=DUE)
    assert {student: found[0] for (student, item), found in late(out).items() if item == "double"} == minutes
    with Gradebook(out.gradebook_url, "") as gradebook:
        assert gradebook.find_submission("toy", "bob").extension == timedelta(hours=1)


def test_more_time_than_the_calendar_has(toy, out, pile, tmp_path):
    """Whoever writes the last day there is for `never` may still give extensions."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student,extension\nbob,1 week\n")
    run_quickly(toy, pile, out, due=datetime(9999, 12, 31, 15, tzinfo=UTC), roster=roster)
    assert {minutes for minutes, _ in late(out).values()} == {"0"}


def test_a_deadline_that_is_gone_takes_nothing_off(toy, out, pile):
    """When there is no deadline any more, what was taken off is given back."""
    run_quickly(toy, pile, out, due=DUE)
    run_quickly(toy, pile, out)
    assert set(penalties(out).values()) == {None}
    assert {mark.student: mark.points for mark in exported(out)} == {"ann": 5.0, "bob": 5.0, "cem": 5.0}


def test_a_plug_in_that_fails_is_the_courses_fault(toy, course, tmp_path, pile):
    """One sentence that names the configuration."""
    config = course.root / "nbgrader_config.py"
    config.write_text(PLUGIN.replace("total_seconds_late / 3600", "1 / 0"))
    course = Course(course.root)
    with pytest.raises(CourseError, match=r"nbgrader_config\.py .*ZeroDivisionError"):
        run_quickly(course.assignment("toy"), pile, OutDir(course, "toy", tmp_path / "out"), due=DUE)


def test_where_the_deadline_comes_from(course, out):
    """The command line's word, then lab.toml's, then the last run's; none is none."""
    folder = course.root / "notebooks" / "toy"
    folder.mkdir(parents=True)
    assert due_of(None, course, out) is None
    (folder / "lab.toml").write_text('due = "2026-11-20T15:00Z"')
    assert due_of(None, course, out) == DUE
    assert due_of(DUE + timedelta(1), course, out) == DUE + timedelta(1)
    assert due_of("none", course, out) is None
    (folder / "lab.toml").write_text("due = 2026-11-20T16:00:00+01:00")
    assert due_of(None, course, out) == DUE
    (folder / "lab.toml").write_text('due = "soon"')
    with pytest.raises(CourseError, match=r"lab\.toml.*due.*'soon' is not a time"):
        due_of(None, course, out)
