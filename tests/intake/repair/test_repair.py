"""Damage that really occurs, each as a small case with what has to come of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import nbformat
import pytest

from autograder.intake.reading import normal, read_notebook
from autograder.intake.repair import pairing, repair
from autograder.notebook.cells import nbgrader_metadata

AREA = "def area(self):\n    return self.size ** 2\n\n\nShape.area = area"
BORDER = "def border(self):\n    return 4 * self.size\n\n\nShape.border = border"
ALL = "checker..total"


@dataclass
class Case:
    """A hand-in, the answers that it holds, and what is said and asked of a person."""

    says: str
    submission: str
    answers: dict[str, str] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    flag: bool = False


CASES = {
    "untouched": Case("An untouched notebook comes out as it was.", f"# %% = {ALL}"),
    "answered": Case(
        "An answer in its cell needs no repair.",
        f"# %% = checker shape\n# %% code id=area-answer\n{AREA}\n# %% = area..total",
        {"area-answer": AREA},
    ),
    "code here": Case(
        "`YOUR CODE HERE` left in a finished cell is part of the answer.",
        "# %% = checker shape\n# %% code id=area-answer\ndef area(self):\n    # YOUR CODE HERE\n    return 1\n\n\n"
        "Shape.area = area\n# %% = area..total",
        {"area-answer": "def area(self):\n    # YOUR CODE HERE\n    return 1\n\n\nShape.area = area"},
    ),
    "metadata lost": Case(
        "Without any metadata answers are found by the functions that they define.",
        f"# %% ~ checker shape\n# %% code\n{AREA}\n# %% ~ area\n# %% code\n{BORDER}\n# %% ~ border..total",
        {"area-answer": AREA, "border-answer": BORDER},
        ("lost its cell's metadata; found by what it defines",),
    ),
    "metadata lost, no function": Case(
        "Without metadata an answer that defines a name only is found by that name.",
        "# %% ~ checker..why\n# %% code\ntotal = 4 + 9\n# %% ~ total",
        {"total-answer": "total = 4 + 9"},
        ("`total-answer` had lost",),
    ),
    "text lost": Case(
        "A written answer without metadata is found by its place.",
        "# %% = checker..demo\n# %% markdown\n"
        "Why is an area never negative? Answer in a sentence or two.\n# %% markdown\nBecause a square is not.\n"
        "# %% = total-answer total",
        {"why": "Because a square is not."},
        ("`why` had lost its cell's metadata; found by its place",),
    ),
    "typed below": Case(
        "An answer in a cell below its stub is put into the answer cell.",
        f"# %% = checker..area-answer\n# %% code\n{AREA}\n# %% = area..total",
        {"area-answer": AREA},
        ("`area-answer` was found in a cell of the student's own",),
    ),
    "typed at the end": Case(
        "An answer far below its test is put into the answer cell, and its own cell stays.",
        f"# %% = checker..why\n# %% code\nside = 3\n# %% = total-answer total\n# %% code\n{AREA}",
        {"area-answer": AREA},
        ("`area-answer` was found in a cell of the student's own",),
        (("why", "side = 3"), ("total", AREA)),
    ),
    "two in one": Case(
        "Two answers in one cell are taken apart.",
        f"# %% = checker shape\n# %% code id=area-answer\n{AREA}\n\n{BORDER}\n# %% = area..total",
        {"area-answer": f"{AREA}\n\n{BORDER}", "border-answer": BORDER},
        ("`border-answer` was found in the cell `area-answer`",),
    ),
    "written into the class": Case(
        "Methods written into the given class are cut out and attached.",
        "# %% = checker\n# %% code id=shape\nclass Shape:\n    def __init__(self, size):\n        self.size = size\n\n"
        "    def area(self):\n        return self.size ** 2\n"
        "# %% = area-answer..total",
        {"area-answer": AREA.replace("\n\n\n", "\n\n")},
        ("`area-answer` was found in the cell `shape`", "`shape` was edited"),
    ),
    "answer cell deleted": Case(
        "A deleted answer cell is put back as released, and a person looks.",
        "# %% = checker shape area..total",
        {},
        ("`area-answer` is missing",),
        flag=True,
    ),
    "answer cell emptied": Case(
        "An emptied answer cell is put back as released.",
        "# %% = checker shape\n# %% code id=area-answer\n\n# %% = area..total",
        {},
        ("`area-answer` is empty",),
    ),
    "tests deleted": Case(
        "Deleted test cells are put back.",
        "# %% = checker..area-answer border-answer demo..total-answer",
        {},
        ("test cell `area` was missing", "test cell `border` was missing", "test cell `total` was missing"),
    ),
    "test edited": Case(
        "An edited test cell is replaced by ours.",
        "# %% = checker..area-answer\n# %% code id=area\nassert True\n# %% = border-answer..total",
        {},
        ("test cell `area` was edited; ours is used",),
    ),
    "answer in the test cell": Case(
        "An answer typed into the test cell is moved to its own.",
        f"# %% = checker..area-answer\n# %% code id=area\n{AREA}\nexpect(Shape(3).area(), 9)\n"
        "# %% = border-answer..total",
        {"area-answer": AREA},
        ("`area-answer` was found in the cell `area`",),
    ),
    "demonstration edited": Case(
        "An edited given cell is replaced by ours.",
        "# %% = checker..border\n# %% code id=demo\ntile = Shape(7)\nprint(tile)\n# %% = why..total",
        {},
        ("given cell `demo` was edited; ours is used",),
    ),
    "demonstration edited and needed": Case(
        "An edited given cell that a later answer depends on is kept behind ours.",
        "# %% = checker..border\n# %% code id=demo\ntile = Shape(7)\nsides = [2, 3]\n"
        "# %% = why\n# %% code id=total-answer\ntotal = sum(n * n for n in sides)\n# %% = total",
        {"total-answer": "total = sum(n * n for n in sides)"},
        ("later cells use what was added",),
        (("demo", "tile = Shape(7)\nsides = [2, 3]"),),
        flag=True,
    ),
    "graded cell twice, one untouched": Case(
        "Of a duplicated answer cell the one that was worked on counts.",
        f"# %% = checker shape\n# %% code id=area-answer\n{AREA}\n# %% = area-answer..total",
        {"area-answer": AREA},
        ("`area-answer` is there 2 times; one counts",),
    ),
    "graded cell twice, two answers": Case(
        "Of two different answers the last counts, the other is kept, a person looks.",
        "# %% = checker shape\n# %% code id=area-answer\ndef area(self):\n    return 0\n"
        f"# %% code id=area-answer\n{AREA}\n"
        "# %% = area..total",
        {"area-answer": AREA},
        ("with different answers; the last one counts",),
        (("shape", "def area(self):\n    return 0"),),
        flag=True,
    ),
    "test cell twice": Case(
        "A duplicated test cell counts once.",
        "# %% = checker..area area..total",
        {},
        ("`area` is there 2 times",),
    ),
    "given cell pasted again": Case(
        "A given cell pasted again without metadata is left out: it would undo what was attached.",
        f"# %% = checker shape\n# %% code id=area-answer\n{AREA}\n# %% = area..total\n# %% ~ shape",
        {"area-answer": AREA},
        ("a copy of the given cell `shape` left out",),
    ),
    "own cells": Case(
        "The student's own cells stay where they stood.",
        "# %% code\nimport math\n# %% = checker..demo\n# %% markdown\nNote to self\n"
        "# %% markdown\nWhy is an area never negative? Answer in a sentence or two.\n# %% = why\n"
        "# %% code\nprint(math.pi)\n"
        "# %% = total-answer total",
        {},
        (),
        (("", "import math"), ("demo", "Note to self"), ("why", "print(math.pi)")),
    ),
    "typed into the question": Case(
        "A written answer in the question's cell is moved to its own, and a person looks.",
        "# %% = checker..demo\n# %% markdown\n"
        "Why is an area never negative? Answer in a sentence or two.\n\nBecause it is a square.\n# %% = why..total",
        {"why": "Because it is a square."},
        ("`why` was typed into the question",),
        flag=True,
    ),
    "written beside": Case(
        "A written answer in a new cell under the empty one is moved into it, and a person looks.",
        "# %% = checker..why\n# %% markdown\nBecause it is a square.\n# %% = total-answer total",
        {"why": "Because it is a square."},
        ("`why` stood in a neighbouring cell",),
        flag=True,
    ),
    "defined later than used": Case(
        "A helper that stands below its first use is copied up, and stays where it was, too.",
        "# %% = checker shape\n# %% code id=area-answer\n"
        "def area(self):\n    return squared(self.size)\n\n\nShape.area = area\n"
        "# %% = area..total\n# %% code\ndef squared(n):\n    return n * n",
        {"area-answer": "def area(self):\n    return squared(self.size)\n\n\nShape.area = area"},
        ("`squared` is used above its definition",),
        (("shape", "def squared(n):\n    return n * n"), ("total", "def squared(n):\n    return n * n")),
    ),
    "not attached": Case(
        "The line that attaches a function to its class is put back when it was deleted.",
        "# %% = checker shape\n# %% code id=area-answer\ndef area(self):\n    return 1\n# %% = area..total",
        {"area-answer": "def area(self):\n    return 1\n\nShape.area = area"},
        ("`Shape.area = area` was missing",),
    ),
    "moved": Case(
        "Cells in another order are put back in ours.",
        f"# %% = checker shape total-answer total\n# %% code id=area-answer\n{AREA}\n# %% = area..why",
        {"area-answer": AREA},
        ("2 cells had been moved",),
    ),
    "magics": Case(
        "Magics and shell lines do not hide what a cell defines.",
        f"# %% ~ checker shape\n# %% code\n%%time\n!pip install numpy\n{AREA}\n# %% ~ area..total",
        {"area-answer": f"%%time\n!pip install numpy\n{AREA}"},
        ("`area-answer` had lost",),
    ),
    "not Python": Case(
        "An answer that does not parse is still found by the line that starts its function.",
        "# %% ~ checker shape\n# %% code\ndef area(self):\n    return self.size **\n# %% ~ area..total",
        {"area-answer": "def area(self):\n    return self.size **"},
        ("`area-answer` had lost",),
    ),
    "wrong kind of cell": Case(
        "Code in an answer cell that was turned into text is made code again, and a person looks.",
        f"# %% = checker shape\n# %% markdown id=area-answer\n{AREA}\n# %% = area..total",
        {"area-answer": AREA},
        ("stood in a markdown cell",),
        flag=True,
    ),
    "foreign grade ids": Case(
        "A cell with a grade id that is not ours is a cell of the student's own.",
        "# %% = checker..why\n# %% code id=other-lab\nfoo = 1\n# %% = total-answer total",
        {},
        (),
        (("why", "foo = 1"),),
    ),
}


def answers_of(content):
    return {
        meta["grade_id"]: cell["source"]
        for cell in content["cells"]
        if (meta := nbgrader_metadata(cell)).get("solution")
    }


def own_of(content, plan):
    """The student's own cells, each with the grade id of the last graded cell above it."""
    above, found = "", []
    for cell in content["cells"]:
        if nbgrader_metadata(cell):
            above = cell["metadata"]["nbgrader"]["grade_id"]
        elif normal(cell["source"]) not in plan.norms:
            found.append((above, cell["source"]))
    return tuple(found)


