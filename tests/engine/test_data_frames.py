"""Tests of hand-ins that work with pandas, scipy and dates: the objects are the test's own, and changes are seen."""

from __future__ import annotations

import pytest

GIVEN = "import datetime\nfrom pathlib import Path\nimport numpy as np\nimport pandas as pd\nimport scipy.sparse as sp"
MODEL = """
df = pd.DataFrame({"city": ["Rome", "Oslo", "Bonn"], "size": [2.8, 0.7, 0.3]}, index=[3, 1, 2])
def large(frame, least): return frame[frame["size"] >= least]
def add_rank(frame): frame["rank"] = frame["size"].rank(ascending=False).astype(int)
def by_name(frame): return frame.set_index("city")["size"]
def first(frame): return frame
def laplace(n): return sp.diags([-1, 2, -1], [-1, 0, 1], shape=(n, n), format="csr")
def day(text): return datetime.date.fromisoformat(text)
def place(name): return Path("data") / name
def seen(): return len(df.columns)
"""
TEST = """
assert isinstance(df, pd.DataFrame) and df.shape == (3, 2)
assert list(df.columns) == ["city", "size"]
assert df["size"].sum() == 3.8 and df.loc[1, "city"] == "Oslo" and df.iloc[0]["size"] == 2.8
towns = pd.DataFrame({"city": ["A", "B"], "size": [1.5, 0.5]})
before = towns.copy()
pd.testing.assert_frame_equal(large(towns, 1), towns.iloc[:1])
pd.testing.assert_frame_equal(towns, before)
assert first(towns) is towns
add_rank(towns)
assert towns["rank"].tolist() == [1, 2]
sizes = pd.Series([1.5, 0.5], index=pd.Index(["A", "B"], name="city"), name="size")
pd.testing.assert_series_equal(by_name(before), sizes)
assert (laplace(3) != sp.csr_matrix([[2, -1, 0], [-1, 2, -1], [0, -1, 2]])).nnz == 0
assert day("2026-01-02") == datetime.date(2026, 1, 2) < datetime.date(2026, 1, 3)
assert place("x.csv") == Path("data/x.csv") and place("x.csv").suffix == ".csv"
mine = df
mine["new"] = 1
assert seen() == 3 and df is mine
"""


def test_right(course):
    """Frames, sparse matrices, dates and paths, looked up, handed over, changed and compared as in one process."""
    item = course.one(MODEL, TEST, MODEL, given=GIVEN)
    assert (2.0, "") == (item.points, item.message)


PRETENDER = """
class Frame(pd.DataFrame):
    def equals(self, other): return True
    def __eq__(self, other): return pd.DataFrame(True, index=self.index, columns=self.columns)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2.8, 0.7", "2.9, 0.6"),
        ("return frame[frame", "frame.drop(frame.index[1:], inplace=True)\n    return frame[frame"),
        ("def first(frame): return frame", "def first(frame): return frame.copy()"),
        ("def add_rank(frame): ", "def add_rank(frame):\n    frame = frame.copy()\n    "),
        ('.set_index("city")["size"]', '.set_index("city")["size"].astype("float32")'),
        ("df = pd.DataFrame(", PRETENDER + "df = Frame("),
        ("[-1, 2, -1]", "[1, 2, 1]"),
        (
            "datetime.date.fromisoformat(text)",
            "type('Day', (), {'__eq__': lambda *_: True, '__lt__': lambda *_: True})()",
        ),
        ("return len(df.columns)", "return 2"),
    ],
)
def test_wrong(course, old, new):
    """What is wrong in any of it, or only says that it is right, earns nothing."""
    answer = MODEL.replace(old, new)
    assert answer != MODEL
    item = course.one(MODEL, TEST, answer, given=GIVEN)
    assert item.points == 0
    assert item.message


def test_an_empty_frame_shows_nothing(course):
    """A test that is true of every row of no frame is not passed by a frame without rows."""
    model = "def squares(n): return pd.DataFrame({'n': range(1, n), 'square': [k * k for k in range(1, n)]})"
    test = "got = squares(4)\nassert (got['square'] == got['n'] ** 2).all()"
    assert course.one(model, test, model, given=GIVEN).points == 2
    assert course.one(model, test, model.replace("range(1, n)", "range(0)"), given=GIVEN).points == 0
