"""One exercise while it is written: its test cell run with the model solution, with the release's stub, with other answers.

The cells are the author's own and run without a sandbox, in one Python that forks for each answer: what stands above the
exercise runs once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.build import build_notebook
from autograder.files import temporary_folder
from autograder.masters import read_text
from autograder.model.course import Assignment, Course, Item, Notebook, items_of
from autograder.model.exceptions import CourseError
from autograder.model.generating import generated
from autograder.model.lab import read_lab
from autograder.notebook.cells import Role, grade_id_of, role_of

SECONDS = 60
"""For all answers to one exercise."""


@dataclass(frozen=True)
class Answer:
    """An answer that is tried: what it is called, its code, and whether it is to have full marks."""

    name: str
    code: str
    right: bool


@dataclass(frozen=True)
class Tried:
    """What came of an answer: its points, and what a student reads. `fine` says that it went as it should."""

    answer: Answer
    points: float
    max_points: float
    says: str

    @property
    def fine(self) -> bool:
        """Whether a right answer has all points, and any other lost some."""
        return (self.points >= self.max_points) is self.answer.right


def try_item(course: Course, lab: str, wanted: str) -> list[Tried]:
    """Try an exercise of a lab. Raises CourseError when there is none of this name, or its notebook cannot be built."""
    folder = course.root / "notebooks" / lab
    checker = read_text(folder.parent / "checker.py")
    known: list[str] = []
    for settings in read_lab(folder).notebooks:
        text = build_notebook(folder / f"{settings.name}.py", checker, course.delimiters)
        source = nbformat.reads(text, as_version=4)
        notebook = Notebook(settings.name, items_of(source), source, course.delimiters)
        for item in notebook.items:
            if item.grade_id == wanted and not item.manual:
                return _tried(course, Assignment(lab, course, {settings.name: notebook}), notebook, item)
            known.append(item.grade_id)
    raise CourseError(f"no exercise {wanted!r} in {lab}", remedy=f"there are {', '.join(known)}")


def _tried(course: Course, assignment: Assignment, notebook: Notebook, item: Item) -> list[Tried]:
    stubs = {grade_id_of(cell): cell.source for cell in generated(assignment, notebook).cells}
    name = item.answers[0] if item.answers else ""
    model = {grade_id_of(cell): cell.source for cell in notebook.source.cells if grade_id_of(cell)}
    answers = [
        Answer("the model solution", model.get(name, ""), right=True),
        Answer("untouched", stubs.get(name, ""), right=False),
        *_written(course.root / "tests" / "answers" / notebook.name / f"{item.grade_id}.py"),
    ]
    before: list[str] = []
    between: list[str] = []
    test = ""
    for cell in notebook.source.cells:
        role = role_of(cell)
        if grade_id_of(cell) == item.grade_id:
            test = cell.source
            break
        if cell.cell_type != "code" or role in (Role.TEST, Role.SHOW) or grade_id_of(cell) == name:
            between = between if grade_id_of(cell) != name else ["pass"]
            continue
        (between if between else before).append(cell.source)
    most = item.further or item.points
    found = _run({"before": before, "between": between, "test": test, "answers": [one.code for one in answers]})
    return [
        Tried(answer, _points(result, most), most, str(result["said"]).strip())
        for answer, result in zip(answers, found, strict=True)
    ]


def _written(path: Path) -> Iterator[Answer]:
    """The answers that the author has written down: cells `# %% right: STYLE` and `# %% wrong: MISTAKE`."""
    if not path.is_file():
        return
    for part in ("\n" + read_text(path)).split("\n# %% ")[1:]:
        head, _, code = part.partition("\n")
        kind, _, name = head.partition(":")
        yield Answer(f"{kind}: {name.strip()}", code, right=kind.strip() == "right")


def _points(result: dict[str, Any], most: float) -> float:
    if result["error"]:
        return 0.0
    rows = result["rows"]
    return float(sum(points for points, passed in rows if passed)) if rows else most


def _run(work: dict[str, Any]) -> list[dict[str, Any]]:
    with temporary_folder() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-c", _DRIVER],
                input=json.dumps(work),
                capture_output=True,
                text=True,
                cwd=folder,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CourseError(f"the exercise took more than {SECONDS} s", remedy="look for a loop without an end") from error
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(work["answers"]):
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise CourseError(f"a cell above the exercise fails: {last}", remedy="correct it; it runs before the answer")
    return [json.loads(line) for line in lines]


_DRIVER = r"""
import contextlib, io, json, os, sys

class Recorder:
    rows = []
    def compares(self, want): pass
    def record(self, item, name, points, passed, message="", **parts):
        self.rows.append([points, bool(passed)])
        if not passed:
            hint = parts.get("hint") or ""
            print(f"{name}: {message}" + (f" ({hint})" if hint else ""))

class Shell:
    def __getattr__(self, name): return lambda *a, **k: None

from IPython.core.inputtransformer2 import TransformerManager
work, names = json.load(sys.stdin), {"__name__": "__main__", "get_ipython": Shell}
def run(source): exec(compile(TransformerManager().transform_cell(source), "<cell>", "exec"), names)
with contextlib.redirect_stdout(io.StringIO()):
    for source in work["before"]: run(source)
for answer in work["answers"]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said, error = io.StringIO(), False
        names["__examiner__"] = Recorder()
        with contextlib.redirect_stdout(said):
            try:
                for source in (answer, *work["between"], work["test"]): run(source)
            except BaseException as failure:
                error = True
                print(f"{type(failure).__name__}: {failure}")
        with os.fdopen(writing, "w") as file:
            json.dump({"said": said.getvalue()[:4000], "error": error, "rows": Recorder.rows}, file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file: found = file.read()
    os.waitpid(child, 0)
    print(found or json.dumps({"said": "the process died", "error": True, "rows": []}), flush=True)
"""
