"""Tests that look at what a hand-in has drawn."""

from __future__ import annotations

import pytest

GIVEN = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nimport numpy as np"
MODEL = """
def plot(x):
    plt.plot(x, x ** 2, color="red", label="a square")
    plt.title("Squares")
    plt.legend()
def bars(ax, heights):
    ax.bar(range(len(heights)), heights)
    ax.set_xlabel("place")
"""
TEST = """
plot(np.array([1.0, 2.0, 3.0]))
ax = plt.gca()
assert len(ax.lines) == 1 and ax.get_title() == "Squares" and len(plt.get_fignums()) == 1
line = ax.get_lines()[0]
np.testing.assert_allclose(line.get_xydata(), [[1, 1], [2, 4], [3, 9]])
assert matplotlib.colors.to_rgba(line.get_color()) == (1, 0, 0, 1)
assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a square"]
assert isinstance(ax, plt.Axes) and isinstance(line, matplotlib.lines.Line2D)
plt.close("all")
import matplotlib.pyplot as pyplot
figure, axes = pyplot.subplots()
bars(axes, [3, 1])
assert [bar.get_height() for bar in axes.patches] == [3, 1]
assert axes.xaxis.get_label().get_text() == "place" and pyplot.gcf().axes[0] is axes
"""


def test_right(course):
    """The current figure is the hand-in's, and axes that a test makes are those that an answer draws into."""
    item = course.one(MODEL, TEST, MODEL, given=GIVEN)
    assert (2.0, "") == (item.points, item.message)


@pytest.mark.parametrize(
    ("old", "new"), [("x ** 2", "x ** 3"), ("Squares", "Cubes"), ("heights)\n", "heights[:1] * 2)\n")]
)
def test_wrong(course, old, new):
    """What is drawn and is another thing earns nothing."""
    assert course.one(MODEL, TEST, MODEL.replace(old, new), given=GIVEN).points == 0
