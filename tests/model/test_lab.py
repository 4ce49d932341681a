"""A lab's settings are read strictly: each wrong one is named with its place."""

from __future__ import annotations

import re

import pytest
from support.toy_lab import LAB

from autograder.model.exceptions import CourseError
from autograder.model.lab import read_lab


def read(tmp_path, text):
    (tmp_path / "lab.toml").write_text(text)
    return read_lab(tmp_path)


def test_a_lab_is_read(tmp_path):
    """What lab.toml says is there, with the points of all notebooks together."""
    lab = read(tmp_path, LAB)
    assert (lab.title, lab.repository, lab.learn, lab.points) == ("A toy", "someone/toy", ("to add",), 5.0)
    assert [(change.date, change.text) for change in lab.changes] == [("2026-11-21", "First version.")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('repository = "someone/toy"', 'repository = "toy"', ": repository should be owner/name, and is 'toy'"),
        ('title = "A toy"', "title = 3", ": title should be a text, and is 3"),
        ('learn = ["to add"]', 'learn = ["to add", 3]', ": learn should be a list of texts, and is ['to add', 3]"),
        ("minutes = 5", 'minutes = "5"', ": notebook 1: minutes should be a whole number, and is '5'"),
        ("points = 5", "", ": notebook 1: points should be a number, and is None"),
        (LAB[LAB.index("[[notebooks]]") : LAB.index("[[changes]]")], "", ": notebooks should be a list, and is None"),
        (LAB[LAB.index("[[changes]]") :], "[changes]", ": changes should be a list, and is {}"),
        ("date = 2026-11-21", "", ": change 1: date should be given, and is None"),
        ("learn = [", "learn = ", " cannot be read: "),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, old, new, says):
    """A wrong setting in lab.toml is refused in one line with file and setting."""
    assert old in LAB
    with pytest.raises(CourseError, match=re.escape(f"lab.toml{says}")) as error:
        read(tmp_path, LAB.replace(old, new))
    assert "\n" not in str(error.value)


def test_entries_that_are_no_tables_are_named(tmp_path):
    """Where a list of tables holds something else, its first setting is asked for by name."""
    start = LAB[: LAB.index("[[notebooks]]")]
    with pytest.raises(CourseError, match=r"lab\.toml: notebook 1: name should be a text, and is None"):
        read(tmp_path, f"{start}notebooks = [3]\n")


def test_a_missing_file_is_named_with_the_remedy(tmp_path):
    """A lab without lab.toml is refused with its path and what to do."""
    with pytest.raises(CourseError, match=r"lab\.toml is missing; copy"):
        read_lab(tmp_path)
