"""Nothing of a hand-in is active in the page that a marker opens in formgrader."""

from __future__ import annotations

import nbformat
import pytest
from support.toy_course import write_toy_course

from autograder.marking.formgrader_notebook import (
    autograded_notebook,
    mark_outputs,
    released_answers,
    text_outputs,
    unanswered,
)
from autograder.marking.gradebook_cells import prepared_sources
from autograder.model.course import Course
from autograder.model.results import CellRun, CheckResult, ItemResult, NotebookResult, Status


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    course = Course(write_toy_course(tmp_path_factory.mktemp("course")))
    assignment = course.assignment("toy")
    return prepared_sources(assignment)["squares"]


def page(submission, prepared, cells=()):
    made = autograded_notebook(submission, NotebookResult("ann", "squares", (), cells), prepared)
    notebook = nbformat.reads(made.decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_our_prose_keeps_its_markup(submission, prepared):
    """Prose of the release is shown as it was written."""
    assert "<b>Ours</b>" in page(submission("ann", "squares"), prepared).cells[0].source


def test_changed_prose_and_raw_cells(submission, prepared):
    """Prose that the student changed loses its markup; a raw cell is shown as text."""
    extra = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Squares\n\n<b>Mine</b>"},
        {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": "<script>alert(1)</script>"},
        {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": "why", "grade": True}}, "source": "again"},
    ]
    notebook = page(submission("ann", "squares", extra=[nbformat.from_dict(one) for one in extra]), prepared)
    assert notebook.cells[-3].source == "# Squares\n\n< b>Mine< /b>"
    assert (notebook.cells[-2].cell_type, notebook.cells[-2].metadata) == ("code", {})
    assert notebook.cells[-1].metadata == {}, "a second cell of one id is no graded cell"


def test_metadata_is_ours(submission, prepared):
    """What a hand-in says of points, locks and checksums is not believed."""
    one = submission("ann", "squares")
    for cell in one.content["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(points=1000, locked=False, checksum="0")
        cell["metadata"]["x<script>"] = "y"
    by_id = {cell.metadata.nbgrader.grade_id: cell for cell in page(one, prepared).cells if "nbgrader" in cell.metadata}
    assert by_id["square"].metadata.nbgrader.points == 2
    assert by_id["square"].source.startswith("assert square(2) == 4")
    assert all(set(cell.metadata) <= {"nbgrader"} for cell in by_id.values())


def test_missing_graded_cells_are_shown(submission, prepared):
    """A graded cell that the hand-in lacks stands at the end, so that its mark can be seen."""
    one = submission("ann", "squares")
    one.content["cells"] = one.content["cells"][:1]
    assert [cell.metadata.nbgrader.grade_id for cell in page(one, prepared).cells[1:]] == [
        "given", "square-answer", "square", "why",
    ]  # fmt: skip


def test_outputs():
    """Outputs keep their text; control characters and endless text are cut."""
    outputs = [
        {"output_type": "stream", "name": "evil'><script>", "text": "a\x00b"},
        {
            "output_type": "display_data",
            "data": {"text/html": "<b>x</b>", "image/svg+xml": "<svg/>", "text/plain": "x"},
        },
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t" * 200_000]},
        {"output_type": "update_display_data", "data": {"text/html": "x"}},
    ]
    stream, display, error = text_outputs(outputs)
    assert (stream["name"], stream["text"]) == ("stdout", "a\ufffdb")
    assert display["data"] == {"text/plain": "x"}
    assert len(error["traceback"][0]) < 110_000


def test_outputs_stand_at_their_cell(submission, prepared):
    """What a cell printed is shown below that cell."""
    run = CellRun(2, "square-answer", ({"output_type": "stream", "name": "stdout", "text": "hello\n"},))
    assert page(submission("ann", "squares"), prepared, (run,)).cells[2].outputs[0].text == "hello\n"


def test_unanswered(submission, prepared):
    """Only an answer that is the released one, spaces at line ends aside, counts as not written."""
    released = next(
        cell for cell in prepared.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "why"
    ).source
    assert unanswered(submission("ann", "squares", why=f"{released}  \n"), released_answers(prepared)) == {"why"}
    assert unanswered(submission("ann", "squares", why="Because."), released_answers(prepared)) == frozenset()


@pytest.mark.parametrize("passed", [True, False])
def test_an_exercise_that_counts_nothing(passed):
    """The test of a further exercise, whose points are none, shows an error only when a check failed."""
    item = ItemResult("more", 0.0, 0.0, Status.SCORED, checks=(CheckResult("value", 1.0 * passed, 1.0, passed=passed),))
    assert bool(mark_outputs(item)) is not passed
