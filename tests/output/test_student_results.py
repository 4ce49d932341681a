"""results.json: what programs read of a student."""

from __future__ import annotations

import json
from types import SimpleNamespace

import jsonschema
import pytest
from click.testing import CliRunner
from support.quick_grader import put, run_quickly

from autograder.commands.export import command
from autograder.model.results import CheckResult, ItemResult, Status
from autograder.model.results import NotebookResult as RanNotebook
from autograder.output.marks import Mark
from autograder.output.outcomes import NotebookOutcome
from autograder.output.student_results import schema_text, student_result


@pytest.fixture
def results(toy, toy_course, out, submission, tmp_path):
    """results.json of two students by name, and the schema that stands beside them."""
    pile = put(
        tmp_path / "pile",
        submission("ann", "squares", square="return x * x", why="because"),
        submission("ann", "doubles", double="pass"),
        submission("bob", "doubles", double="return x + x"),
    )
    run_quickly(toy, pile, out)
    arguments = ["toy", "--format", "json", "--out", str(out.root), "--course", str(toy_course.root)]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found = {path.parent.name: json.loads(path.read_bytes()) for path in out.results_folder.glob("*/results.json")}
    return found, json.loads((out.results_folder / "results.schema.json").read_bytes())


def test_each_student_has_one_that_fits_the_schema(results):
    """Every file is what the schema beside it says."""
    found, schema = results
    jsonschema.Draft202012Validator.check_schema(schema)
    for one in found.values():
        jsonschema.validate(one, schema)
    assert set(found) == {"ann", "bob"}


def test_it_says_totals_items_and_what_is_missing(results):
    """Totals, marks that wait and notebooks that were not handed in are told apart."""
    found, _ = results
    ann, bob = found["ann"], found["bob"]
    assert (ann["points"], ann["max_points"], ann["final"], ann["waiting"]) == (2.0, 6.0, False, 1)
    items = {item["item"]: item for one in ann["notebooks"] for item in one["items"]}
    assert (items["why"]["points"], items["why"]["status"], items["why"]["waiting"]) == (None, "manual", True)
    assert (items["double"]["points"], items["double"]["message"]) == (0.0, "wrong")
    assert [(one["notebook"], one["handed_in"]) for one in bob["notebooks"]] == [("doubles", True), ("squares", False)]
    assert {item["hidden"] for item in items.values()} == {True, False}


def test_the_documented_schema_is_the_one_that_is_written(repository):
    """docs/results.schema.json is what the package writes."""
    assert (repository / "docs" / "results.schema.json").read_text("utf-8") == schema_text()


def test_each_check_says_whether_students_have_it(toy):
    """The examiner has found it out; here it is passed on, with all else that students may read of a check."""
    checks = tuple(
        CheckResult(name, 1.0, 1.0, passed=True, hidden=hidden) for name, hidden in (("a", False), ("b", True))
    )
    item = ItemResult("square", 2.0, 2.0, Status.SCORED, checks=checks)
    found = NotebookOutcome("ann", RanNotebook("ann", "squares", (item,)), {"cells": []})
    outcomes = SimpleNamespace(of=lambda _: [found])
    (one,) = student_result("ann", toy, outcomes, Mark("ann", "ann")).notebooks
    assert [(check.name, check.hidden) for check in one.items[0].checks] == [("a", False), ("b", True)]
