"""One grading run, with a grader that only looks at the answers' text: what is written, and what is said."""

from __future__ import annotations

import shutil
import sqlite3

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from support.notebooks import cell, notebook
from support.quick_grader import put, run_quickly

from autograder.batch.local import LocalExecutor
from autograder.console import print_summary
from autograder.exceptions import GradebookError, OutDirError
from autograder.model.course import Course
from autograder.model.settings import GradingSettings
from autograder.outdir import OutDir
from autograder.output.feedback import write_feedback
from autograder.output.marks import read_marks as exported
from autograder.output.outcomes import Outcomes
from autograder.output.report.write import write_report
from autograder.output.tables import read_marks


@pytest.fixture
def pile(tmp_path, submission):
    """Ann has everything right, bob left the written answer as it was, cid has handed in one notebook of two."""
    return put(
        tmp_path / "in",
        submission("ann", "squares", square="return x * x", why="Since so."),
        submission("ann", "doubles", double="return 2 * x"),
        submission("bob", "squares", square="return x * x"),
        submission("bob", "doubles"),
        submission("cid", "doubles", double="return 2 * x"),
    )


def marks(out):
    return {(row["student"], row["item"]): (row["points"], row["status"]) for row in read_marks(out.marks)}


def page(assignment, out, student, notebook):
    """The text of a student's feedback page."""
    list(write_feedback(assignment, Outcomes(assignment, out), out))
    return (out.feedback(student) / f"{notebook}.html").read_text()