@pytest.mark.parametrize("name", CASES, ids=lambda name: name.replace(" ", "-"))
def test_each_known_damage_comes_out_as_it_should(name, notebook, squares):
    """Each case keeps the answers, says what was done and asks a person where it has to."""
    case = CASES[name]
    repaired = repair(read_notebook(notebook(case.submission)), squares)
    stubs = {grade_id: cell.source for grade_id, cell in squares.by_id.items() if cell.is_answer}
    found = answers_of(repaired.content)
    assert {key: normal(value) for key, value in found.items()} == {
        key: normal(value) for key, value in {**stubs, **case.answers}.items()
    }, case.says
    texts = [each.text for each in repaired.repairs]
    for fragment in case.repairs:
        assert any(fragment in text for text in texts), (case.says, texts)
    assert case.repairs or not texts, (case.says, texts)
    assert own_of(repaired.content, squares) == case.own, case.says
    assert any(each.flag for each in repaired.repairs) == case.flag, (case.says, texts)


@pytest.mark.parametrize("name", CASES, ids=lambda name: name.replace(" ", "-"))
def test_a_repaired_notebook_is_ours_and_needs_no_second_repair(name, notebook, squares):
    """Every given cell is ours, the notebook is valid, and taking it in again changes nothing."""
    repaired = repair(read_notebook(notebook(CASES[name].submission)), squares)
    nbformat.validate(nbformat.from_dict(repaired.content), relax_add_props=False)
    ours = [cell["source"] for cell in repaired.content["cells"] if nbgrader_metadata(cell).get("locked")]
    assert ours == [cell.source for cell in squares.cells if cell.is_given]
    again = repair(read_notebook(json.dumps(repaired.content).encode()), squares)
    assert again.content == repaired.content
    assert again.repairs == ()


