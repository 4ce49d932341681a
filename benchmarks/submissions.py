"""Make a class of hand-ins for a lab: right, wrong, unfinished, damaged and hostile ones, the same for the same seed.

    python benchmarks/submissions.py FOLDER --students 300 --seed 1

writes FOLDER/STUDENT/NOTEBOOK.ipynb. Every damage is one that editors, students and downloads really do; those in
`DAMAGES` keep all answers, so that a repaired hand-in has to hold exactly them.
"""

from __future__ import annotations

import argparse
import base64
import copy
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.intake.released import released_form
from autograder.model.course import Assignment, Course
from autograder.notebook.cells import ANSWERS, grade_id_of, nbgrader_metadata, role_of

Cells = list[dict[str, Any]]
NAME = "Erika Mustermann"
"""The name that Colab leaves in a notebook's metadata. It must not come out of the other end anywhere."""


@dataclass(frozen=True)
class Made:
    """One hand-in that was made: `kind` is right, wrong, unfinished, damaged or hostile, `detail` what was done."""

    student: str
    notebook: str
    kind: str
    detail: str
    path: Path


def model_answers(assignment: Assignment, notebook: str) -> dict[str, str]:
    """The model solution of each answer cell, by grade id."""
    ours = assignment.notebooks[notebook]
    solution = ours.delimiters.solution
    return {grade_id_of(cell): solution.unmarked(cell.source) for cell in ours.source.cells if role_of(cell) in ANSWERS}


def filled(released: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """The released notebook with answers in it, the stub where there is none; code cells have outputs."""
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        grade_id = grade_id_of(cell)
        cell["source"] = answers.get(grade_id, cell["source"])
        if cell["cell_type"] == "code":
            cell.update(execution_count=1, outputs=[stream("visible checks passed\n")])
    return notebook


def happens(rng: random.Random, share: float) -> bool:
    """Whether something happens that happens in this share of cases."""
    return rng.random() < share


def stream(text: str) -> dict[str, Any]:
    """An output as Jupyter saves it."""
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def code(source: str) -> dict[str, Any]:
    """A code cell without metadata."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def text(source: str) -> dict[str, Any]:
    """A text cell without metadata."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def cells_with(notebook: dict[str, Any], *flags: str) -> Cells:
    """The cells of which nbgrader's metadata has the given flags."""
    return [cell for cell in notebook["cells"] if (meta := nbgrader_metadata(cell)) and all(meta.get(f) for f in flags)]


# Damages that keep every answer. Each takes a notebook and a source of chance and gives a notebook.


def as_colab(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Saved by Colab: a badge on top, its metadata, the student's name and photo, trailing spaces stripped."""
    user = {"displayName": NAME, "photoUrl": "https://lh3.example/photo.jpg", "userId": "0123456789"}
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] |= {"id": f"c{number:011d}", "colab_type": cell["cell_type"]}
        cell["source"] = [f"{line}\n" for line in cell["source"].split("\n")]
        cell["source"][-1:] = [cell["source"][-1].rstrip("\n")] if cell["source"][-1] != "\n" else []
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"outputId": "deadbeef", "executionInfo": {"status": "ok", "user": user, "elapsed": 5}}
            cell["execution_count"] = rng.choice([None, number])
    badge = '<a href="https://colab.example/x.ipynb" target="_parent"><img src="https://colab.example/colab-badge.svg"/></a>'
    notebook["cells"].insert(0, text(badge) | {"metadata": {"id": "view-in-github", "colab_type": "text"}})
    notebook["metadata"] = {"colab": {"name": "Copy of x.ipynb", "provenance": []}, "kernelspec": {"name": "python3"}}
    return notebook | {"nbformat_minor": 0}


def as_vscode(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Saved by VS Code on a bad day: code cells without any metadata."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"] = {"vscode": {"languageId": "python"}} if happens(rng, 0.3) else {}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    return notebook


