"""`autograder grade`, the whole way: hand-ins in, marks out, with the real engine in its sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from support.patience import HANG_SECONDS
from support.servers import wait_until

from autograder.output.tables import read_marks

pytestmark = [pytest.mark.sandbox]

# what a shell puts in the background ignores Ctrl-C, and so does all that it starts; here it counts wherever tests run
HEAR_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
COMMAND = [sys.executable, "-c", f"{HEAR_CTRL_C}; from autograder.cli import main; main()"]


def grade(course, out, *submissions, options=("--seed", "5", "--workers", "1"), check=0):
    """Run the command in a process of its own; gives what it printed."""
    command = [
        *COMMAND,
        "grade",
        "toy",
        *map(str, submissions),
        "--course",
        str(course.root),
        "--out",
        str(out),
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False, cwd=out.parent)
    assert done.returncode == check, done.stdout + done.stderr
    return done.stdout


def marks(out):
    """The rows of marks.csv by student and item: points and status."""
    return {(row["student"], row["item"]): (row["points"], row["status"]) for row in read_marks(out / "marks.csv")}


@pytest.fixture
def pile(tmp_path, submission):
    """A folder of hand-ins: right, half right, untouched, one notebook missing, one file cut off."""
    folder = tmp_path / "in"

    def put(student, *answers):
        for one in answers:
            path = folder / student / f"{one.notebook}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(nbformat.writes(one.content))

    put(
        "ann",
        submission("ann", "squares", square="return x * x", why="Since so."),
        submission("ann", "doubles", double="return 2.0 * x"),
    )
    put("bob", submission("bob", "squares", square="return x + x", why="Since so."), submission("bob", "doubles"))
    put("cid", submission("cid", "squares", square="return x * x"))
    put("dan", submission("dan", "doubles", double="return x + x"))
    (folder / "dan" / "squares.ipynb").write_text('{"cells": [')
    return folder


EXPECTED = {
    ("ann", "square"): ("2", "scored"),
    ("ann", "why"): ("", "manual"),
    ("ann", "double"): ("3", "scored"),
    ("bob", "square"): ("0", "scored"),
    ("bob", "why"): ("", "manual"),
    ("bob", "double"): ("0", "scored"),
    ("cid", "square"): ("2", "scored"),
    ("cid", "double"): ("0", "missing"),
    ("dan", "square"): ("", "fault"),
    ("dan", "why"): ("", "fault"),
    ("dan", "double"): ("3", "scored"),
}


@pytest.mark.slow
def test_marks_and_reruns(toy_course, tmp_path, pile):
    """Marks for all; a rerun grades nothing; a changed test cell regrades its notebook alone; persons' marks stay."""
    out = tmp_path / "out"
    printed = grade(toy_course, out, pile)
    found = marks(out)
    assert {key: found[key] for key in EXPECTED} == EXPECTED
    assert "6 notebooks graded, 0 unchanged" in printed
    assert str(out / "marks.csv") in printed.replace("\n", "")
    rows = list(read_marks(out / "marks.csv"))
    assert "cut off" in next(row["message"] for row in rows if row["status"] == "fault")
    intake = {(row["student"], row["action"]) for row in read_marks(out / "intake.csv")}
    assert ("dan", "refused") in intake
    assert len(list(read_marks(out / "intake.csv"))) == 7

    first = (out / "marks.csv").read_bytes()
    assert "0 notebooks graded, 6 unchanged" in grade(toy_course, out, pile)
    assert (out / "marks.csv").read_bytes() == first

    with Gradebook(f"sqlite:///{out / 'gradebook.db'}", "") as gradebook:
        one = gradebook.find_grade("why", "squares", "toy", "ann")
        one.manual_score, one.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    source = toy_course.root / "source" / "toy" / "doubles.ipynb"
    source.write_text(source.read_text().replace("double(2) == 4", "double('a') == 'aa'"))
    assert "3 notebooks graded, 3 unchanged" in grade(toy_course, out, pile)
    found = marks(out)
    assert found["ann", "double"] == ("0", "scored")
    assert found["ann", "square"] == ("2", "scored")
    assert found["ann", "why"] == ("0.5", "scored")

    shutil.rmtree(pile / "ann")
    (pile / "cid" / "squares.ipynb").unlink()
    shutil.copy(pile / "dan" / "doubles.ipynb", pile / "cid" / "doubles.ipynb")
    before = found["cid", "square"]
    grade(toy_course, out, pile)
    assert marks(out)["cid", "square"] == before, "a notebook that the pile does not bring keeps its mark"
    grade(toy_course, out, pile, options=("--seed", "5", "--workers", "1", "--replace"))
    found = marks(out)
    assert found["cid", "square"] == ("0", "missing"), "the mark of the earlier attempt is gone"
    assert found["ann", "square"] == ("2", "scored"), "who was not handed in again keeps the marks"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted(toy_course, tmp_path, pile, sent):
    """Ctrl-C ends cleanly: what was finished is kept, marks.csv is as it was, nothing is left running.

    So does what a scheduler, a service manager or a closed terminal sends.
    """
    out = tmp_path / "out"
    for number in range(40):
        shutil.copytree(pile / "ann", pile / f"s{number:02}")
    command = [
        *COMMAND,
        "grade",
        "toy",
        str(pile),
        "--course",
        str(toy_course.root),
        "--out",
        str(out),
        "--workers",
        "1",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as running:
        wait_until(lambda: len(list((out / ".autograder").glob("results/*/*.json"))) > 2, HANG_SECONDS, every=0.02)
        os.kill(running.pid, sent)
        printed, _ = running.communicate(timeout=HANG_SECONDS)
    assert running.returncode == 130, printed.decode()
    assert b"the same command continues" in printed
    assert b"Traceback" not in printed
    assert not (out / "marks.csv").exists()
    assert not [line for line in processes() if str(running.pid) in line.split()[1:3]]
    kept = len(list((out / ".autograder").glob("results/*/*.json")))
    assert f"{kept} unchanged" in grade(toy_course, out, pile, options=("--workers", "1"))


def processes():
    listed = subprocess.run(["ps", "-eo", "pid,ppid,sid"], capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


# The kill test wants many runs: the engine is replaced by one that only looks at the text and takes its time.
SCRIPT = """
    import sys, time
    from pathlib import Path
    from autograder.batch.local import LocalExecutor
    from autograder.model.course import Course
    from autograder.outdir import OutDir
    from autograder.grading import Choices, grade
    from autograder.model.settings import GradingSettings
    from autograder.model.results import ItemResult, NotebookResult, Status

    class Quick:
        def __enter__(self): return self
        def __exit__(self, *error): pass
        def decisions(self, name):
            return []

        def grade(self, submission):
            time.sleep(0.004)
            size = len(str(submission.content)) % 7 / 4
            items = [ItemResult(item.grade_id, size, item.points, Status.SCORED) for item in
                     toy.notebooks[submission.notebook].items]
            return NotebookResult(submission.student, submission.notebook, tuple(items))

    class Silent:
        def begin(self, notebooks): print("begun", flush=True)
        def decided(self, decisions): pass
        def graded(self, outcome): pass

    course, pile, out = map(Path, sys.argv[1:])
    toy = Course(course).assignment("toy")
    grade(toy, [pile], OutDir(toy.course, "toy", out), lambda seed: GradingSettings(seed=seed),
          lambda settings: LocalExecutor(toy, settings, 2, lambda *_: Quick()), Silent(), Choices())
"""


def state(out):
    """What a run leaves: the tables, the pages, and the marks in the gradebook."""
    pages = {str(path.relative_to(out)): path.read_bytes() for path in sorted((out / "autograded").rglob("*.ipynb"))}
    with sqlite3.connect(out / "gradebook.db") as database:
        grades = database.execute(
            "select student_id, base_cell.name, auto_score, needs_manual_grade from grade"
            " join base_cell on base_cell.id = cell_id"
            " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
            " join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id order by 1, 2"
        ).fetchall()
    return (out / "marks.csv").read_text(), (out / "intake.csv").read_text(), pages, grades


@pytest.mark.long
@pytest.mark.slow
def test_killed_anywhere(toy_course, tmp_path, submission):
    """Killed by SIGKILL at many random points, the next run ends with exactly the marks of an undisturbed one."""
    rng = random.Random(1)  # noqa: S311 - chance for a test
    pile = tmp_path / "in"
    for number in range(60):
        for name in ("squares", "doubles"):
            path = pile / f"s{number:02}" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            answer = f"return {'1 + ' * rng.randrange(9)} x"
            path.write_text(nbformat.writes(submission("x", name, square=answer, double=answer, why=answer).content))
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT))

    def command(out):
        return [sys.executable, str(script), str(toy_course.root), str(pile), str(out)]

    start = time.monotonic()
    with subprocess.Popen(command(tmp_path / "whole"), stdout=subprocess.PIPE) as undisturbed:
        undisturbed.stdout.readline()
        begun = time.monotonic()
    assert undisturbed.returncode == 0
    took, startup = time.monotonic() - begun, begun - start

    out = tmp_path / "killed"
    out.mkdir()
    shutil.copy(tmp_path / "whole" / "run.json", out)  # the seed
    kills = 0
    for attempt in range(25):
        with subprocess.Popen(command(out), stdout=subprocess.PIPE, start_new_session=True) as running:
            if attempt % 4:
                running.stdout.readline()
                time.sleep(rng.uniform(0, took))
            else:
                time.sleep(rng.uniform(0, startup))
            killed = running.poll() is None
            kills += killed
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
        if not killed:  # it came to its end: the next one has everything to do again
            shutil.rmtree(out / ".autograder" / "results")
        elif attempt % 5 == 4:  # and everything that can be lost of it
            results = list((out / ".autograder").glob("results/*/*.json"))
            for path in rng.sample(results, min(10, len(results))):
                path.write_bytes(path.read_bytes()[: rng.randrange(50)])
    assert kills > 10
    subprocess.run(command(out), check=True, capture_output=True)
    assert state(out) == state(tmp_path / "whole")