def test_names_and_photos_never_come_out(notebook, squares):
    """Metadata and outputs of a hand-in, with the name and photo that Colab keeps there, are left behind."""
    content = json.loads(notebook())
    user = {"user": {"displayName": "Erika Mustermann", "photoUrl": "https://photo.example"}}
    content["metadata"] = {"colab": {"name": "Erika Mustermann.ipynb"}, "authors": [{"name": "Erika Mustermann"}]}
    for cell in content["cells"]:
        cell["metadata"]["executionInfo"] = user
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Erika Mustermann"}]
    repaired = repair(read_notebook(json.dumps(content).encode()), squares)
    assert "Erika" not in json.dumps(repaired.content)
    assert "photo" not in json.dumps(repaired.content)
    assert [each.text for each in repaired.repairs] == ["saved by Colab: its metadata left out"]


def test_the_badge_of_colab_is_left_out(notebook, squares):
    """The badge that Colab puts on top is no cell of the student's own."""
    content = json.loads(notebook())
    badge = {"cell_type": "markdown", "metadata": {"id": "x"}, "source": '<a href="x"><img src="colab-badge.svg"/></a>'}
    content["cells"].insert(0, badge)
    repaired = repair(read_notebook(json.dumps(content).encode()), squares)
    assert "colab-badge" not in json.dumps(repaired.content)


