"""Whatever combination of damages that keep the answers: the repaired notebook holds exactly them."""

from __future__ import annotations

import json
import random

import pytest
import submissions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS
from autograder.intake.reading import cells_of, normal, read_notebook
from autograder.intake.released import released_form, released_notebooks
from autograder.intake.repair import repair
from autograder.model.course import Course
from autograder.notebook.cells import nbgrader_metadata

RELAXED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="session")
def lab(repository):
    """The real lab: for each notebook its plan, its released form and its model answers."""
    assignment = Course(repository).assignment("lab2")
    plans = released_notebooks(assignment)
    return [
        (plans[name], released_form(assignment, notebook), submissions.model_answers(assignment, name))
        for name, notebook in assignment.notebooks.items()
    ]


@RELAXED
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_answers_survive_every_combination_of_damages(lab, data, seed):
    """Colab, VS Code, lost ids, copies, moves, edits: in any order, the answers come out as they went in."""
    plan, released, model = data.draw(st.sampled_from(lab))
    done = data.draw(st.sets(st.sampled_from(sorted(model))))
    names = data.draw(st.lists(st.sampled_from(sorted(submissions.DAMAGES)), unique=True, max_size=4))
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated, not a secret
    notebook = submissions.filled(released, {grade_id: model[grade_id] for grade_id in done})
    # the order of the table: a cell must be damaged before its metadata is lost
    for name in sorted(names, key=list(submissions.DAMAGES).index):
        notebook = submissions.DAMAGES[name](notebook, rng)
    repaired = repair(read_notebook(json.dumps(notebook).encode()), plan)
    found = {
        meta["grade_id"]: normal(cell["source"])
        for cell in repaired.content["cells"]
        if (meta := nbgrader_metadata(cell)).get("solution")
    }
    assert found == {
        grade_id: normal(model[grade_id]) if grade_id in done else plan.by_id[grade_id].norm for grade_id in model
    }
    assert submissions.NAME not in json.dumps(repaired.content)
    again = repair(read_notebook(json.dumps(repaired.content).encode()), plan)
    assert (again.content, again.repairs) == (repaired.content, ())


@RELAXED
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    """No file makes reading fail in any other way than by a reason."""
    reason = "read"
    try:
        read_notebook(data)
    except Refusal as refusal:
        reason = str(refusal)
    assert reason


@RELAXED
@given(cells=st.lists(JSON | st.fixed_dictionaries({"cell_type": st.just("code"), "source": JSON, "metadata": JSON})))
def test_any_json_in_the_place_of_cells_is_repaired_or_refused(cells, squares):
    """Cells of any shape come out as a notebook that holds all of our cells, or are refused."""
    try:
        notebook = cells_of({"cells": cells, "metadata": []}, [], DEFAULT_LIMITS)
    except Refusal:
        return
    repaired = repair(notebook, squares)
    assert {meta["grade_id"] for cell in repaired.content["cells"] if (meta := nbgrader_metadata(cell))} == set(
        squares.by_id
    )


@RELAXED
@given(source=st.text(alphabet="adefclsrtun():=\n \t.%!#'\"[]@,1\\", max_size=200))
def test_any_source_can_be_outlined_and_repaired(source, squares, notebook):
    """An answer of any text at all stays what it is."""
    content = json.loads(notebook(area_answer=source))
    repaired = repair(read_notebook(json.dumps(content).encode()), squares)
    found = next(
        cell["source"] for cell in repaired.content["cells"] if nbgrader_metadata(cell).get("grade_id") == "area-answer"
    )
    stub = squares.by_id["area-answer"].norm
    # the line that attaches the function may have been put back
    assert normal(found).startswith(normal(source).rstrip()) or normal(found) == stub
