"""What is known of a course and of what its assignments ask."""

from __future__ import annotations

import json
import os
import re
import shutil
import sysconfig

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from support.notebooks import cell as text_cell
from support.notebooks import notebook, write_course

from autograder.model.course import Course, find_own_scripts, items_of, read_notebook
from autograder.model.exceptions import CourseError
from autograder.model.generating import generated, written_out
from autograder.notebook.regions import Delimiters, Markers


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


def test_a_cell_without_text_is_named(tmp_path):
    """A cell whose source is no text is refused with its place."""
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({**new_notebook(), "cells": [answer("a"), {**answer("b"), "source": 3}]}))
    with pytest.raises(CourseError, match=r"one\.ipynb: cell 2 has no text; "):
        read_notebook(path)


@pytest.mark.parametrize("text", ["[]", '{"nbformat": 4}', '{"nbformat": 4, "nbformat_minor": 5, "cells": [3]}'])
def test_json_of_another_kind_is_no_notebook(tmp_path, text):
    """JSON that is no notebook is refused in one line, too."""
    path = tmp_path / "one.ipynb"
    path.write_text(text)
    with pytest.raises(CourseError, match=r"one\.ipynb cannot be read as a notebook") as error:
        read_notebook(path)
    assert "\n" not in str(error.value)


def unclosed():
    return new_code_cell("x = 1\n# BEGIN HIDDEN TESTS\nassert x", metadata=graded("a").metadata)


def newer():
    return new_code_cell("x = 1", metadata={"nbgrader": {"grade_id": "a", "grade": True, "schema_version": 9}})


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            [graded("a", "many")],
            "cell 'a' has metadata that nbgrader does not take: 'many' is not of type",
        ),
        ([graded("a", float("nan"))], "cell 'a' has 'nan' points; give"),
        ([graded("a", -1)], "cell 'a' has metadata that nbgrader does not take: -1 is less than the minimum of 0; set"),
        ([newer()], "cell 'a' has metadata that nbgrader does not take: Schema version is too new: 9 (expected 3"),
        ([cell("a", grade=True)], "cell 'a' has metadata that nbgrader does not take: nbgrader cell 'a' does not have"),
        ([new_code_cell("", metadata={"nbgrader": []})], "cell 1 has metadata that nbgrader does not take: "),
        ([graded("a"), graded("b", builds_on=[3])], "cell 'b' builds on '[3]'; let"),
        ([graded("a"), answer("b"), answer("b")], "cell 'b' is there twice; give"),
        ([unclosed()], "cell 'a', line 2: `### BEGIN HIDDEN TESTS` is never closed; add"),
        ([new_markdown_cell("BEGIN SOLUTION")], "cell 1, line 1: `### BEGIN SOLUTION` is never closed; add"),
    ],
    ids=["points", "nan", "below 0", "newer", "no points", "kind", "builds on", "twice", "hidden tests", "solution"],
)
def test_a_malformed_cell_is_refused_with_notebook_and_cell(tmp_path, cells, says):
    """A cell that nobody can be graded by is refused in one line with notebook, cell, and what to do."""
    path = tmp_path / "one.ipynb"
    with path.open("w") as file:
        json.dump(new_notebook(cells=cells), file)
    with pytest.raises(CourseError) as error:
        read_notebook(path)
    assert str(error.value).startswith(f"{path}: {says}")
    assert error.value.file == path
    assert error.value.remedy


def test_delimiters_come_from_the_courses_configuration(tmp_path):
    """A course that marks solutions and hidden tests in words of its own is read by these, whoever clears them."""
    (tmp_path / "nbgrader_config.py").write_text(
        "from nbgrader.preprocessors import ClearSolutions\n"
        "from autograder.release.stubs import NamedStubs\n"
        "from nbgrader.converters import GenerateAssignment\n"
        "c = get_config()\n"
        "c.GenerateAssignment.preprocessors = [NamedStubs if step is ClearSolutions else step\n"
        "    for step in GenerateAssignment.preprocessors.default()]\n"
        "c.NamedStubs.begin_solution_delimeter = 'ANSWER:'\n"
        "c.ClearHiddenTests.begin_test_delimeter = 'HIDE'\n"
        "c.ClearHiddenTests.end_test_delimeter = 'SHOW'\n"
    )
    folder = tmp_path / "source" / "week1"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[graded("a", 2)]), folder / "one.ipynb")
    delimiters = Course(tmp_path).assignment("week1").notebooks["one"].delimiters
    assert delimiters == Delimiters(Markers("ANSWER:", "END SOLUTION"), Markers("HIDE", "SHOW"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.Nothing = 1 / 0", "ZeroDivisionError: division by zero; "),
        ("c.Nothing = (", "SyntaxError: '(' was never closed"),
        ("c.CourseDirectory.source_directory = 3", "TraitError: The 'source_directory' trait"),
        ("c.ClearSolutions.begin_solution_delimeter = 3", "TraitError: The 'begin_solution_delimeter' trait"),
        ("c.GenerateAssignment.preprocessors = ['no.such.Step']", "ModuleNotFoundError: No module named 'no'; "),
    ],
    ids=["raises", "no Python", "folder", "delimiter", "step"],
)
def test_a_configuration_that_fails_is_named(tmp_path, line, says):
    """A course whose nbgrader_config.py cannot be used is refused with its path and the error, in one line."""
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    (tmp_path / "source" / "week1").mkdir(parents=True)
    nbformat.write(new_notebook(cells=[graded("a", 2)]), tmp_path / "source" / "week1" / "one.ipynb")
    with pytest.raises(CourseError, match=rf"nbgrader_config\.py cannot be used: {re.escape(says)}") as error:
        Course(tmp_path).assignment("week1")
    assert "\n" not in str(error.value)