def test_a_picture_in_a_written_answer_is_kept_and_nothing_else_is(notebook, squares):
    """Pictures pasted into a written answer stay; scripts under the name of a picture do not."""
    content = json.loads(notebook(why="Look: ![proof](attachment:proof.png)"))
    cell = next(cell for cell in content["cells"] if nbgrader_metadata(cell).get("grade_id") == "why")
    cell["attachments"] = {
        "proof.png": {"image/png": "iVBORw0KGgo="},
        "evil.svg": {"image/svg+xml": "PHN2Zz4="},
        "bad.png": {"image/png": "<script>"},
    }
    repaired = repair(read_notebook(json.dumps(content).encode()), squares)
    kept = [cell["attachments"] for cell in repaired.content["cells"] if "attachments" in cell]
    assert kept == [{"proof.png": {"image/png": "iVBORw0KGgo="}}]


def test_the_class_written_anew_in_an_own_cell_gives_its_methods(notebook, squares):
    """A student who writes the whole class again has every method counted."""
    again = "class Shape:\n    def __init__(self, size):\n        self.size = size\n\n"
    again += "    def area(self):\n        return 1\n\n    def border(self):\n        return 2"
    text = f"# %% = checker..total\n# %% code\n{again}"
    found = answers_of(repair(read_notebook(notebook(text)), squares).content)
    assert found["area-answer"] == "def area(self):\n    return 1\n\nShape.area = area"
    assert found["border-answer"] == "def border(self):\n    return 2\n\nShape.border = border"


def test_comparisons_are_capped(squares, monkeypatch):
    """A thousand cells that are like none of ours are not all compared, and it is said that they were not."""
    seen = []
    monkeypatch.setattr(pairing, "COMPARISONS", 50)
    monkeypatch.setattr(pairing, "alike", lambda one, other: seen.append(one) or 0.0)
    cells = [{"cell_type": kind, "source": f"v{number} = 1"} for number in range(100) for kind in ("code", "markdown")]
    repaired = repair(read_notebook(json.dumps({"cells": cells}).encode()), squares)
    assert len(seen) == 50
    assert any("not all could be compared" in each.text and each.flag for each in repaired.repairs)
