"""Write the example hand-ins into examples/handins, from the release and the library of answers in tests/answers.

    .venv/bin/python examples/make_handins.py

Run it after a change of the notebooks. It writes the same bytes for the same release. README.md beside it says what
each hand-in shows.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.model.course import Course, Notebook, items_of
from autograder.notebook.cells import ANSWERS, grade_id_of, role_of

ROOT = Path(__file__).resolve().parents[1]
HANDINS = ROOT / "examples" / "handins"
FORWARD, REVERSE, PYTORCH = "2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"
WRITTEN = "The update itself must not become part of the graph: the next backward would differentiate through it."


@dataclass(frozen=True)
class Student:
    """A made-up student: a style of right answers, and where they differ.

    `style` picks the n-th right answer of each item in the library, 0 the model solution. `wrong` maps items to the
    name of a wrong answer in the library (empty: the first one), or to its source. `first` keeps only so many
    answers of a notebook. `files` gives a notebook another file name, none, or breaks the file.
    """

    name: str
    style: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    system: str = ""


STUDENTS = (
    Student("ada"),
    Student("blaise", style=2),
    Student("carla", first={FORWARD: 9, REVERSE: 5, PYTORCH: 0}),
    Student(
        "dmitri",
        wrong={
            "dual-subtraction": "copied from addition",
            "dual-division": "divides by b instead of b squared",
            "var-dzdy": "no seed on the output",
            "value-operators": "the gradient is overwritten",
            "descent": "never emptied",
        },
    ),
    Student(
        "emmy",
        style=1,
        wrong={
            "dual-power": "constant exponents only: no term with a logarithm",
            "dual-exp": "factor dvalue missing",
            "var-addition": "the weights of a product",
            "value-backward": "breadth first",
            "linear-layer": "the bias gradient not summed",
            "pathwise": "no factor 2",
        },
    ),
    Student("felix", style=3, wrong={"dual-tan": "sign"}, system="colab"),
    Student(
        "grace",
        wrong={"loop-grad": "the seed inside the loop"},
        files={
            FORWARD: f"Copy of {FORWARD}.ipynb",
            REVERSE: f"{REVERSE} (1).ipynb",
            PYTORCH: f"{PYTORCH}_ipynb.ipynb",
        },
    ),
    Student("hugo", style=1, files={PYTORCH: ""}),
    Student("ines", files={REVERSE: "broken"}),
    Student(
        "jun",
        style=1,
        wrong={
            "dual-cos": "import os\n\n\ndef cos(x):\n    os._exit(0)\n",
            "value-functions": "relu with >=",
        },
        system="extra cells",
    ),
)


def right(item: str, notebook: str, style: int) -> str | None:
    """The right answer of the library in the given style (the last one when there are fewer)."""
    found = library(notebook, item, "right")
    return list(found.values())[min(style, len(found)) - 1] if style and found else None


def library(notebook: str, item: str, kind: str) -> dict[str, str]:
    """The answers that tests/answers has for an item, by name."""
    path = ROOT / "tests" / "answers" / notebook / f"{item}.py"
    if not path.exists():
        return {}
    _, *parts = re.split(r"(?m)^# %% (right|wrong): (.+)$", path.read_text("utf-8"))
    cases = zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    return {name: re.sub(r"(?m)^# says: .*\n", "", body).strip() for which, name, body in cases if which == kind}


def answers_of(student: Student, source: Notebook) -> dict[str, str]:
    """What a student writes into the answer cells of a notebook, by grade id."""
    solution = source.delimiters.solution
    answers: dict[str, str] = {}
    for cell in source.source.cells:
        if role_of(cell) not in ANSWERS:
            continue
        grade_id = grade_id_of(cell)
        item = grade_id.removesuffix("-answer")
        wrong = student.wrong.get(item)
        if cell.cell_type == "markdown":
            answers[item] = solution.without(cell.source, lambda _: [WRITTEN])
        elif wrong is None:
            answers[grade_id] = right(item, source.name, student.style) or solution.unmarked(cell.source)
        elif "\n" in wrong:
            answers[grade_id] = wrong
        else:
            cases = library(source.name, item, "wrong")
            answers[grade_id] = cases[wrong] if wrong else next(iter(cases.values()))
    kept = student.first.get(source.name, len(answers))
    return dict(list(answers.items())[:kept])


def as_colab(notebook: Any, name: str) -> None:
    """Save as Colab does: a badge on top, ids and run details in the metadata, nbformat 4.0, lost trailing spaces."""
    badge = f'<a href="https://colab.research.google.com/drive/{name}" target="_parent">Open in Colab</a>'
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(badge))
    notebook.cells[0].pop("id")
    user = {"displayName": f"{name.title()} Example", "userId": "00000000000000000000"}
    for place, cell in enumerate(notebook.cells):
        cell.metadata["id"] = f"{name}{place:08}"
        cell.source = "\n".join(line.rstrip() for line in cell.source.split("\n"))
        if cell.cell_type == "code":
            cell.metadata["executionInfo"] = {"status": "ok", "elapsed": 12, "user": user, "user_tz": 0}
            cell.metadata["colab"] = {"base_uri": "https://localhost:8080/"}
    notebook.metadata = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    notebook.nbformat_minor = 0


def with_extra_cells(notebook: Any) -> None:
    """Put cells of the student's own among ours, and one answer cell twice."""
    answers = [place for place, cell in enumerate(notebook.cells) if role_of(cell) in ANSWERS]
    notebook.cells.insert(answers[1] + 1, json.loads(json.dumps(notebook.cells[answers[1]])))
    for source in ("print('does this run?')", "attempt = [n * n for n in range(4)]\nattempt"):
        cell = nbformat.v4.new_code_cell(source)
        cell.pop("id")
        notebook.cells.insert(answers[0] + 1, cell)
    notebook.cells = [nbformat.from_dict(cell) for cell in notebook.cells]


def handin(student: Student, source: Notebook) -> Any:
    """A student's notebook."""
    released = nbformat.read(ROOT / "release" / "lab2" / f"{source.name}.ipynb", as_version=nbformat.NO_CONVERT)
    answers = answers_of(student, source)
    for cell in released.cells:
        cell.source = answers.get(grade_id_of(cell), cell.source)
    if student.system == "colab":
        as_colab(released, student.name)
    elif student.system == "extra cells":
        with_extra_cells(released)
    return released


def main() -> None:
    """Write all hand-ins anew."""
    sources = Course(ROOT).assignment("lab2").notebooks
    known = {item.grade_id for notebook in sources.values() for item in items_of(notebook.source)}
    shutil.rmtree(HANDINS, ignore_errors=True)
    for student in STUDENTS:
        if unknown := set(student.wrong) - known:
            raise SystemExit(f"{student.name}: no item is called {', '.join(sorted(unknown))}; correct STUDENTS")
        folder = HANDINS / student.name
        folder.mkdir(parents=True)
        for name, notebook in sources.items():
            file = student.files.get(name, f"{name}.ipynb")
            if not file:
                continue
            text = nbformat.writes(handin(student, notebook), version=nbformat.NO_CONVERT) + "\n"
            if file == "broken":
                (folder / f"{name}.ipynb").write_text(text[: len(text) // 3], encoding="utf-8")
            else:
                (folder / file).write_text(text, encoding="utf-8")
    print(f"wrote {len(STUDENTS)} hand-ins to {HANDINS}")  # noqa: T201  # a script says what it did


if __name__ == "__main__":
    main()
