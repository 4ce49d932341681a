"""What names of files say of notebooks and students."""

from __future__ import annotations

import pytest

from autograder.intake.systems.names import Names

NAMES = Names("lab2", ("2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"))


@pytest.mark.parametrize(
    "name",
    [
        "2.1_ForwardAD.ipynb",
        "Copy of 2.1_ForwardAD.ipynb",
        "Copy_of_Copy_of_2.1_ForwardAD.ipynb",
        "2.1_ForwardAD (1).ipynb",
        "2.1_ForwardAD_ipynb.ipynb",
        '"2.1_ForwardAD_ipynb" kopie.ipynb',
        "Kopie von 2.1_ForwardAD.ipynb",
        "Копия 2.1_ForwardAD.ipynb",
        "2.1_ForwardAD的副本.ipynb",
        "2.1_ForwardAD - Copy (2).ipynb",
        "2.1_ForwardAD-checkpoint.ipynb",
        "2.1_ForwardAD.ipynb.txt",
        "2.1-forwardad.ipynb",
    ],
)
def test_copies_are_known_by_their_names(name):
    """Every way of naming a copy speaks of the notebook and of no student."""
    assert NAMES.guess(name) == "2.1_ForwardAD"
    assert NAMES.strip(name) == (True, "")