def test_own_scripts_are_found_without_an_activated_environment(monkeypatch):
    """nbgrader's helper programs are found also when the environment is not activated, and PATH is extended once."""
    monkeypatch.setenv("PATH", os.defpath)
    find_own_scripts()
    find_own_scripts()
    assert os.environ["PATH"].split(os.pathsep).count(sysconfig.get_path("scripts")) == 1
    assert shutil.which("alembic")


def test_a_relative_header(toy_course, tmp_path, monkeypatch):
    """A header that the configuration names is looked for in the course directory, wherever the command is run."""
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Header")]), toy_course.root / "source" / "header.ipynb")
    (toy_course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
    )
    monkeypatch.chdir(tmp_path)
    toy = Course(toy_course.root).assignment("toy")
    assert generated(toy, toy.notebooks["doubles"])["cells"][0]["source"] == "# Header"


OLD = {"grade": True, "grade_id": "task", "solution": False, "points": 2}


def test_older_metadata(tmp_path):
    """Metadata of an older schema is brought up to date in memory, and the file stays as it was."""
    made = notebook(text_cell("x = 1"), text_cell("assert x == 1"))
    made.cells[1].metadata["nbgrader"] = dict(OLD)
    path = write_course(tmp_path, "toy", {"one": made}) / "source" / "toy" / "one.ipynb"
    before = path.read_bytes()
    (item,) = Course(tmp_path).assignment("toy").notebooks["one"].items
    assert (item.grade_id, item.points) == ("task", 2)
    assert path.read_bytes() == before


@pytest.mark.parametrize("meta", [{**OLD, "schema_version": 9}, {**OLD, "schema_version": "x"}, {"grade": True}])
def test_metadata_that_cannot_be_used(tmp_path, meta):
    """Metadata that nbgrader itself fails over is one line that names notebook and cell."""
    made = notebook(text_cell("x = 1"), text_cell("assert x == 1"))
    made.cells[1].metadata["nbgrader"] = meta
    write_course(tmp_path, "toy", {"one": made})
    with pytest.raises(CourseError, match=r"one\.ipynb: cell '?(task|2)'? has metadata that nbgrader does not take"):
        Course(tmp_path).assignment("toy")


def test_another_kernel(tmp_path):
    """A notebook for another kernel than Python's is refused by the kernel's name."""
    made = notebook(text_cell("assert x == 1", "test", "task", 1))
    made.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    write_course(tmp_path, "toy", {"one": made})
    with pytest.raises(CourseError, match=r"one\.ipynb is for the kernel R"):
        Course(tmp_path).assignment("toy")


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("c.ExecutePreprocessor.timeout = 90", 90.0),
        ("c.Execute.timeout = 5", 5.0),
        ("c.Execute.timeout = None", None),
        ("", None),
    ],
)
def test_cell_seconds(tmp_path, line, seconds):
    """The time of a cell is the one that the course's configuration names, if it names one."""
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    assert Course(tmp_path).cell_seconds == seconds


TEMPLATES = """
python3:
  setup: "from hashlib import sha1"
  hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
  dispatch: "type({{snippet}})"
  normalize: "str({{snippet}})"
  check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
  templates:
    default:
      - {test: "{{snippet}}", fail: "wrong"}
"""


@pytest.mark.slow
@pytest.mark.kernel
def test_autotests(tmp_path):
    """Autotests are written out as nbgrader does, in a copy of the folder: nothing that the notebook writes stays."""
    made = notebook(
        text_cell("def f(x):\n    return 2 * x\nopen('left.txt', 'w').close()", "answer", "f-answer"),
        text_cell("### AUTOTEST f(2)\n### HASHED AUTOTEST f(3)", "test", "f", 1),
    )
    write_course(tmp_path, "toy", {"one": made})
    (tmp_path / "autotests.yml").write_text(TEMPLATES)
    found = written_out(Course(tmp_path).assignment("toy")).notebooks["one"].source.cells[1].source
    assert 'assert str(f(2)) == "4", "wrong"' in found
    assert "sha1(str(f(3))" in found
    assert not (tmp_path / "source" / "toy" / "left.txt").exists()
