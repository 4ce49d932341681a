"""What the ledger says of a class after runs with a quick grader: the same as every view, who gave what, what waits."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.api import Gradebook
from support.quick_grader import put, run_quickly
from support.toy_course import toy_notebooks

from autograder.exceptions import OutcomeError, OutDirError
from autograder.ledger import Journal, Need, read_ledger
from autograder.ledger.changes import read_changes
from autograder.ledger.record import record_given
from autograder.marking.final import ManualGrade
from autograder.output.feedback import write_feedback
from autograder.output.marks import read_marks as exported
from autograder.output.outcomes import Outcomes
from autograder.output.tables import read_marks


@pytest.fixture
def pile(tmp_path, submission):
    """Ann has everything right, and a written answer that waits; cid has handed in one notebook of two."""
    return put(
        tmp_path / "in",
        submission("ann", "squares", square="return x * x", why="Since so."),
        submission("ann", "doubles", double="return 2 * x"),
        submission("cid", "doubles", double="return 2 * x"),
    )


def give(out, student, score, item="why", notebook="squares"):
    """Give a score as formgrader does."""
    with Gradebook(out.gradebook_url, "") as gradebook:
        grade = gradebook.find_grade(item, notebook, "toy", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.db.commit()


def entry(out, student="ann", notebook="squares", item="why"):
    items = read_ledger(out).students[student].notebooks[notebook].items
    return next(one for one in items if one.item == item)


def told(changes):
    return [(one.student, one.item, str(one.kind), one.before, one.after) for one in changes.marks]


def rewrite(course, change):
    """Change the squares notebook as its author does; gives the assignment as it is now."""
    source = toy_notebooks()["squares"]
    change(source)
    nbformat.write(source, course.root / "source" / "toy" / "squares.ipynb")
    return course.assignment("toy")


def rename(source):
    for one in source.cells:
        if one.metadata.get("nbgrader", {}).get("grade_id") == "why":
            one.metadata["nbgrader"]["grade_id"] = "reason"
            one.metadata["autograder"] = {"was": "why"}


def test_every_view_has_the_ledgers_marks(toy, out, pile):
    """The table, the export and the ledger have the same points, and the same things wait."""
    run_quickly(toy, pile, out)
    ledger = read_ledger(out)
    items = {
        (student.id, item.item): item
        for student in ledger.students.values()
        for notebook in student.notebooks.values()
        for item in notebook.items
    }
    rows = {(row["student"], row["item"]): row["points"] for row in read_marks(out.marks)}
    assert {key: "" if item.mark.points is None else f"{item.mark.points:g}" for key, item in items.items()} == rows
    exports = {mark.student: (mark.points, mark.waiting) for mark in exported(out)}
    assert {student.id: (student.points, student.waiting) for student in ledger.students.values()} == exports


def test_nothing_was_graded(toy, out):
    """Where no run has come to its end there is no ledger, and the remedy is said."""
    del toy
    with pytest.raises(OutcomeError, match="run `autograder grade` first"):
        read_ledger(out)


@pytest.mark.parametrize(("name", "content"), [("report.pdf", "%PDF-1.4"), ("all.rar", "Rar!"), ("photo.png", "PNG")])
def test_what_is_no_notebook_holds_the_mark_open(toy, out, pile, name, content):
    """Somebody who handed in something else has no mark, waits, and is named: never a final 0."""
    (pile / "dan").mkdir()
    (pile / "dan" / name).write_text(content)
    summary = run_quickly(toy, pile, out)
    (row,) = {(row["points"], row["status"]) for row in read_marks(out.marks) if row["student"] == "dan"}
    assert row == ("", "fault")
    waits = [one for one in read_ledger(out).waiting if one.student == "dan"]
    assert {one.need for one in waits} == {Need.UNUSABLE}
    assert name in waits[0].why
    assert not next(mark for mark in exported(out) if mark.student == "dan").final
    assert any(one.student == "dan" for one in summary.changes.waiting)


def test_what_lies_beside_notebooks_waits_for_nobody(toy, out, pile):
    """A picture beside notebooks that can be used is passed over."""
    (pile / "ann" / "photo.png").write_text("PNG")
    run_quickly(toy, pile, out)
    assert {one.need for one in read_ledger(out).waiting} == {Need.MARK}


def test_who_gave_a_mark_and_when(toy, out, pile):
    """A mark of formgrader's is a person's; one that was put down with a name has it; each has its time and history."""
    run_quickly(toy, pile, out)
    assert (entry(out).need, entry(out).by, entry(out, item="square").by) == (Need.MARK, "", "tests")
    give(out, "ann", 0.5)
    assert (entry(out).by, entry(out).since, entry(out).need) == ("a person", "", None)
    record_given(out, [("ann", "squares", "why", ManualGrade(0.5))], by="Maria")
    assert entry(out).by == "Maria"
    run_quickly(toy, pile, out)
    assert [(past.points, past.by) for past in entry(out).history] == [(None, ""), (0.5, "Maria")]
    assert entry(out).since == entry(out).history[-1].at != ""


def test_what_changed(toy, out, pile, submission):
    """A run says which marks rose, fell, appeared or went; a run in which nothing changed says so."""
    assert run_quickly(toy, pile, out).changes.first
    assert told(run_quickly(toy, pile, out).changes) == []
    put(pile, submission("ann", "doubles"), submission("cid", "squares", square="return x * x"))
    give(out, "ann", 1)
    changes = run_quickly(toy, pile, out).changes
    assert told(changes) == [
        ("ann", "double", "fell", 3.0, 0.0),
        ("ann", "why", "appeared", None, 1.0),
        ("cid", "square", "rose", 0.0, 2.0),
    ]
    assert [one.why for one in changes.marks] == ["another hand-in counts", "given by a person", "handed in"]
    rows = read_changes(out)
    assert [row["change"] for row in rows] == [str(one.kind) for one in changes.marks]
    assert changes.text == "marks since the run before: 1 rose, 1 fell, 1 appeared"


def test_every_attempt_is_kept(toy, out, pile, submission):
    """What counted before is still told when another file counts."""
    run_quickly(toy, pile, out)
    put(pile, submission("ann", "doubles", double="return x + x"))
    run_quickly(toy, pile, out)
    attempts = read_ledger(out).students["ann"].notebooks["doubles"].attempts
    assert [one.run for one in attempts] == [1, 2]
    assert len({one.handed_in.digest for one in attempts}) == 2


def test_a_renamed_item_keeps_its_marks(toy, toy_course, out, pile):
    """What a person gave for an item counts under its new name, also for hand-ins that have the old one."""
    run_quickly(toy, pile, out)
    give(out, "ann", 0.5)
    run_quickly(toy, pile, out)
    changes = run_quickly(rewrite(toy_course, rename), pile, out).changes
    assert (entry(out, item="reason").mark.points, entry(out, item="reason").by) == (0.5, "a person")
    assert told(changes) == []


def test_other_points_are_looked_at_again(toy, toy_course, out, pile):
    """When the points of an item change, what persons gave for it counts, waits, and the reason is said."""
    run_quickly(toy, pile, out)
    give(out, "ann", 0.5)
    run_quickly(toy, pile, out)

    def double(source):
        for one in source.cells:
            if one.metadata.get("nbgrader", {}).get("grade_id") == "why":
                one.metadata["nbgrader"]["points"] = 2

    run_quickly(rewrite(toy_course, double), pile, out)
    assert (entry(out).mark.points, entry(out).need) == (0.5, Need.LOOK_AGAIN)
    assert entry(out).why == "its points changed from 1 to 2 since a person marked it"
    give(out, "ann", 1.5)
    assert entry(out).need is None


def test_an_item_that_is_not_asked_any_more(toy, toy_course, out, pile):
    """The mark of an item that was taken out went, and this is told once."""
    run_quickly(toy, pile, out)

    def shorten(source):
        def grade_id(one):
            return one.metadata.get("nbgrader", {}).get("grade_id", "")

        source.cells = [one for one in source.cells if "square" not in grade_id(one)]

    fewer = rewrite(toy_course, shorten)
    assert ("ann", "square", "went", 2.0, None) in told(run_quickly(fewer, pile, out).changes)
    assert told(run_quickly(fewer, pile, out).changes) == []


def test_half_a_line_of_the_journal(toy, out, pile):
    """What a kill has left of a line is no event; a line that is damaged is named, with the remedy."""
    run_quickly(toy, pile, out)
    path = Journal(out).path
    with path.open("ab") as file:
        file.write(b'{"kind":"run","at":"2026')
    assert len(read_ledger(out).runs) == 1
    run_quickly(toy, pile, out)
    assert len(read_ledger(out).runs) == 2
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with pytest.raises(OutDirError, match=r"is damaged in line 1 .*; put a copy back"):
        read_ledger(out)


def test_a_run_that_is_killed_changes_nothing(toy, out, pile, submission, monkeypatch):
    """The changes of a run that did not come to its end are told by the one that does."""
    run_quickly(toy, pile, out)
    put(pile, submission("ann", "doubles"))

    def killed(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.RunRecord.finish", killed)
        with pytest.raises(KeyboardInterrupt):
            run_quickly(toy, pile, out)
    assert told(run_quickly(toy, pile, out).changes) == [("ann", "double", "fell", 3.0, 0.0)]


def test_an_authors_change_is_not_the_students(toy, toy_course, out, pile):
    """A test cell that was changed since the release that a student has is not told to have been edited by them."""
    from nbgrader.utils import compute_checksum

    given = nbformat.from_dict(toy_notebooks()["doubles"])
    for one in given.cells:
        if "nbgrader" in one.metadata and one.metadata["nbgrader"]["locked"]:
            one.source = "assert double(5) == 10"
            one.metadata["nbgrader"]["checksum"] = compute_checksum(one)
    nbformat.write(given, pile / "ann" / "doubles.ipynb")
    for one in given.cells:
        one.source = one.source.replace("double(5) == 10", "True")
    nbformat.write(given, pile / "cid" / "doubles.ipynb")
    run_quickly(toy, pile, out)
    list(write_feedback(toy, Outcomes(toy, out), out))
    pages = {student: (out.feedback(student) / "doubles.html").read_text() for student in ("ann", "cid")}
    assert ["was edited" in pages[student] for student in ("ann", "cid")] == [False, True]
    details = {row["student"]: row["detail"] for row in read_marks(out.intake) if row["notebook"] == "doubles"}
    assert "from an earlier release" in details["ann"]
    assert "from an earlier release" not in pages["ann"]
