"""Errors as the user reads them."""

from __future__ import annotations

import copy

import pytest

from autograder.sandbox.exceptions import LevelError, SandboxError


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("it broke",), "it broke"),
        (("it broke", "the door"), "the door: it broke"),
        (("it broke", "", "Repair it."), "it broke. Repair it."),
        (("it broke.", "the door", "Repair it."), "the door: it broke. Repair it."),
    ],
)
def test_the_text_is_a_sentence(parts, sentence):
    """What, where and the remedy make one text, without what is not known."""
    assert sentence == str(SandboxError(*parts))


def test_an_error_can_be_sent():
    """An error keeps its parts on the way to another process."""
    error = copy.copy(LevelError("it broke", "the door", "Repair it."))  # by the protocol of pickle
    assert (type(error), error.what, error.where, error.remedy) == (LevelError, "it broke", "the door", "Repair it.")
