"""The lab page and the top of the public repository."""

from __future__ import annotations

import re

import pytest
from support.toy_lab import LAB, toy_course

from autograder.model.exceptions import CourseError
from autograder.model.lab import read_lab
from autograder.release.page import lab_page, public_files


@pytest.fixture(scope="module")
def page(repository) -> str:
    return lab_page(read_lab(repository / "notebooks" / "lab2"))


def test_every_link_to_a_notebook_is_made_from_one_setting(tmp_path):
    """All links to notebooks follow the setting `repository`."""
    folder = toy_course(tmp_path, lab=LAB.replace("someone/toy", "other/place")).root / "notebooks" / "toy"
    page = lab_page(read_lab(folder))
    assert "someone/toy" not in page
    assert "https://colab.research.google.com/github/other/place/blob/main/toy/sums.ipynb" in page
    assert "https://nbviewer.org/github/other/place/blob/main/toy/sums.ipynb" in page
    assert "https://github.com/other/place/raw/main/toy/sums.ipynb" in page


@pytest.mark.parametrize("site", ["https://other.github.io/place", "https://other.github.io/place/"])
def test_previews_are_on_the_labs_own_site_when_it_has_one(tmp_path, site):
    """With a site the preview is the HTML that was released; everything else stays where it is."""
    lab = LAB.replace('branch = "main"\n', f'branch = "main"\nsite = "{site}"\n')
    page = lab_page(read_lab(toy_course(tmp_path, lab=lab).root / "notebooks" / "toy"))
    assert "[preview](https://other.github.io/place/toy/sums.html)" in page
    assert "nbviewer" not in page
    assert "https://github.com/someone/toy/raw/main/toy/sums.ipynb" in page


@pytest.mark.parametrize("site", ["other.github.io/place", "file:///home", "https://", "https://a b"])
def test_a_site_that_is_no_address_is_refused(tmp_path, site):
    """What cannot be a link is an error with the file and the setting."""
    lab = LAB.replace('branch = "main"\n', f'branch = "main"\nsite = "{site}"\n')
    with pytest.raises(CourseError, match=r"lab.toml.*site.*should be an address"):
        read_lab(toy_course(tmp_path, lab=lab).root / "notebooks" / "toy")


def test_the_page_has_all_its_parts(page):
    """The lab page says what one learns, how to start and hand in, how to run locally, whom to thank, what changed."""
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert headings == [
        "What you will learn", "Before you start", "Start", "Hand in", "On your own machine",
        "Reading, in the order of the notebooks", "Acknowledgements", "Changes",
    ]  # fmt: skip
    assert "Save a copy first" in page
    assert "https://rufflewind.com/2016-12-30/reverse-mode-automatic-differentiation" in page
    assert "COMP6248" in page


def test_the_table_has_a_row_for_each_notebook(page, repository):
    """Every notebook has its row with minutes, points, badge, preview and download."""
    lab = read_lab(repository / "notebooks" / "lab2")
    rows = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(rows) == len(lab.notebooks) == 3
    for row, notebook in zip(rows, lab.notebooks, strict=True):
        assert f"| {notebook.minutes} | {notebook.points:g} |" in row
        assert row.count(f"{notebook.name}.ipynb") == 3
        assert f"[![Open {notebook.title} in Colab]" in row


def test_the_public_repository_has_its_licences(repository):
    """release/ holds both licences and what one installs to run the notebooks locally."""
    files = public_files([read_lab(repository / "notebooks" / "lab2")], repository)
    assert set(files) == {"README.md", "LICENSE", "LICENSE-TEXT", "requirements.txt"}
    assert "(lab2/README.md)" in files["README.md"]


def test_the_slides_of_a_course_are_linked_when_there_are_any(tmp_path):
    """A course names its own slides in lab.toml; a lab without has no section for them."""
    slides = '[[slides]]\ntitle = "Lecture 3"\nabout = "the pictures"\nurl = "https://example.org/3.pdf"\n'
    folder = toy_course(tmp_path / "with", lab=LAB + slides).root / "notebooks" / "toy"
    assert "## Slides\n\n- [Lecture 3](https://example.org/3.pdf): the pictures\n" in lab_page(read_lab(folder))
    folder = toy_course(tmp_path / "without").root / "notebooks" / "toy"
    assert "Slides" not in lab_page(read_lab(folder))


def test_the_minutes_of_further_sections_stand_apart(tmp_path, page, repository):
    """The page counts the minutes of the core, and says beside them what the further sections take."""
    lab = read_lab(repository / "notebooks" / "lab2")
    assert f"{', '.join(str(notebook.minutes) for notebook in lab.notebooks)} minutes" in page
    further = LAB.replace("minutes = 5\n", "minutes = 5\nfurther = 7\n")
    folder = toy_course(tmp_path, lab=further).root / "notebooks" / "toy"
    assert "*Further* sections (7 minutes)" in lab_page(read_lab(folder))
