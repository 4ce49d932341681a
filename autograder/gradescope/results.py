"""A student's results as Gradescope shows them: its results.json.

What students can see in their notebook is shown at once. Hidden tests are tests of their own, shown when the archive
was made to; as long as one is not shown, Gradescope shows no total either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograder.model.course import Assignment
from autograder.output.student_results import Check, ItemResult, NotebookResult, StudentResult

VISIBLE = "visible"


def gradescope_results(result: StudentResult, hidden_tests: str) -> dict[str, Any]:
    """What Gradescope shows of a student. `hidden_tests` says when hidden tests are shown."""
    said = [line for notebook in result.notebooks for line in _said(notebook)]
    return {
        "output": "\n".join(said),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            test
            for notebook in result.notebooks
            for item in notebook.items
            for test in _tests(notebook.notebook, item, hidden_tests)
        ],
        "execution_time": round(sum(notebook.seconds for notebook in result.notebooks)),
    }


def nothing_handed_in(assignment: Assignment, files: Sequence[str]) -> dict[str, Any]:
    """What is shown when no notebook of the assignment was among the files."""
    names = ", ".join(f"{name}.ipynb" for name in assignment.notebooks)
    found = "\n".join(f"- {line}" for line in files) or "- no files"
    return {
        "score": 0.0,
        "output": f"None of the notebooks of {assignment.name} ({names}) was found in what you handed in:\n{found}",
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def _said(notebook: NotebookResult) -> Iterator[str]:
    """What is said of a notebook as a whole."""
    if notebook.refused:
        yield f"{notebook.notebook}: what you handed in could not be used: {notebook.refused}"
    elif not notebook.handed_in:
        yield f"{notebook.notebook}: this notebook was not among what you handed in"
    if notebook.repairs:
        yield f"{notebook.notebook}: your answers were put into a fresh copy of the notebook before it was marked:"
        yield from (f"- {repair}" for repair in notebook.repairs)


def _tests(notebook: str, item: ItemResult, hidden_tests: str) -> Iterator[dict[str, Any]]:
    """The tests of an item: what its released tests found, and what its hidden ones did."""
    name = f"{notebook}: {item.item}"
    if item.waiting or item.points is None:
        said = "marked by a person" if item.waiting else "could not be marked by a fault of ours; it will be"
        yield _test(name, None, item.max_points, f"{said}: not part of this score", VISIBLE)
        return
    if item.further:
        yield _test(
            f"{name} (further, not counted)", None, 0.0, _lines([c for c in item.checks if not c.hidden]), VISIBLE
        )
        return
    visible = [check for check in item.checks if not check.hidden]
    hidden = [check for check in item.checks if check.hidden]
    if not (visible and hidden):
        visibility = hidden_tests if item.hidden else VISIBLE
        yield _test(name, item.points, item.max_points, _lines(item.checks) or item.message, visibility)
        return
    # what the checks do not add up to (another item's mistake, a mark by a person) is found in the hidden part
    seen = min(sum(check.points for check in visible), item.points)
    most = min(sum(check.max_points for check in visible), item.max_points)
    yield _test(name, seen, most, _lines(visible), VISIBLE)
    follow = f"marked with our answer for {', '.join(item.follow_through)}" if item.follow_through else ""
    rest = "\n".join(part for part in (follow, _lines(hidden)) if part)
    yield _test(f"{name}, hidden checks", item.points - seen, item.max_points - most, rest, hidden_tests)


def _lines(checks: Sequence[Check]) -> str:
    lines = []
    for check in checks:
        lines.append(f"{'passed' if check.passed else 'not passed'}: {check.name}")
        if not check.passed:
            lines += [f"  {text}" for text in (check.message, check.hint and f"Hint: {check.hint}") if text]
    return "\n".join(lines)


def _test(name: str, score: float | None, most: float, output: str, visibility: str) -> dict[str, Any]:
    test: dict[str, Any] = {"name": name, "output": output, "output_format": "text", "visibility": visibility}
    if score is not None:
        test |= {"score": round(score, 4), "max_score": round(most, 4)}
        test["status"] = "passed" if score >= most else "failed"
    return test