def as_pycharm(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Saved by PyCharm: keys of its own, cell ids."""
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["pycharm"] = {"name": "#%%\n", "is_executing": happens(rng, 0.1)}
        cell["id"] = f"cell-{number}"
    return notebook | {"nbformat_minor": 5}


def old_schema(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Made from a release of an old nbgrader."""
    for cell in cells_with(notebook, "grade_id"):
        meta = cell["metadata"]["nbgrader"]
        kept = {key: meta[key] for key in ("grade", "grade_id", "solution", "locked", "points") if key in meta}
        cell["metadata"]["nbgrader"] = kept | {"schema_version": rng.choice([1, 2])}
    return notebook


def locked_edited(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Test cells and other locked cells edited: a comment, a print, an assert taken out."""
    for cell in cells_with(notebook, "locked"):
        if happens(rng, 0.3) and cell["cell_type"] == "code":
            lines = cell["source"].split("\n")
            cell["source"] = "\n".join([*lines[: rng.randrange(1, len(lines) + 1)], "# checked twice"])
    return notebook


def tests_deleted(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Some test and other locked cells deleted."""
    gone = {id(cell) for cell in cells_with(notebook, "locked") if happens(rng, 0.2)}
    notebook["cells"] = [cell for cell in notebook["cells"] if id(cell) not in gone]
    return notebook


def duplicated(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Graded cells there twice, with the same text."""
    cells: Cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if nbgrader_metadata(cell) and happens(rng, 0.15):
            cells.append(copy.deepcopy(cell))
    notebook["cells"] = cells
    return notebook


def extra_cells(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Cells of the student's own in between. No note stands beside a question to answer in words: it would be one."""
    cells: Cells = []
    notebook_cells = notebook["cells"]
    for number, cell in enumerate(notebook_cells):
        if happens(rng, 0.1):
            beside = any(
                near["cell_type"] == "markdown" and near["metadata"].get("nbgrader")
                for near in notebook_cells[max(number - 1, 0) : number + 1]
            )
            words = [] if beside else [text(f"My note {number}.")]
            cells.append(rng.choice([code(f"scratch_{number} = {number}"), *words, code("")]))
        cells.append(cell)
    notebook["cells"] = cells
    return notebook


def ids_lost(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The answers that define a function have lost their metadata."""
    for cell in cells_with(notebook, "solution"):
        if cell["source"].lstrip().startswith("def ") and happens(rng, 0.5):
            cell["metadata"] = {}
    return notebook


def typed_elsewhere(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Answers that define a function typed into a new cell under the stub, which is left empty."""
    cells: Cells = []
    for cell in notebook["cells"]:
        defines = cell["source"].lstrip().startswith("def ") and not nbgrader_metadata(cell).get("grade")
        if nbgrader_metadata(cell).get("solution") and defines and happens(rng, 0.4):
            cells += [cell | {"source": ""}, code(cell["source"])]
        else:
            cells.append(cell)
    notebook["cells"] = cells
    return notebook


def spaces(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Line ends of Windows, trailing spaces."""
    for cell in notebook["cells"]:
        if not nbgrader_metadata(cell).get("solution"):
            cell["source"] = cell["source"].replace("\n", rng.choice(["\r\n", "  \n", "\n"]))
    return notebook


def moved(notebook: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A few cells dragged to another place."""
    for _ in range(2):
        known = [number for number, cell in enumerate(notebook["cells"]) if nbgrader_metadata(cell)]
        if known:
            cell = notebook["cells"].pop(rng.choice(known))
            notebook["cells"].insert(rng.randrange(len(notebook["cells"]) + 1), cell)
    return notebook


Damage = Callable[[dict[str, Any], random.Random], dict[str, Any]]
DAMAGES: dict[str, Damage] = {
    each.__name__: each
    for each in (
        typed_elsewhere,
        ids_lost,
        duplicated,
        locked_edited,
        tests_deleted,
        extra_cells,
        moved,
        old_schema,
        spaces,
        as_pycharm,
        as_vscode,
        as_colab,
    )
}


# Damages of the file as a whole: what comes out is no notebook, or one in another dress.

BROKEN: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "empty": lambda _, __: b"",
    "cut off": lambda data, rng: data[: rng.randrange(1, len(data) - 3)],
    "a web page": lambda _, __: b"<!DOCTYPE html><html><body>Sign in to continue</body></html>",
    "nested without end": lambda _, __: b'{"cells":' + b"[" * 100_000,
    "not a notebook": lambda _, __: b'{"name": "package", "version": 1}',
    "binary": lambda _, rng: b"\x00\x01" + rng.randbytes(200),
}
ENCODINGS = ("utf-8-sig", "utf-16")

# Code that attacks the machine or the mark. Put in place of an answer, it costs that answer and nothing else.

HOSTILE = {
    "loops for ever": "while True:\n    pass",
    "eats memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(10_000_000))",
    "ends the process": "import os\nos._exit(0)",
    "forks for ever": "import os\nwhile True:\n    os.fork()",
    "prints without end": "while True:\n    print('x' * 10_000)",
    "is always equal": "class Always:\n    __eq__ = __lt__ = __gt__ = lambda *_: True\n    __hash__ = None",
    "hooks the display": "import sys\nsys.displayhook = lambda *_: print(3.0)",
    "reads the tests": "import glob\nprint([open(f).read() for f in glob.glob('/**/source/*/*', recursive=True)])",
    "raises": "raise SystemExit('no marks for me')",
}

MISTAKES = (
    (re.compile(r" \+ "), " - "),
    (re.compile(r" \* "), " / "),
    (re.compile(r" - "), " + "),
    (re.compile(r"\bdvalue\b"), "value"),
    (re.compile(r"return "), "return None and "),
    (re.compile(r"(\d)\.(\d)"), r"\g<2>.\g<1>"),
)


def mistaken(answer: str, rng: random.Random) -> str:
    """An answer with a mistake in it."""
    found = [(pattern, new) for pattern, new in MISTAKES if pattern.search(answer)]
    if not found:
        return answer
    pattern, new = rng.choice(found)
    return pattern.sub(new, answer, count=rng.choice([0, 1]))


def make_notebook(
    released: dict[str, Any], answers: dict[str, str], rng: random.Random, kind: str
) -> tuple[bytes, str]:
    """One hand-in of a kind as bytes, and what was done to it."""
    chosen = dict(answers)
    detail = ""
    if kind == "wrong":
        wrong = [grade_id for grade_id in chosen if happens(rng, 0.3)]
        chosen |= {grade_id: mistaken(chosen[grade_id], rng) for grade_id in wrong}
        detail = f"mistakes in {len(wrong)}"
    elif kind == "unfinished":
        chosen = {grade_id: answer for grade_id, answer in chosen.items() if happens(rng, 0.6)}
        detail = f"{len(chosen)} of {len(answers)} done"
    elif kind == "hostile" and chosen:
        detail = rng.choice(sorted(HOSTILE))
        place = rng.choice(sorted(chosen))
        chosen[place] = f"{HOSTILE[detail]}\n{chosen[place]}"
    notebook = filled(released, chosen)
    if kind == "damaged":
        names = [name for name in DAMAGES if happens(rng, 0.25)] or [rng.choice(sorted(DAMAGES))]
        for name in names:
            notebook = DAMAGES[name](notebook, rng)
        detail = ", ".join(names)
    data = json.dumps(notebook, indent=1, ensure_ascii=False).encode()
    if kind == "damaged" and happens(rng, 0.1):
        detail = rng.choice(ENCODINGS)
        data = data.decode().encode(detail)
    if kind == "broken":
        detail = rng.choice(sorted(BROKEN))
        data = BROKEN[detail](data, rng)
    return data, detail


KINDS = {"right": 30, "wrong": 30, "unfinished": 14, "damaged": 22, "broken": 2, "hostile": 2}
"""How many of a hundred hand-ins are of each kind."""

FILE_NAMES = (
    "{}.ipynb",
    "Copy of {}.ipynb",
    "Copy_of_{}.ipynb",
    "{} (1).ipynb",
    "{}_ipynb.ipynb",
    "Kopie von {}.ipynb",
)
FIRST_NAMES = (
    "ann",
    "bob",
    "chen",
    "dana",
    "émile",
    "fatima",
    "grün",
    "hanna",
    "ivo",
    "jörg",
    "kim",
    "lara",
    "李明",
    "nadia",
    "olu",
    "pia",
)


def make_class(
    assignment: Assignment, folder: Path, students: int, seed: int, kinds: dict[str, int] | None = None
) -> Iterator[Made]:
    """Write a folder for each student with the notebooks of the assignment; some of them are missing."""
    weights = kinds or KINDS
    notebooks = {
        name: (released_form(assignment, notebook), model_answers(assignment, name))
        for name, notebook in assignment.notebooks.items()
    }
    for number in range(students):
        rng = random.Random(f"{seed}/{number}")  # noqa: S311 - chance for tests, not for secrets
        student = f"{rng.choice(FIRST_NAMES)}{number:04d}"
        for name, (released, answers) in notebooks.items():
            kind = rng.choices(list(weights), list(weights.values()))[0]
            data, detail = make_notebook(released, answers, rng, kind)
            if happens(rng, 0.02):
                continue
            path = folder / student / rng.choice(FILE_NAMES).format(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            yield Made(student, name, kind, detail, path)


def picture(size: int = 60) -> str:
    """A small picture as a notebook carries it."""
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(size)).decode()


def main(arguments: list[str] | None = None) -> int:
    """Make a class from the command line."""
    parser = argparse.ArgumentParser(description="Make a class of hand-ins.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--course", type=Path, default=Path.cwd())
    parser.add_argument("--lab", default="lab2")
    given = parser.parse_args(arguments)
    made = list(make_class(Course(given.course).assignment(given.lab), given.folder, given.students, given.seed))
    for kind in KINDS:
        print(f"{kind:12} {sum(1 for one in made if one.kind == kind)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