def give(out, student, score, item="why", notebook="squares", **more):
    """Give a score as formgrader does."""
    with Gradebook(out.gradebook_url, "") as gradebook:
        grade = gradebook.find_grade(item, notebook, "toy", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        for name, value in more.items():
            setattr(grade, name, value)
        gradebook.db.commit()


def test_marks(toy, out, pile):
    """Everybody has a row for each item, in order, with the mark that counts."""
    summary = run_quickly(toy, pile, out)
    assert list(marks(out).items()) == [
        (("ann", "double"), ("3", "scored")),
        (("ann", "square"), ("2", "scored")),
        (("ann", "why"), ("", "manual")),
        (("bob", "double"), ("0", "scored")),
        (("bob", "square"), ("2", "scored")),
        (("bob", "why"), ("0", "scored")),
        (("cid", "double"), ("3", "scored")),
        (("cid", "square"), ("0", "missing")),
        (("cid", "why"), ("0", "missing")),
    ]
    assert [(total.student, total.waiting, total.missing) for total in summary.totals] == [
        ("ann", 1, []),
        ("bob", 0, []),
        ("cid", 0, ["squares"]),
    ]


def test_the_graders_start_first(toy, out, pile, monkeypatch):
    """The graders start before the versions of everything are looked up, so that neither waits for the other."""
    done = []
    start = LocalExecutor.start
    monkeypatch.setattr(LocalExecutor, "start", lambda self, *jobs: (done.append("start"), start(self, *jobs)))
    monkeypatch.setattr("autograder.grading.environment", lambda: done.append("versions") or {})
    run_quickly(toy, pile, out)
    assert ["start", "versions"] == done[:2]


def test_a_blank_answer_is_final_everywhere(toy, out, pile):
    """An answer that was left as released is 0 and waits for nobody: in the table, the page, the report, the export."""
    run_quickly(toy, pile, out)
    assert marks(out)["bob", "why"] == ("0", "scored")
    html = page(toy, out, "bob", "squares")
    assert "no answer was written" in html
    assert "waits" not in html
    write_report(toy, out)
    overview = {row["what"]: row["how many"] for row in read_marks(out.report / "overview.csv")}
    assert overview["notebooks that wait for a person"] == "1", "ann's"
    assert {mark.student: mark.final for mark in exported(out)} == {"ann": False, "bob": True, "cid": True}


def test_a_persons_mark_is_final_everywhere(toy, out, pile):
    """What a person gave counts and is final in the table, the page, the report and the export."""
    run_quickly(toy, pile, out)
    give(out, "ann", 0.5, extra_credit=0.25)
    run_quickly(toy, pile, out)
    assert marks(out)["ann", "why"] == ("0.75", "scored")
    assert "partly right, marked by a person" in page(toy, out, "ann", "squares")
    ann = next(mark for mark in exported(out) if mark.student == "ann")
    assert (ann.points, ann.final) == (5.75, True)
    write_report(toy, out)
    overview = {row["what"]: row["how many"] for row in read_marks(out.report / "overview.csv")}
    assert overview["notebooks that wait for a person"] == "0"


def test_a_mark_of_an_earlier_attempt_is_looked_at_again_everywhere(toy, out, pile, submission):
    """When the hand-in has changed since a person marked it, the mark counts and waits: in all four places."""
    run_quickly(toy, pile, out)
    give(out, "ann", 0.5)
    put(pile, submission("ann", "squares", square="return x * x", why="On second thoughts."))
    run_quickly(toy, pile, out)
    assert marks(out)["ann", "why"] == ("0.5", "manual")
    html = page(toy, out, "ann", "squares")
    assert "marked by a person, for an earlier attempt: to be looked at again" in html
    assert "1 answer waits for a person" in html
    ann = next(mark for mark in exported(out) if mark.student == "ann")
    assert (ann.points, ann.final) == (5.5, False)
    write_report(toy, out)
    overview = {row["what"]: row["how many"] for row in read_marks(out.report / "overview.csv")}
    assert overview["notebooks that wait for a person"] == "1"


def test_a_mark_for_what_is_gone_is_looked_at_again(toy, out, pile):
    """A person's mark for a notebook that the pile that replaces it lacks counts, and a person looks again."""
    run_quickly(toy, pile, out)
    give(out, "ann", 0.5)
    (pile / "ann" / "squares.ipynb").unlink()
    run_quickly(toy, pile, out, replace=True)
    assert marks(out)["ann", "why"] == ("0.5", "manual")
    assert marks(out)["ann", "square"] == ("0", "missing")


def test_a_gradebook_elsewhere(toy_course, pile, tmp_path):
    """What persons gave counts in feedback also where the course keeps its gradebook outside OUT."""
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    (toy_course.root / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n")
    course = Course(toy_course.root)
    toy, out = course.assignment("toy"), OutDir(course, "toy", tmp_path / "out")
    run_quickly(toy, pile, out)
    give(out, "ann", 1.0)
    assert not out.gradebook.exists()
    assert "right, marked by a person" in page(toy, out, "ann", "squares")


def test_a_comment_on_an_answer(toy, out, pile):
    """What a person wrote about an answer stands on the page of the item that the answer belongs to."""
    run_quickly(toy, pile, out)
    with Gradebook(out.gradebook_url, "") as gradebook:
        gradebook.find_comment("square-answer", "squares", "toy", "ann").manual_comment = "Neatly done."
        gradebook.db.commit()
    assert "Neatly done." in page(toy, out, "ann", "squares")


def test_files_of_all_runs(toy, out, pile, submission, tmp_path):
    """intake.csv and the report list every file that was ever taken in, each with the last word on it."""
    (pile / "dan").mkdir()
    (pile / "dan" / "doubles.ipynb").write_text('{"cells": [')
    run_quickly(toy, pile, out)
    late = put(tmp_path / "late", submission("eve", "doubles", double="return 2 * x"))
    run_quickly(toy, late, out)
    actions = {"/".join(row["path"].split("/")[-2:]): row["action"] for row in read_marks(out.intake)}
    assert len(actions) == 7
    assert (actions["dan/doubles.ipynb"], actions["eve/doubles.ipynb"]) == ("refused", "repaired")
    write_report(toy, out)
    assert "refused" in {row["action"] for row in read_marks(out.report / "intake.csv")}
    put(pile, submission("dan", "doubles", double="return 2 * x"))
    run_quickly(toy, pile, out)
    actions = {"/".join(row["path"].split("/")[-2:]): row["action"] for row in read_marks(out.intake)}
    assert (len(actions), actions["dan/doubles.ipynb"]) == (7, "repaired")


def test_what_could_not_be_used_is_said_the_same_everywhere(toy, out, pile):
    """A notebook that was refused is at fault with the reason in the table, and on the page not "not handed in"."""
    (pile / "cid" / "squares.ipynb").write_text('{"cells": [')
    run_quickly(toy, pile, out)
    assert marks(out)["cid", "square"] == ("", "fault"), "it waits for a person, and is no 0"
    html = page(toy, out, "cid", "squares")
    assert "could not be used" in html
    assert "cut off" in html
    assert "not among what you handed in" not in html


def test_a_notebook_without_graded_cells(toy_course, out, pile, submission):
    """A notebook in which nothing is graded has no mark, stops no table, and is not said to be missing."""
    source = notebook(cell("start = 1", "locked", "intro"))
    nbformat.write(source, toy_course.root / "source" / "toy" / "intro.ipynb")
    nbformat.write(source, pile / "ann" / "intro.ipynb")
    toy = toy_course.assignment("toy")
    summary = run_quickly(toy, pile, out)
    console = Console(width=100, record=True)
    print_summary(console, summary)
    assert "ann" in console.export_text()
    assert "not among what you handed in" not in page(toy, out, "ann", "intro")
    assert "not among what you handed in" in page(toy, out, "bob", "intro")


def test_what_is_too_much_for_the_terminal_is_in_the_log(toy, out, pile, tmp_path, caplog):
    """Of many notes some are shown, and where the others are."""
    caplog.set_level("INFO", "autograder")
    (tmp_path / "roster.csv").write_text("student\nann\n")
    summary = run_quickly(toy, pile, out, roster=tmp_path / "roster.csv")
    assert "note: not on the roster: bob, cid" in caplog.messages
    assert {f"note: {line}" for line in summary.notes} <= set(caplog.messages)
    summary.notes = [f"file {n}" for n in range(45)]
    console = Console(width=100, record=True)
    print_summary(console, summary)
    text = console.export_text()
    assert text.count("note: ") == 5
    assert f"... and 40 more notes; {out.logs / 'grade.log'} has all of them" in text


def test_a_damaged_notebook(toy, out, pile, tmp_path, submission):
    """A notebook in submitted/ that cannot be read any more costs its own marks, with the reason, and no others."""
    run_quickly(toy, pile, out)
    out.submitted_notebook("ann", "squares").write_text("{")
    other = put(tmp_path / "other", submission("bob", "doubles"))
    run_quickly(toy, other, out)
    assert marks(out)["ann", "square"] == ("", "fault"), "it waits for a person"
    assert marks(out)["ann", "double"] == ("3", "scored")
    assert "take the hand-in in again" in page(toy, out, "ann", "squares")


def test_a_damaged_gradebook(toy, out, pile):
    """A gradebook that is none is said with its place and the remedy, and stays as it is."""
    run_quickly(toy, pile, out)
    before = out.marks.read_bytes()
    out.gradebook.write_bytes(b"no database at all" * 100)
    with pytest.raises(GradebookError, match=r"gradebook\.db: the gradebook cannot be used .*put a copy back"):
        run_quickly(toy, pile, out)
    assert out.gradebook.read_bytes() == b"no database at all" * 100
    assert out.marks.read_bytes() == before
    for reading in (lambda: Outcomes(toy, out), lambda: exported(out)):
        with pytest.raises(GradebookError, match="cannot be used"):
            reading()


def test_a_gradebook_in_use(toy, out, pile):
    """A gradebook that another program has locked is said; the next run has everything."""
    run_quickly(toy, pile, out)
    other = sqlite3.connect(out.gradebook)
    other.execute("begin exclusive")
    with pytest.raises(GradebookError, match="locked"):
        run_quickly(toy, pile, out)
    other.close()
    run_quickly(toy, pile, out)
    assert marks(out)["ann", "double"] == ("3", "scored")


def test_an_out_that_is_not_a_folder(toy, out, pile):
    """Where OUT cannot be made it is said, with the remedy."""
    out.root.write_text("")
    with pytest.raises(OutDirError, match="give another --out"):
        run_quickly(toy, pile, out)


def test_no_room_left(toy, out, pile, monkeypatch):
    """When the disk is full in the middle it is said, the old table stays, and the next run has everything."""
    run_quickly(toy, pile, out)
    before = out.marks.read_bytes()
    shutil.rmtree(out.results)
    write = "autograder.batch.store.write_atomically"

    def full(path, content, **options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(write, full)
        with pytest.raises(OutDirError, match="No space left on device"):
            run_quickly(toy, pile, out)
    assert out.marks.read_bytes() == before
    run_quickly(toy, pile, out)
    assert out.marks.read_bytes() == before


def test_a_drawn_seed_is_a_secret_and_stays(toy, out, pile):
    """Without --seed a run draws one of 128 bits; the next run in the same OUT has the same; it is shown nowhere."""
    assert run_quickly(toy, pile, out, seed=None).seed is None
    seed = out.last_run().seed
    assert 2**100 < seed < 2**128
    run_quickly(toy, pile, out, seed=None)
    write_report(toy, out)
    assert out.last_run().seed == seed
    page(toy, out, "ann", "squares")
    files = [path for path in out.root.rglob("*") if path.is_file() and path != out.runs]
    assert [] == [path for path in files if str(seed).encode() in path.read_bytes()]
    assert str(seed) not in repr(GradingSettings(seed))
