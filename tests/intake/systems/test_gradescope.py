"""Gradescope's list is YAML from outside."""

from __future__ import annotations

import pytest

from autograder.intake.systems.gradescope import read_list


@pytest.mark.parametrize("data", [b"a: [", b"*x", b"\xff\xfe\x00", b"a: &a [*a, *a]\nb: *c"])
def test_a_list_that_is_none_is_an_error_and_nothing_else(data):
    """Broken or malicious YAML gives a ValueError or nothing, and no object is made of it."""
    try:
        found = read_list(data)
    except ValueError:
        found = {}
    assert found == {}
