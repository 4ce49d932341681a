"""What a cell is, also when somebody has put anything into its metadata."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebook.cells import (
    Role,
    grade_id_of,
    is_given,
    nbgrader_metadata,
    own_metadata,
    role_of,
    source_of,
)

FLAGS = ("grade", "solution", "task", "locked")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["grade_id", *FLAGS]), inner),
)


def cell(*flags, own=None, grade_id="name"):
    return {"metadata": {"nbgrader": {"grade_id": grade_id, **dict.fromkeys(flags, True)}, "autograder": own or {}}}


@pytest.mark.parametrize(
    ("made", "role"),
    [
        ({"metadata": {}}, Role.FREE),
        (cell(), Role.FREE),
        (cell("locked"), Role.LOCKED),
        (cell("locked", own={"show": True}), Role.SHOW),
        (cell("locked", own={"checker": True}), Role.CHECKER),
        (cell("grade", "locked"), Role.TEST),
        (cell("solution"), Role.ANSWER),
        (cell("solution", "grade"), Role.WRITTEN),
        (cell("task"), Role.TASK),
        (cell("grade", own={"show": True}), Role.TEST),
        (cell("grade", grade_id=""), Role.FREE),
        ({"metadata": {"autograder": {"show": True}}}, Role.FREE),
    ],
)
def test_a_cell_has_the_role_that_its_metadata_give(made, role):
    """nbgrader's flags decide the role; what the build adds only tells locked cells apart."""
    assert role_of(made) is role


@pytest.mark.parametrize("role", ["locked", "grade", "solution", "task"])
def test_what_is_given_is_ours_in_every_handin(role):
    """Tests and locked cells are given, answers are not."""
    assert is_given(cell(role)) == (role in ("locked", "grade"))


@given(anything, anything, anything, anything)
def test_any_metadata_can_be_read(metadata, nbgrader, own, grade_id):
    """Whatever a hand-in has for metadata, a cell has a role and a grade id that is text."""
    for made in (
        metadata,
        {"metadata": metadata},
        {"metadata": {"nbgrader": nbgrader, "autograder": own}},
        {"metadata": {"nbgrader": {"grade_id": grade_id, "grade": nbgrader}, "autograder": own}},
    ):
        assert isinstance(role_of(made), Role)
        assert isinstance(grade_id_of(made), str)
        assert isinstance(source_of(made), str)
        assert isinstance(own_metadata(made), dict)


@pytest.mark.parametrize("metadata", [{}, {"nbgrader": None}, {"nbgrader": {"grade_id": 3}}, {"nbgrader": []}])
def test_strange_metadata_is_none(metadata):
    """Metadata that is not nbgrader's counts as none."""
    assert nbgrader_metadata({"metadata": metadata}) == {}


@pytest.mark.parametrize(
    ("source", "text"), [("a\nb", "a\nb"), (["a\n", "b"], "a\nb"), (["a", 3, None], "a"), (None, ""), ({"a": 1}, "")]
)
def test_a_source_is_text_or_a_list_of_lines(source, text):
    """A source is one text or a list of them; what else it holds is left out."""
    assert source_of({"source": source}) == text
