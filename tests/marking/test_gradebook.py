"""The gradebook holds what stock nbgrader would have written, and what persons gave."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from autograder.marking.final import ManualGrade
from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.model.results import CellRun, CheckResult, ItemResult, NotebookResult, Status


def scored(item, points, max_points, **more):
    return ItemResult(item, points, max_points, Status.SCORED, **more)


def student_marks(writer, submissions, results):
    """What a grading run makes of hand-ins and their results."""
    made = StudentMarks(submissions[0].student, name="Ann Lee")
    for one, result in zip(submissions, results, strict=True):
        made.add(one, result, writer)
    return made


@pytest.fixture
def record(toy, out):
    """Records results in a new or known gradebook; gives what persons gave."""
    out.root.mkdir()

    def go(submissions, results, missing=()):
        with GradebookWriter(toy, out) as writer:
            made = student_marks(writer, submissions, results)
            for name, item, points in missing:
                made.items[name] = (ItemResult(item, 0.0, points, Status.MISSING),)
            return writer.record(made)

    return go


@pytest.fixture
def gradebook(tmp_path):
    def go():
        return Gradebook(f"sqlite:///{tmp_path / 'out' / 'gradebook.db'}", "")

    return go


def squares(points, why=None, **more):
    why_status = Status.MANUAL if why is None else Status.SCORED
    return NotebookResult(
        "ann", "squares", (scored("square", points, 2.0), ItemResult("why", why, 1.0, why_status)), **more
    )


def doubles(points):
    return NotebookResult("ann", "doubles", (scored("double", points, 3.0),))


def test_scores(record, gradebook, submission):
    """A partial mark, a full mark and an answer that waits for a person stand in the gradebook as such."""
    answers = [submission("ann", "squares", why="Because."), submission("ann", "doubles")]
    record(answers, [squares(0.5), doubles(3.0)])
    with gradebook() as gb:
        grades = {
            n: gb.find_grade(n, nb, "toy", "ann")
            for n, nb in (("square", "squares"), ("why", "squares"), ("double", "doubles"))
        }
        assert {name: (g.auto_score, g.needs_manual_grade, g.max_score) for name, g in grades.items()} == {
            "square": (0.5, False, 2.0),
            "why": (None, True, 1.0),
            "double": (3.0, False, 3.0),
        }
        assert gb.find_submission("toy", "ann").score == 3.5
        assert (gb.find_student("ann").first_name, gb.find_student("ann").last_name) == ("Ann", "Lee")


def test_no_response(record, gradebook, submission):
    """An answer that was left as released is commented "No response." and is worth nothing without a person."""
    record([submission("ann", "squares")], [squares(0.0)])
    with gradebook() as gb:
        assert gb.find_comment("why", "squares", "toy", "ann").comment == "No response."
        grade = gb.find_grade("why", "squares", "toy", "ann")
        assert (grade.auto_score, grade.needs_manual_grade) == (0.0, False)


def test_person_survives(record, gradebook, submission):
    """A regrade replaces what the grader gave and keeps manual scores, extra credit and comments."""
    record([submission("ann", "squares", why="Because.")], [squares(2.0)])
    with gradebook() as gb:
        grade = gb.find_grade("why", "squares", "toy", "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.75, 0.25, False
        gb.find_comment("why", "squares", "toy", "ann").manual_comment = "Well said."
        gb.db.commit()
    persons = record([submission("ann", "squares", why="Because of it.")], [squares(1.0)])
    assert persons["squares", "why"] == ManualGrade(0.75, 0.25, look_again=True)
    with gradebook() as gb:
        assert gb.find_grade("square", "squares", "toy", "ann").score == 1.0
        assert gb.find_grade("why", "squares", "toy", "ann").score == 1.0
        assert gb.find_comment("why", "squares", "toy", "ann").comment == "Well said."


def test_unchanged_is_left(record, gradebook, submission):
    """Recording the same result again does not ask a person who has marked to look again."""
    for _ in range(2):
        persons = record([submission("ann", "squares", why="Because.")], [squares(2.0)])
        with gradebook() as gb:
            grade = gb.find_grade("why", "squares", "toy", "ann")
            grade.manual_score, grade.needs_manual_grade = 1.0, False
            gb.db.commit()
    assert not persons["squares", "why"].look_again


def test_missing_after_attempt(record, gradebook, submission, tmp_path):
    """Nothing of an earlier attempt survives when the notebook is not there any more."""
    record([submission("ann", "squares"), submission("ann", "doubles")], [squares(2.0), doubles(3.0)])
    page = tmp_path / "out" / "autograded" / "ann" / "toy" / "doubles.ipynb"
    assert page.exists()
    record([submission("ann", "squares")], [squares(2.0)], missing=[("doubles", "double", 3.0)])
    assert not page.exists()
    with gradebook() as gb:
        grade = gb.find_grade("double", "doubles", "toy", "ann")
        assert (grade.score, grade.needs_manual_grade) == (0.0, False)


def test_grader_error_is_no_zero(record, gradebook, submission):
    """A fault of the grader leaves no automatic mark and asks for a person."""
    result = NotebookResult("ann", "doubles", (ItemResult("double", None, 3.0, Status.GRADER_ERROR, "broke"),))
    record([submission("ann", "doubles")], [result])
    with gradebook() as gb:
        grade = gb.find_grade("double", "doubles", "toy", "ann")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)


def test_changed_cells(record, gradebook, submission, toy_course, out):
    """A graded cell that was added after hand-ins came gets its grade, and one that was removed loses it."""
    record([submission("ann", "doubles")], [doubles(3.0)])
    path = toy_course.root / "source" / "toy" / "doubles.ipynb"
    path.write_text(path.read_text().replace('"double"', '"twice"'))
    assignment = toy_course.assignment("toy")
    with GradebookWriter(assignment, out) as writer:
        result = NotebookResult("ann", "doubles", (scored("twice", 1.0, 3.0),))
        writer.record(student_marks(writer, [submission("ann", "doubles")], [result]))
    with gradebook() as gb:
        assert [(g.name, g.auto_score) for g in gb.find_submission_notebook("doubles", "toy", "ann").grades] == [
            ("twice", 1.0)
        ]


@pytest.mark.parametrize("points", [0.0, 0.5, 1.25, 2.0])
def test_page_has_the_mark(record, submission, tmp_path, points):
    """nbgrader reads from the outputs of a test cell in autograded/ just the mark that we gave."""
    checks = (CheckResult("at two", points, 2.0, passed=points == 2.0, message="2 squared is 4"),)
    result = NotebookResult("ann", "squares", (scored("square", points, 2.0, checks=checks),))
    record([submission("ann", "squares")], [result])
    page = nbformat.read(tmp_path / "out" / "autograded" / "ann" / "toy" / "squares.ipynb", as_version=4)
    nbformat.validate(page)
    cell = next(c for c in page.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "square")
    assert determine_grade(cell) == (points, 2.0)


def test_page_outputs_are_text(record, submission, tmp_path):
    """Outputs of a hand-in keep their text and lose every other form."""
    rich = {"output_type": "display_data", "data": {"text/plain": "a plot", "text/html": "<script>x</script>"}}
    result = squares(2.0, cells=(CellRun(2, "square-answer", (rich,)),))
    record([submission("ann", "squares")], [result])
    page = (tmp_path / "out" / "autograded" / "ann" / "toy" / "squares.ipynb").read_text()
    assert "a plot" in page
    assert "<script" not in page


def test_names_on_formgraders_pages(toy, out, gradebook):
    """A name is stored without markup, and one that is there already is made harmless: formgrader escapes neither."""
    out.root.mkdir()
    with GradebookWriter(toy, out) as writer:
        writer.record(StudentMarks("ann", name="Ann <img src=x onerror=alert(1)>"))
        writer.record(StudentMarks("bob", name="Bob"))
    with gradebook() as opened:
        opened.find_student("bob").last_name = "<script>alert(1)</script>"
        opened.db.commit()
    with GradebookWriter(toy, out):
        pass
    with gradebook() as opened:
        names = {student.id: f"{student.first_name} {student.last_name}" for student in opened.students}
    assert not set("".join(names.values())) & set("<>&\"'")
    assert "script" in names["bob"]
    assert names["ann"].startswith("Ann \u2039img")
