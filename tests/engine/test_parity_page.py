"""The page about parity with stock nbgrader says what is so: its examples are graded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.model.results import Decided

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "parity.md").read_text(encoding="utf-8")
EXERCISE = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]


def code(column: str) -> str:
    """The lines of code in a column of a table."""
    return "\n".join(re.findall(r"`([^`]+)`", column))


ROWS = [
    tuple(map(code, line.strip("| ").split(" | ")))
    for table in PAGE.split("| write instead |\n| --- | --- |\n")[1:]
    for line in table.split("\n\n")[0].splitlines()
]


@pytest.mark.slow
@pytest.mark.parametrize(("stock", "instead"), ROWS)
def test_an_example_of_the_page(course, stock, instead):
    """The test cell for stock nbgrader is not decided outside; the one to write instead is, and passes."""
    assert course.one(EXERCISE, stock, EXERCISE).decided is not Decided.OUTSIDE
    item = course.one(EXERCISE, instead, EXERCISE)
    assert (2.0, "", Decided.OUTSIDE) == (item.points, item.message, item.decided)


def test_there_are_examples():
    """The tables of the page are read."""
    assert len(ROWS) >= 15
