"""What a test hands over to the hand-in, and what becomes of it afterwards."""

from __future__ import annotations

import pytest
from support.notebooks import cell

MODEL = "kept = []\ndef keep(f):\n    kept.append(f)\n    return lambda x: f(x)"


@pytest.mark.parametrize("later", ["g(3) == 9", "kept[0](3) == 9", "keep(kept[0])(3) == 9"])
def test_what_was_handed_over_for_an_earlier_test_is_refused(course, later):
    """A function of the hand-in that calls one of an earlier test gets an error, and its process lives on."""
    name = course.notebook(
        cell(MODEL, "answer", "keep-answer"),
        cell("g = keep(lambda x: x * x)\nassert g(2) == 4", "test", "keep", 1),
        cell(f"try:\n    assert {later}\nexcept RuntimeError:\n    pass", "test", "later", 1),
        cell("assert keep(lambda x: x + 1)(2) == 3", "test", "last", 1),
    )
    result = course.grade(name)
    assert [(1, "")] * 3 == [(item.points, item.message) for item in result.items]
    assert 0 == result.restarts
