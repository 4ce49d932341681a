"""Each proof of the gate is seen to fail on a release that breaks it, and to hold on one that does not."""

from __future__ import annotations

import base64
import copy
from dataclasses import replace

import nbformat
import pytest
from support.toy_lab import LAB, MASTER, toy_course

from autograder.build import build
from autograder.model.lab import read_lab
from autograder.notebook.regions import Delimiters, Markers
from autograder.release.proofs import gate, by_reading, by_running
from autograder.release.exceptions import GateError
from autograder.release.generate import generate
from autograder.release.release import release
from autograder.release.proofs.subject import LabSubject, Subject


def subject_of(root, master=MASTER, lab=LAB) -> Subject:
    course = toy_course(root, master, lab)
    build(course, "toy")
    [settings] = read_lab(root / "notebooks" / "toy").notebooks
    source = course.assignment("toy").notebooks["sums"].source
    return Subject(settings, source, generate(course, "toy")["sums"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Subject:
    """The toy lab as it should be."""
    return subject_of(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def broken(whole) -> Subject:
    """A copy of the toy lab to break."""
    return Subject(whole.settings, copy.deepcopy(whole.source), copy.deepcopy(whole.released))


def cell(notebook, grade_id):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def replaced(whole, grade_id, old, new) -> Subject:
    """The lab with something replaced in one cell of the source."""
    source = copy.deepcopy(whole.source)
    found = cell(source, grade_id)
    assert old in found.source
    found.source = found.source.replace(old, new)
    return Subject(whole.settings, source, whole.released)


# Proofs by reading


def test_a_leak_of_configured_regions_is_found(whole):
    """What is secret is what the course's own delimiters enclose."""
    text = "shown = 1\n# %hide\nassert slope(quite_secret) == 3\n# %show"
    source = copy.deepcopy(whole.source)
    cell(source, "my-sum").source = text
    released = copy.deepcopy(whole.released)
    cell(released, "my-sum").source = text.replace("# %hide\n", "").replace("\n# %show", "")
    marked = Delimiters(hidden=Markers("%hide", "%show"))
    [problem] = by_reading.no_leak(Subject(whole.settings, source, released, delimiters=marked))
    assert (problem.cell, "quite_secret" in problem.found) == ("my-sum", True)
    assert list(by_reading.no_leak(Subject(whole.settings, source, released))) == []


@pytest.mark.parametrize("proof", gate.TEXT_PROOFS, ids=lambda proof: proof.__name__)
def test_text_proofs_hold_for_a_whole_release(whole, proof):
    """Every proof by reading holds for a release as it should be."""
    assert list(proof(whole)) == []


@pytest.mark.parametrize(
    "secret", ["return total", "total = a + b", "assert my_sum(11, -4) == 7", "Full marks for naming commutativity."]
)
@pytest.mark.parametrize("place", ["source", "wrapped", "output", "metadata", "notebook metadata", "attachment", "key"])
def test_a_leak_is_found_wherever_it_is(broken, secret, place):
    """A line of a solution, hidden test or rubric is found in every corner of the released file."""
    released = broken.released
    if place == "source":
        released.cells[0].source += f"\n{secret}"
    elif place == "wrapped":
        released.cells[0].source += "\n" + secret.replace(" ", "\t  ")
    elif place == "output":
        cell(released, "my-sum").outputs.append(nbformat.v4.new_output("stream", text=f"x\n{secret}\n"))
    elif place == "metadata":
        released.cells[0].metadata["note"] = [{"deep": secret}]
    elif place == "notebook metadata":
        released.metadata["note"] = secret
    elif place == "key":
        released.cells[0].metadata[secret] = 1
    else:
        data = base64.b64encode(secret.encode()).decode()
        released.cells[0]["attachments"] = {"a.txt": {"text/plain": data}}
    [problem] = by_reading.no_leak(broken)
    assert problem.notebook == "sums"
    assert problem.cell in {"my-sum-answer", "my-sum", "why-sums"}
    assert problem.remedy


def test_a_line_that_students_are_given_anyway_is_no_leak(tmp_path):
    """A solution line that stands in given code as well is no leak, as long as it stands there no more often."""
    master = MASTER.replace("scale = 2", "def helper(a, b):\n    total = a + b\n    return total")
    subject = subject_of(tmp_path, master)
    assert list(by_reading.no_leak(subject)) == []
    subject.released.cells[0].source += "\ntotal = a + b"
    assert [problem.cell for problem in by_reading.no_leak(subject)] == ["my-sum-answer"]


def test_keywords_alone_are_no_leak():
    """A line of keywords gives nothing away; one with a name or a number does."""
    assert not by_reading.says_something("else:")
    assert not by_reading.says_something("raise")
    assert by_reading.says_something("return 42")
    assert by_reading.says_something("a * b")


def test_outputs_attachments_and_metadata_are_refused(broken):
    """Outputs, attachments of exercises and metadata of any other kind are each refused at their cell."""
    broken.released.metadata["widgets"] = {}
    cell(broken.released, "my-sum").execution_count = 3
    cell(broken.released, "why-sums")["attachments"] = {"a.png": {"image/png": ""}}
    cell(broken.released, "my-sum-answer").metadata["autograder"] = {"builds_on": []}
    found = {problem.cell: problem.found for problem in by_reading.nothing_attached(broken)}
    assert set(found) == {"", "my-sum", "why-sums", "my-sum-answer"}


@pytest.mark.parametrize(
    "line",
    [
        "import pandas",
        "from scipy.special import erf",
        "import urllib.request",
        "    import requests",
        "!pip install torch",
        "%pip install torch",
        "%%bash",
        "from . import helper",
    ],
)
def test_what_reaches_outside_is_refused(broken, line):
    """Imports beyond the agreed libraries, network modules and installations are refused."""
    found = cell(broken.released, "my-picture")
    found.source = line if line.startswith("%%") else f"if True:\n    {line}" if line.startswith(" ") else line
    assert [problem.cell for problem in by_reading.self_contained(broken)] == ["my-picture"]


@pytest.mark.parametrize(
    "line",
    ["import math", "import numpy as np", "import torch", "import matplotlib.pyplot as plt", "%matplotlib inline"],
)
def test_what_colab_has_is_allowed(broken, line):
    """The standard library, numpy, matplotlib and torch may be imported."""
    cell(broken.released, "my-picture").source = line
    assert list(by_reading.self_contained(broken)) == []


@pytest.mark.parametrize(
    "picture", ["![a](graph.png)", "![a](https://example.org/a.png)", '<img src="https://example.org/a.png">']
)
def test_pictures_from_elsewhere_are_refused(broken, picture):
    """A picture that is not in the notebook is refused."""
    broken.released.cells[0].source += picture
    assert len(list(by_reading.self_contained(broken))) == 1


def test_another_format_and_cell_ids_are_refused(broken):
    """nbformat 4.5 and cell ids are refused."""
    broken.released.nbformat_minor = 5
    broken.released.cells[0]["id"] = "a"
    assert len(list(by_reading.colab_format(broken))) == 2


def test_a_missing_exercise_is_refused(broken):
    """An item of the source that the release lacks, or gives other points, is refused."""
    cell(broken.released, "my-sum").metadata["nbgrader"]["points"] = 4
    broken.released.cells.remove(cell(broken.released, "why-sums"))
    assert [problem.cell for problem in by_reading.same_cells(broken)] == ["my-sum", "why-sums"]


@pytest.mark.parametrize(
    ("grade_id", "change"),
    [
        ("my-sum", lambda cell: cell.metadata.pop("cellView")),
        ("my-sum", lambda cell: cell.metadata.pop("jupyter")),
        ("my-sum", lambda cell: cell.update(source=cell.source.split("\n", 1)[1])),
        ("plan", lambda cell: cell.metadata.pop("cellView")),
    ],
)
def test_a_test_that_is_not_folded_is_refused(broken, grade_id, change):
    """A test cell or a cell of the checker that a student would see unfolded is refused."""
    change(cell(broken.released, grade_id))
    assert [problem.cell for problem in by_reading.tests_are_folded(broken)] == [grade_id]


def test_points_have_to_add_up(whole, tmp_path):
    """Points that differ from lab.toml's are refused."""
    lab = read_lab(toy_course(tmp_path).root / "notebooks" / "toy")
    assert list(by_reading.names_and_points(LabSubject(lab, (whole,)))) == []
    other = replace(whole, settings=replace(whole.settings, points=6))
    [problem] = by_reading.names_and_points(LabSubject(lab, (other,)))
    assert "5 points and lab.toml says 6" in str(problem)


def test_names_are_unique_in_the_lab(whole, tmp_path):
    """Two cells, or items of two notebooks, with one name are refused."""
    lab = read_lab(toy_course(tmp_path).root / "notebooks" / "toy")
    twin = replace(whole, settings=replace(whole.settings, name="twin"))
    assert {problem.notebook for problem in by_reading.names_and_points(LabSubject(lab, (whole, twin)))} == {"twin"}
    doubled = copy.deepcopy(whole.source)
    doubled.cells.append(cell(doubled, "my-sum-answer"))
    [problem] = by_reading.names_and_points(LabSubject(lab, (replace(whole, source=doubled),)))
    assert "2 cells" in problem.found


# Proofs by running


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("proof", gate.RUN_PROOFS, ids=lambda proof: proof.__name__)
def test_run_proofs_hold_for_a_whole_release(whole, proof):
    """Every proof by running holds for a release as it should be."""
    assert list(proof(whole)) == []


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize(
    ("grade_id", "old", "new", "says"),
    [
        ("my-sum-answer", "a + b", "a - b", "scores 0 of 3"),
        ("my-sum", "== 7", "== 8", "scores 0 of 3"),
        ("my-picture", "print(", "printt(", "NameError"),
    ],
)
def test_a_model_solution_that_is_wrong_is_found(whole, grade_id, old, new, says):
    """A wrong model solution, a wrong hidden test and a cell that stops are each named."""
    problems = list(by_running.model_scores_full(replaced(whole, grade_id, old, new)))
    assert any(says in problem.found for problem in problems)
    assert {problem.notebook for problem in problems} == {"sums"}


@pytest.mark.kernel
@pytest.mark.slow
def test_text_on_stderr_is_found(whole):
    """A model solution that writes to stderr is found: nbgrader takes that for an error."""
    noisy = replaced(whole, "my-sum", "with task", "import sys\nprint('careful', file=sys.stderr)\nwith task")
    assert any("stderr" in problem.found for problem in by_running.model_scores_full(noisy))


@pytest.mark.kernel
@pytest.mark.slow
def test_a_show_cell_that_is_needed_is_found(whole):
    """A graded cell that needs what a show cell made is found."""
    needy = replaced(whole, "my-picture", "try:", "needed = 1\ntry:")
    needy.source.cells.append(cell(needy.source, "my-sum"))
    needy.source.cells[-1] = copy.deepcopy(needy.source.cells[-1])
    needy.source.cells[-1].source += "\nassert needed == 1"
    assert list(by_running.model_scores_full(needy)) == []
    assert any("needed" in problem.found for problem in by_running.show_cells_not_needed(needy))


@pytest.mark.kernel
@pytest.mark.slow
def test_points_of_checks_have_to_add_up(whole):
    """Checks whose points do not add up to the cell's, or that name no item, are found."""
    more = copy.deepcopy(whole.source)
    cell(more, "my-sum").metadata["nbgrader"]["points"] = 4
    [problem] = by_running.checks_add_up(replace(whole, source=more))
    assert "3 points and the cell has 4" in problem.found
    [problem] = by_running.checks_add_up(replaced(whole, "my-sum", 'task("my-sum")', 'task("our-sum")'))
    assert problem.cell == "our-sum"


@pytest.mark.kernel
@pytest.mark.slow
def test_marks_for_nothing_are_found(whole):
    """An item that an untouched release earns is found."""
    generous = replaced(whole, "my-sum", "    assert my_sum(1, 2) == 3", "    pass")
    cell(generous.source, "my-sum").source = 'with task("my-sum"):\n    assert scale == 2\n'
    [problem] = by_running.untouched_scores_nothing(generous)
    assert (problem.cell, "3" in problem.found) == ("my-sum", True)


@pytest.mark.kernel
@pytest.mark.slow
def test_further_tasks_are_proved_too(tmp_path):
    """A further task of no points passes every proof, and is found when its checks do not add up or ask for nothing."""
    master = MASTER[: MASTER.index("# %% [markdown] written")].replace("points=3", "further=3")
    further = subject_of(tmp_path, master)
    assert [str(problem) for proof in gate.RUN_PROOFS for problem in proof(further)] == []
    more = copy.deepcopy(further.source)
    cell(more, "my-sum").metadata["autograder"]["further"] = 4
    [problem] = by_running.checks_add_up(replace(further, source=more))
    assert "3 points and the cell has 4" in problem.found
    generous = copy.deepcopy(further.source)
    cell(generous, "my-sum").source = 'with task("my-sum"):\n    assert scale == 2\n'
    [problem] = by_running.untouched_scores_nothing(replace(further, source=generous))
    assert "passes the check 'all'" in problem.found
    wrong = replaced(further, "my-sum-answer", "a + b", "a - b")
    assert any("fails for the model" in problem.found for problem in by_running.show_cells_not_needed(wrong))


@pytest.mark.kernel
@pytest.mark.slow
def test_a_release_that_stops_or_keeps_silent_is_found(broken):
    """A released cell that stops an untouched notebook, and a test cell that does not say what is open, are found."""
    cell(broken.released, "my-picture").source = "my_sum(1, 2)"
    cell(broken.released, "my-sum").source = "pass"
    found = {problem.cell for problem in by_running.release_runs_through(broken)}
    assert found == {"my-picture", "my-sum"}


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.colab
def test_the_other_kernel_is_colabs(broken, colab_kernel):
    """The kernel for Colab runs IPython 7.34.0 and ipykernel 6.17.1, and has the torch of this environment."""
    code = "import IPython, ipykernel, torch\nprint(IPython.__version__, ipykernel.__version__, torch.__version__)"
    broken.released.cells = [nbformat.v4.new_code_cell(code)]
    run = replace(broken, python=colab_kernel).released_run
    import torch

    assert run.cells[0].outputs[0].text == f"7.34.0 6.17.1 {torch.__version__}\n"


# The gate


@pytest.mark.kernel
@pytest.mark.slow
def test_release_writes_what_students_get(tmp_path):
    """A release that holds is written: notebooks, lab page and the top of the public repository."""
    course = toy_course(tmp_path)
    build(course, "toy")
    written = release(course, "toy")
    names = sorted(str(path.relative_to(tmp_path / "release")) for path in written)
    assert names == ["README.md", "requirements.txt", "toy/README.md", "toy/sums.html", "toy/sums.ipynb"]
    notebook = nbformat.read(tmp_path / "release" / "toy" / "sums.ipynb", as_version=nbformat.NO_CONVERT)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 4)
    assert 'raise NotImplementedError("my-sum: not done yet")' in cell(notebook, "my-sum-answer").source
    assert not (tmp_path / "gradebook.db").exists()


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [("return total", "return total + 1"), ("points=3", "points=2"), ("scale = 2", "import pandas")],
    ids=["a wrong solution", "wrong points", "a foreign import"],
)
def test_nothing_is_written_when_the_gate_fails(tmp_path, old, new):
    """When a proof fails, the release folder stays byte for byte as it was."""
    folder = tmp_path / "release" / "toy"
    folder.mkdir(parents=True)
    (folder / "sums.ipynb").write_text("the last release")
    course = toy_course(tmp_path, MASTER.replace(old, new))
    build(course, "toy")
    with pytest.raises(GateError) as error:
        release(course, "toy")
    assert error.value.problems
    assert [path.name for path in (tmp_path / "release").rglob("*")] == ["toy", "sums.ipynb"]
    assert (folder / "sums.ipynb").read_text() == "the last release"
