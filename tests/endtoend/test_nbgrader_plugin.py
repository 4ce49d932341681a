"""Plain `nbgrader autograde` with this engine, and with its own: the same marks for honest hand-ins, item by item."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from support.constructs import AUTOTESTED, CONSTRUCTS, construct_cells, write_files
from support.notebooks import cell, notebook, write_course
from support.ordinary_cases import CASES

from autograder.model.course import Course

CONFIG = """
from nbgrader.converters import Autograde
from autograder.nbgrader_plugin import with_examiner
c = get_config()
c.CourseDirectory.course_id = "toy"
c.Autograde.autograde_preprocessors = with_examiner(Autograde.autograde_preprocessors.default())
"""
PARTIAL = "score = 0\nif square(3) == 9:\n    score += 0.5\nif square(2) == 4:\n    score += 1.5\nscore"


def nbgrader(folder, *arguments):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def course(folder, notebooks, config):
    """Write a course whose notebooks are lists of cells, and make its release; returns its folder."""
    write_course(folder, "toy", {name: notebook(*cells) for name, cells in notebooks.items()}, config)
    write_files(folder, "toy")
    nbgrader(folder, "generate_assignment", "toy", "--force")
    return folder


def hand_in(folder, student, answers):
    """Put answers into the release: `answers` are texts by notebook and grade id."""
    target = folder / "submitted" / student / "toy"
    target.mkdir(parents=True)
    for path in (folder / "release" / "toy").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for made in notebook.cells:
            text = answers.get(path.stem, {}).get(made.metadata.get("nbgrader", {}).get("grade_id"))
            made.source = made.source if text is None else text
        nbformat.write(notebook, target / path.name)


def marks(folder, student, notebooks):
    """The automatic marks in the gradebook."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {
            (name, grade.cell.name): grade.auto_score
            for name in notebooks
            for grade in gradebook.find_submission_notebook(name, "toy", student).grades
        }


def toy():
    """All the ordinary cases, eight to a notebook, and one with partial credit."""
    notebooks, right, wrong = {}, {}, {}
    for number, case in enumerate(CASES):
        name, item = f"cases{number // 8}", f"task{number}"
        solution = f"### BEGIN SOLUTION\n{case.model}\n### END SOLUTION"
        notebooks.setdefault(name, []).extend(
            [
                cell(case.given or "import math"),
                cell(solution, "answer", f"{item}-answer"),
                cell(case.test, "test", item, 2),
            ]
        )
        right.setdefault(name, {})[f"{item}-answer"] = case.right[0]
        wrong.setdefault(name, {})[f"{item}-answer"] = case.wrong[0]
    model = "### BEGIN SOLUTION\ndef square(x):\n    return x * x\n### END SOLUTION"
    notebooks["partial"] = [cell(model, "answer", "task-answer"), cell(PARTIAL, "test", "task", 2)]
    right["partial"] = {"task-answer": "def square(x):\n    return x ** 2"}
    wrong["partial"] = {"task-answer": "def square(x):\n    return 3 * x"}
    for name, constructs in (("constructs", CONSTRUCTS), ("autotests", AUTOTESTED)):
        notebooks[name] = construct_cells(constructs)
        right[name] = {f"{one.name}-answer": one.model for one in constructs}
        wrong[name] = {f"{one.name}-answer": one.wrong for one in constructs}
    return notebooks, right, wrong


@pytest.mark.slow
@pytest.mark.kernel
def test_parity(tmp_path):
    """Stock `nbgrader autograde` and this engine give honest hand-ins the same marks, item by item."""
    notebooks, right, wrong = toy()
    found = {}
    for engine, config in (("ours", CONFIG), ("stock", "c = get_config()\nc.CourseDirectory.course_id = 'toy'\n")):
        folder = course(tmp_path / engine, notebooks, config)
        hand_in(folder, "ada", right)
        hand_in(folder, "bob", wrong)
        nbgrader(folder, "autograde", "toy")
        found[engine] = {student: marks(folder, student, notebooks) for student in ("ada", "bob")}
    assert found["stock"] == found["ours"]
    assert {2.0} == set(found["ours"]["ada"].values())
    assert {0.0, 0.5} == set(found["ours"]["bob"].values())


@pytest.mark.slow
def test_plugin_is_not_fooled(tmp_path):
    """Text on stderr costs nothing and a printed number earns nothing when nbgrader grades with this engine."""
    notebooks = {
        "one": [
            cell("### BEGIN SOLUTION\ndef f(x):\n    return x\n### END SOLUTION", "answer", "f-answer"),
            cell("assert f(1) == 1", "test", "f", 3),
            cell("", "written", "why", 1),
        ]
    }
    folder = course(tmp_path / "course", notebooks, CONFIG)
    hand_in(
        folder,
        "ada",
        {
            "one": {
                "f-answer": "import sys\ndef f(x):\n    print('warning', file=sys.stderr)\n    return x",
                "why": "so",
            }
        },
    )
    hand_in(
        folder,
        "eve",
        {"one": {"f-answer": "import sys\ndef f(x):\n    sys.displayhook(3.0)\n    print(3.0)\n    return 0"}},
    )
    nbgrader(folder, "autograde", "toy")
    assert {("one", "f"): 3.0, ("one", "why"): None} == marks(folder, "ada", notebooks)
    assert marks(folder, "eve", notebooks)["one", "f"] == 0.0
    page = json.loads((folder / "autograded" / "eve" / "toy" / "one.ipynb").read_text())
    assert "error" == page["cells"][1]["outputs"][0]["output_type"]
    assert Course(folder).assignment("toy").notebooks["one"].items[0].points == 3
