"""A class that has handed in and been graded: an OUT of any size, made as a run makes it, without the engine."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from unittest import mock

import nbformat

from autograder.batch.local import LocalExecutor
from autograder.grading import Choices, grade
from autograder.model.course import Course
from autograder.model.results import CheckResult, ItemResult, NotebookResult, Status
from autograder.model.settings import GradingSettings
from autograder.model.times import read_time
from autograder.notebook.cells import grade_id_of, source_of
from autograder.notebook.regions import NBGRADERS_OWN
from autograder.outdir import OutDir
from support.hostile_answers import HOSTILE_CODE, HOSTILE_PROSE
from support.notebooks import cell, notebook, write_course
from support.quick_grader import Silent

FIRST = ("Ada", "Blaise", "Carla", "Dmitri", "Emmy", "Felix", "Grace", "Hugo", "Ines", "Jun", "Katherine", "Leonhard")
LAST = (
    "Abel",
    "Bernoulli",
    "Cauchy",
    "Dirichlet",
    "Euler",
    "Fermat",
    "Gauss",
    "Hilbert",
    "Jacobi",
    "Lagrange",
    "Moebius",
)

RUBRIC = """\
A square is a product of two numbers of the same sign, so it cannot be below nothing.

Rubric: 1 point for the sign rule. Half a point for saying that zero is possible. 0.5 points for an example.
"""
WHY = (
    "A product of two numbers of the same sign is positive.",
    "a product of two numbers of the  same sign is positive.",
    "A product of two numbers of the same sign is never negative.",
    "Because minus times minus is plus, and zero squared is zero.",
    "Because minus times minus is plus and zero squared is zero",
    "I do not know.",
    "It is an even power.",
)
RIGHT, WRONG, BROKEN = "return x * x", "return x + x", "pass"


def class_notebooks():
    """Three notebooks: code, more code, and words."""
    answer = "def {name}(x):\n    ### BEGIN SOLUTION\n    return {right}\n    ### END SOLUTION"
    test = "assert {name}(2) == {want}\n### BEGIN HIDDEN TESTS\nassert {name}(3) == {hidden}\n### END HIDDEN TESTS"
    written = "### BEGIN SOLUTION\n{}\n### END SOLUTION"

    def code(name, right, want, hidden, points):
        return (
            cell(answer.format(name=name, right=right), "answer", f"{name}-answer"),
            cell(test.format(name=name, want=want, hidden=hidden), "test", name, points),
        )

    return {
        "1-squares": notebook(
            cell("# Squares\n\nThe square of a number.", kind="markdown"),
            *code("square", "x * x", 4, 9, 2),
            cell("## Why squares are not negative (3 minutes)\n\nSay why, in a sentence.", kind="markdown"),
            cell(written.format(RUBRIC), "written", "why-not-negative", 2, kind="markdown"),
        ),
        "2-doubles": notebook(
            cell("# Doubles", kind="markdown"),
            *code("double", "2 * x", 4, 6, 3),
            cell("## Cubes", kind="markdown"),
            *code("cube", "x ** 3", 8, 27, 3),
        ),
        "3-words": notebook(
            cell("# In words\n\nWhat is a derivative?", kind="markdown"),
            cell(
                written.format("The slope of the tangent.\n- 1: a slope\n- 1: a limit"),
                "written",
                "derivative",
                2,
                kind="markdown",
            ),
        ),
    }


class ClassGrader:
    """Marks an answer by its text, with a named mistake where one shows."""

    def __init__(self, assignment):
        self.assignment = assignment

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def grade(self, submission):
        """Grade one notebook."""
        texts = {grade_id_of(cell): source_of(cell) for cell in submission.content["cells"]}

        def result(item):
            if item.manual:
                return ItemResult(item.grade_id, None, item.points, Status.MANUAL)
            text = texts.get(f"{item.grade_id}-answer", "")
            if "while True" in text:
                return ItemResult(item.grade_id, 0.0, item.points, Status.FAULT, "the cell hung")
            right, started = RIGHT in text, "return" in text
            half = item.points / 2
            mistake = "" if right else "adds where it should multiply" if started else ""
            message = "" if right else f"{item.grade_id}(2): got something else"
            checks = (
                CheckResult("its value at 2", half * started, half, started, "" if started else "not done yet"),
                CheckResult(
                    "its value elsewhere", half * right, half, right, message, "multiply", mistake, hidden=True
                ),
            )
            points = sum(check.points for check in checks)
            return ItemResult(item.grade_id, points, item.points, Status.SCORED, message, checks)

        items = self.assignment.notebooks[submission.notebook].items
        return NotebookResult(submission.student, submission.notebook, tuple(map(result, items)), sandbox="none")


def write_class(root: Path, students: int, *, hostile: bool = True) -> OutDir:
    """A course in `root`/course, a pile of hand-ins in `root`/pile, all of it graded into `root`/out."""
    course = Course(write_course(root / "course", "lab", class_notebooks()))
    assignment = course.assignment("lab")
    pile = write_pile(root / "pile", students, hostile=hostile)
    out = OutDir(course, "lab", root / "out")
    with mock.patch("os.fsync"):  # hundreds of files, none of which has to survive a power cut
        grade_quickly(assignment, [pile], out)
    return out


def grade_quickly(assignment, piles, out, **choices):
    """Grade piles into OUT as a run does, but for the engine."""

    def executor(settings):
        return LocalExecutor(assignment, settings, 1, lambda *_: ClassGrader(assignment))

    due = read_time("2026-11-20T12:00:00Z")
    return grade(
        assignment, piles, out, GradingSettings, executor, Silent(), Choices(**{"seed": 1, "due": due, **choices})
    )


def write_pile(pile: Path, students: int, *, hostile: bool) -> Path:
    """What a class hands in: right, wrong, blank, missing, damaged and hostile work, and what is no notebook."""
    drawn = random.Random(7)  # noqa: S311
    notebooks = class_notebooks()
    for number in range(students):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
        folder = pile / f"{name}_{1000 + number}_assignsubmission_file"
        folder.mkdir(parents=True)
        for notebook_name, content in notebooks.items():
            if number % 17 == 5 and notebook_name == "3-words":
                continue  # not handed in
            path = folder / f"{notebook_name}.ipynb"
            if number % 41 == 9 and notebook_name == "2-doubles":
                path.write_text("{ this is damaged", encoding="utf-8")
                continue
            if number % 53 == 11 and notebook_name == "2-doubles":
                (folder / "work.rar").write_bytes(b"Rar!\x1a\x07\x01\x00")
                continue
            _write(path, content, _answers(drawn, number, hostile=hostile and number == 2))
    return pile


def _answers(drawn: random.Random, number: int, *, hostile: bool) -> dict[str, str]:
    if hostile:
        return {"why-not-negative": HOSTILE_PROSE, "derivative": HOSTILE_PROSE, "square-answer": HOSTILE_CODE}
    bodies = drawn.choices((RIGHT, WRONG, BROKEN), (6, 3, 1), k=3)
    code = {
        f"{name}-answer": f"def {name}(x):\n    {body}"
        for name, body in zip(("square", "double", "cube"), bodies, strict=True)
    }
    own = f"It is the slope of the tangent, as in example {drawn.randrange(40)}."
    words = drawn.choice(WHY) if number % 11 else "YOUR ANSWER HERE"
    return {**code, "why-not-negative": words, "derivative": own}


def _write(path: Path, content, answers: dict[str, str]) -> None:
    for one in content.cells:
        grade_id = one.metadata.get("nbgrader", {}).get("grade_id", "")
        one.source = answers.get(grade_id, NBGRADERS_OWN.hidden.without(one.source))
    path.write_text(nbformat.writes(content), encoding="utf-8")


def zipped(pile: Path) -> Path:
    """The pile as the archive that Moodle gives out."""
    to = pile.with_suffix(".zip")
    with zipfile.ZipFile(to, "w") as archive:
        for path in sorted(pile.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(pile))
    return to
