"""The rubric as lines with points."""

from __future__ import annotations

import pytest

from autograder.review.rubric import Aids, Noted, read_rubric, rubric_line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "It is so.\n\nRubric: 1 point for the rule; any of these\nis enough: a, b. Half a point for the rest.",
            [(1.0, "the rule; any of these is enough: a, b"), (0.5, "the rest")],
        ),
        (
            "- 1: a slope\n- (0,5): a limit\n* \u22121 pt \u2013 no unit",
            [(1.0, "a slope"), (0.5, "a limit"), (-1.0, "no unit")],
        ),
        (
            "2 points if it holds at 0. There are 3 points on the line.",
            [(2.0, "it holds at 0. There are 3 points on the line")],
        ),
        ("The slope of the tangent at x = 1: it is 2.", []),
        ("", []),
    ],
)
def test_lines(text, lines):
    """Sentences and list entries that name points become lines; what names none is no line."""
    assert lines == [(line.points, line.text) for line in read_rubric(text)]


def test_markers_change_it():
    """Markers add lines and take lines away, in the order in which they did, and the author's text stays."""
    author = read_rubric("1 point for a. 1 point for b.")
    aids = Aids()
    for noted in (
        Noted("line", "q", "c", 0.5),
        Noted("no line", "q", author[0].id),
        Noted("line", "other", "d", 1.0),
    ):
        aids.add(noted)
    assert [author[1], rubric_line("c", 0.5)] == list(aids.rubric("q", author))
