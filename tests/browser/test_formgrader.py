"""A marker at work: nbgrader's formgrader on the gradebook that `autograder grade` wrote, in a real browser."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.browser import jupyter_server
from support.hostile_answers import HOSTILE_CODE, HOSTILE_PROSE
from support.patience import HANG_SECONDS
from support.servers import wait_until
from support.toy_course import write_toy_course

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]


def autograder(course: Path, *arguments: str) -> str:
    """Run the command as a user does; gives what it printed."""
    command = [sys.executable, "-m", "autograder", *arguments, "--course", str(course), "--out", str(course)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=course, timeout=HANG_SECONDS)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def graded(tmp_path_factory, repository) -> Path:
    """A course in which one hostile and one honest hand-in have been graded."""
    root = write_toy_course(tmp_path_factory.mktemp("formgrader") / "course")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'toy'\n", encoding="utf-8"
    )
    source = json.loads((root / "source" / "toy" / "squares.ipynb").read_text(encoding="utf-8"))
    for student, why, code in (
        ("ann", "It is never negative.", "def square(x):\n    return x * x"),
        ("mallory", HOSTILE_PROSE, HOSTILE_CODE),
    ):
        for cell in source["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id == "why":
                cell["source"] = why
            if grade_id == "square-answer":
                cell["source"] = code
        folder = root / "handins" / student
        folder.mkdir(parents=True)
        (folder / "squares.ipynb").write_text(json.dumps(source), encoding="utf-8")
    autograder(root, "grade", "toy", str(root / "handins"))
    return root


@pytest.fixture(scope="module")
def server(graded):
    """Jupyter in that course."""
    with jupyter_server(graded) as address:
        yield address


def open_submission(page, server: str, graded: Path, student: str) -> None:
    """Open a student's notebook in formgrader."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", "toy") as gradebook:
        identity = gradebook.find_submission_notebook("squares", "toy", student).id
    page.goto(f"{server}/formgrader/submissions/{identity}/", wait_until="load")
    page.wait_for_selector("input.score")
    page.wait_for_load_state("networkidle")


def given_by_hand(graded: Path, student: str) -> tuple[float | None, str | None]:
    """The mark and the comment that a person gave to the written answer."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", "toy") as gradebook:
        where = "why", "squares", "toy", student
        return gradebook.find_grade(*where).manual_score, gradebook.find_comment(*where).manual_comment


def test_an_answer_is_marked_by_clicking(page, server: str, graded: Path) -> None:
    """A mark and a comment given in formgrader come back in marks.csv, feedback, report and exports."""
    open_submission(page, server, graded, "ann")
    assert "It is never negative." in page.inner_text("#notebook")
    page.fill("input.score#why", "0.5")
    page.press("input.score#why", "Tab")
    page.fill("textarea#why-comment", "Say why, too.")
    page.press("textarea#why-comment", "Tab")
    wait_until(lambda: given_by_hand(graded, "ann") == (0.5, "Say why, too."), HANG_SECONDS)

    autograder(graded, "grade", "toy", str(graded / "handins"))
    with (graded / "marks.csv").open(encoding="utf-8", newline="") as file:
        marks = {(row["student"], row["item"]): row for row in csv.DictReader(file)}
    assert ("0.5", "scored") == (marks["ann", "why"]["points"], marks["ann", "why"]["status"])
    autograder(graded, "feedback", "toy")
    feedback = (graded / "feedback" / "ann" / "toy" / "squares.html").read_text(encoding="utf-8")
    assert "Say why, too." in feedback
    assert "2.5 of 3" in feedback
    autograder(graded, "report", "toy")
    items = (graded / "report" / "items.csv").read_text(encoding="utf-8")
    assert "marked 1" in items
    autograder(graded, "export", "toy", "--format", "csv", "--to", str(graded / "exported.csv"))
    assert "2.5" in next(line for line in (graded / "exported.csv").read_text("utf-8").splitlines() if "ann" in line)


def test_the_rubric_stands_beside_the_answer(page, server: str, graded: Path) -> None:
    """Whoever marks a written answer reads what earns its points on the same page."""
    open_submission(page, server, graded, "ann")
    assert "Rubric" in page.inner_text("#notebook")


def test_nothing_of_a_hand_in_is_active(page, server: str, graded: Path) -> None:
    """Prose and outputs of a hand-in put no active element into the marker's page."""
    open_submission(page, server, graded, "mallory")
    active = ("script", "img", "svg", "iframe", "form", "style", "[onerror]", "[ontoggle]", "a[href^='javascript']")
    assert {} == {what: n for what in active if (n := page.locator(f"#notebook {what}").count())}


def test_no_script_of_a_hand_in_runs(page, server: str, graded: Path) -> None:
    """After everything has loaded and every link of the hand-in was clicked, none of its scripts has run."""
    open_submission(page, server, graded, "mallory")
    for link in page.locator("#notebook a").all():
        link.evaluate("a => a.click()")
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None


def test_feedback_of_a_hostile_hand_in_runs_nothing(page, graded: Path) -> None:
    """The feedback page of a hostile hand-in is inert as well."""
    autograder(graded, "feedback", "toy")
    path = graded / "feedback" / "mallory" / "toy" / "squares.html"
    page.goto(path.as_uri())
    assert page.evaluate("window.pwned") is None
    assert 0 == page.locator("script, img, iframe, form, a[href^='javascript']").count()


def test_nbgrader_releases_the_pages(graded: Path) -> None:
    """For hand-ins that nbgrader collected, its own release-feedback gives out the pages of `autograder feedback`."""
    for student in ("ann", "mallory"):
        beside = graded / "submitted" / student / "toy"
        (beside / "timestamp.txt").write_text("2026-11-21 10:00:00.000000 UTC", encoding="utf-8")
        (beside / "submission_secret.txt").write_text(f"{student}'s secret", encoding="utf-8")
    autograder(graded, "feedback", "toy")
    exchange = graded.parent / "exchange"
    exchange.mkdir(exist_ok=True)
    nbgrader = [sys.executable, "-m", "nbgrader", "release_feedback", "toy", f"--Exchange.root={exchange}"]
    done = subprocess.run(nbgrader, check=False, capture_output=True, text=True, cwd=graded, timeout=HANG_SECONDS)
    assert 0 == done.returncode, done.stderr
    released = {path.read_bytes() for path in (exchange / "toy" / "feedback").glob("*.html")}
    assert {(graded / "feedback" / "ann" / "toy" / "squares.html").read_bytes()} <= released
