"""The mapping file is the marker's own word, and is read strictly."""

from __future__ import annotations

import pytest

from autograder.intake import MappingError
from autograder.intake.systems.mapping import Mapping


@pytest.mark.parametrize("text", ["a.ipynb\n", "pattern,student\n,ann\n"])
def test_a_mapping_with_a_fault_names_the_line(tmp_path, text):
    """A line without two columns stops the run with its number."""
    (tmp_path / "mapping.csv").write_text(text)
    with pytest.raises(MappingError, match=r"line \d"):
        Mapping.read(tmp_path / "mapping.csv")