def test_one_at_a_time(toy_course, tmp_path, pile):
    """A second run in the same folder is refused, with the remedy."""
    import fcntl

    out = tmp_path / "out"
    (out / ".autograder").mkdir(parents=True)
    with (out / ".autograder" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [*COMMAND, "grade", "toy", str(pile), "--course", str(toy_course.root), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 1
    assert "another autograder is at work" in done.stderr


def test_grader_error(toy_course, tmp_path, pile, monkeypatch):
    """When the grader itself fails, the items have no mark, the batch ends, and the exit status is 1."""
    from click.testing import CliRunner

    from autograder.commands.grade import command
    from autograder.engine import grader

    class Broken(grader.Grader):
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def decisions(self, name):
            return []

        def grade(self, submission):
            raise RuntimeError(f"no luck with {submission.student}")

    monkeypatch.setattr(grader, "Grader", Broken)
    out = tmp_path / "out"
    done = CliRunner().invoke(command, ["toy", str(pile), "--course", str(toy_course.root), "--out", str(out)])
    assert done.exit_code == 1, done.output
    rows = {(row["student"], row["item"]): row for row in read_marks(out / "marks.csv")}
    assert (rows["ann", "square"]["points"], rows["ann", "square"]["status"]) == ("", "grader_error")
    assert "no luck with ann" in rows["ann", "square"]["message"]
    assert rows["dan", "square"]["status"] == "fault"
    assert not list((out / ".autograder").glob("results/*/*.json"))


@pytest.mark.parametrize("arguments", [["toy"], ["toy", "nowhere"], ["nolab", "."], ["toy", ".", "--workers", "0"]])
def test_wrong_use(toy_course, tmp_path, arguments):
    """Wrong use ends with status 2 and says what is wrong."""
    done = subprocess.run(
        [*COMMAND, "grade", *arguments, "--course", str(toy_course.root)],
        capture_output=True, text=True, timeout=HANG_SECONDS, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip()


@pytest.mark.slow
@pytest.mark.kernel
def test_same_gradebook_as_stock(toy_course, tmp_path, pile):
    """Stock `nbgrader autograde` of the same notebooks leaves the same assignment, cells, grades and comments."""
    out = tmp_path / "out"
    grade(toy_course, out, pile)
    stock = tmp_path / "stock"
    shutil.copytree(toy_course.root / "source", stock / "source")
    shutil.copytree(out / "submitted", stock / "submitted")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for step in ("generate_assignment", "autograde"):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", step, "toy"], cwd=stock, env=environment, check=True, capture_output=True
        )
    assert content(out / "gradebook.db") == content(stock / "gradebook.db")
    for ours in (out / "autograded").rglob("*.ipynb"):
        theirs = nbformat.read(stock / ours.relative_to(out), as_version=4)
        assert graded_cells(nbformat.read(ours, as_version=4)) == graded_cells(theirs)


def graded_cells(notebook):
    """What nbgrader knows of a notebook's cells: metadata, text, and the mark that it reads from the outputs."""
    from nbgrader.utils import determine_grade, is_grade

    return [
        (
            json.dumps(cell.metadata.nbgrader, sort_keys=True),
            cell.source,
            determine_grade(cell) if is_grade(cell) else None,
        )
        for cell in notebook.cells
        if cell.metadata.get("nbgrader")
    ]


SUBMITTED = (
    " join submitted_notebook n on n.id = {0}.notebook_id join submitted_assignment s on s.id = n.assignment_id"
    " join base_cell c on c.id = {0}.cell_id where s.student_id <> 'dan' order by 1, 2"
)
NOTEBOOKS = (
    "select s.student_id, notebook.name, flagged, late_submission_penalty from submitted_notebook n"
    " join submitted_assignment s on s.id = n.assignment_id join notebook on notebook.id = n.notebook_id order by 1, 2"
)
GRADES = "select s.student_id, c.name, auto_score, manual_score, extra_credit, needs_manual_grade from grade"
COMMENTS = "select s.student_id, c.name, auto_comment, manual_comment from comment"
QUERIES = (
    "select version_num from alembic_version",
    "select name, course_id, duedate from assignment",
    "select name, kernelspec from notebook order by 1",
    "select type, name from base_cell order by 1, 2",
    "select name, max_score, grade_cells.cell_type from grade_cells join base_cell using (id) order by 1",
    "select name, cell_type, locked, source, checksum from source_cell order by 1",
    GRADES + SUBMITTED.format("grade"),
    COMMENTS + SUBMITTED.format("comment"),
    NOTEBOOKS,
)
"""Everything in a gradebook but its random ids, and a course of nbgrader's own to which nothing belongs."""


def content(path):
    with sqlite3.connect(path) as database:
        return {query: database.execute(query).fetchall() for query in QUERIES}
