"""What is known of a course and of what its assignments ask."""

from __future__ import annotations

import os
import shutil
import sysconfig

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.model.course import Course, CourseError, find_own_scripts, items_of, nbgrader_metadata, read_notebook


def cell(grade_id, *, kind=new_code_cell, builds_on=(), **flags):
    meta = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False, **flags}
    own = {"autograder": {"builds_on": list(builds_on)}} if builds_on else {}
    return kind("x", metadata={"nbgrader": {**meta, "grade_id": grade_id}, **own})


def answer(grade_id):
    return cell(grade_id, solution=True)


def graded(grade_id, points=1.0, **more):
    return cell(grade_id, grade=True, locked=True, points=points, **more)


def test_an_answer_belongs_to_the_item_of_its_name():
    """An answer belongs to the item that carries its name, wherever that stands."""
    items = items_of(new_notebook(cells=[answer("b-answer"), answer("a-answer"), graded("a"), graded("b")]))
    assert [(item.grade_id, item.answers) for item in items] == [("a", ("a-answer",)), ("b", ("b-answer",))]


def test_an_answer_without_a_namesake_belongs_to_the_next_item():
    """In a course with opaque names, answers belong to the next item below them."""
    items = items_of(new_notebook(cells=[answer("cell-1"), answer("cell-2"), graded("cell-3"), graded("cell-4")]))
    assert [item.answers for item in items] == [("cell-1", "cell-2"), ()]


@pytest.mark.parametrize(
    "flags", [{"grade": True, "solution": True}, {"task": True}], ids=["written answer", "task cell"]
)
def test_what_a_person_marks_is_manual(flags):
    """Written answers and nbgrader's task cells wait for a person."""
    [item] = items_of(new_notebook(cells=[cell("why", kind=new_markdown_cell, points=2, **flags)]))
    assert (item.manual, item.points, item.answers) == (True, 2.0, ("why",))


def test_builds_on_is_read():
    """What an item builds on is read from the source's metadata."""
    [_, item] = items_of(new_notebook(cells=[graded("a"), graded("b", builds_on=["a"])]))
    assert item.builds_on == ("a",)


@pytest.mark.parametrize("metadata", [{}, {"nbgrader": None}, {"nbgrader": {"grade_id": 3}}, {"nbgrader": []}])
def test_strange_metadata_is_none(metadata):
    """Metadata that is not nbgrader's counts as none."""
    assert nbgrader_metadata({"metadata": metadata}) == {}


def test_an_assignment_is_read_by_name(tmp_path):
    """An assignment has its notebooks by name, with the sum of their points."""
    folder = tmp_path / "source" / "week1"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[graded("a", 2), graded("b", 3)]), folder / "one.ipynb")
    assignment = Course(tmp_path).assignment("week1")
    assert {name: notebook.max_points for name, notebook in assignment.notebooks.items()} == {"one": 5.0}


def test_folder_names_come_from_the_courses_configuration(tmp_path):
    """A course that calls its folders otherwise is read as it is."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.source_directory = 'masters'\n")
    assert Course(tmp_path).directory("source", "week1").resolve() == tmp_path / "masters" / "week1"


def test_a_missing_assignment_is_named_with_the_remedy(tmp_path):
    """An assignment that is not there is refused with the folder and what to do."""
    with pytest.raises(CourseError, match="autograder build week1"):
        Course(tmp_path).assignment("week1")


def test_what_is_no_notebook_is_refused_by_path(tmp_path):
    """A source that is not a notebook is refused with its path."""
    path = tmp_path / "one.ipynb"
    path.write_text("{")
    with pytest.raises(CourseError, match=r"one\.ipynb"):
        read_notebook(path)


def test_own_scripts_are_found_without_an_activated_environment(monkeypatch):
    """nbgrader's helper programs are found also when the environment is not activated, and PATH is extended once."""
    monkeypatch.setenv("PATH", os.defpath)
    find_own_scripts()
    find_own_scripts()
    assert os.environ["PATH"].split(os.pathsep).count(sysconfig.get_path("scripts")) == 1
    assert shutil.which("alembic")
