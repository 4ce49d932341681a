"""The preview page of a released notebook: it starts with the lab, and what is folded is folded."""

from __future__ import annotations

import copy
import os
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from support.toy_lab import LAB, MASTER, toy_course

from autograder.build import build
from autograder.model.course import Course
from autograder.model.lab import read_lab
from autograder.release.generate import generate
from autograder.release.preview import preview
from autograder.release.proofs.subject import Subject
from autograder.release.proofs.by_reading import no_leak_on_the_page


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Subject:
    course: Course = toy_course(tmp_path_factory.mktemp("toy"), MASTER, LAB)
    build(course, "toy")
    [settings] = read_lab(course.root / "notebooks" / "toy").notebooks
    return Subject(settings, course.assignment("toy").notebooks["sums"].source, generate(course, "toy")["sums"])


@pytest.fixture(scope="module")
def shown(toy) -> BeautifulSoup:
    return BeautifulSoup(toy.page, "html.parser").main


def seen(page: BeautifulSoup) -> str:
    """What a reader sees who has opened nothing."""
    page = copy.copy(page)
    for fold in page.find_all("details"):
        assert not fold.has_attr("open")
        fold.replace_with(fold.summary.get_text())
    return " ".join(page.get_text().split())


def test_the_page_starts_with_the_title_and_the_prose(shown):
    """A reader first sees the notebook's title and its opening words, and none of the checker."""
    assert seen(shown).startswith("Sums¶Two numbers have a sum. Checker")


@pytest.mark.parametrize("code", ["class task:", "(\"Adding\", 5,", "assert my_sum(1, 2) == 3"], ids=["checker", "plan", "test"])
def test_the_code_of_checker_and_checks_is_folded(shown, code):
    """The code of the checker, of its plan and of a test cell stands once on the page, in a closed <details>."""
    [fold] = [fold for fold in shown.find_all("details") if code in fold.get_text()]
    assert shown.get_text().count(code) == fold.get_text().count(code) == 1
    assert code not in fold.summary.get_text()
    assert not fold.has_attr("open")


def test_what_a_student_edits_is_seen(shown):
    """Given code and the place of an answer are not folded."""
    assert "scale = 2" in seen(shown)
    assert 'raise NotImplementedError("my-sum: not done yet")' in seen(shown)


def test_code_is_shown_as_it_is(toy):
    """Code in a fold that looks like HTML or has empty lines is shown to the letter."""
    notebook = copy.deepcopy(toy.released)
    source = 'text = "</details><b>bold</b>"\n\n\n# a *star*\nleft = 1 < 2 & 3'
    cell = nbformat.v4.new_code_cell(f"#@title A <b>fold</b>\n{source}", metadata={"jupyter": {"source_hidden": True}})
    notebook.cells.append(cell)
    fold = BeautifulSoup(preview(notebook, "x"), "html.parser").find_all("details")[-1]
    assert fold.summary.get_text() == "A <b>fold</b>"
    assert fold.pre.get_text().strip() == source


def test_the_same_notebook_gives_the_same_bytes(toy, tmp_path):
    """Two processes with different hash seeds write the same page."""
    path = tmp_path / "sums.ipynb"
    path.write_text(nbformat.writes(toy.released, version=nbformat.NO_CONVERT), encoding="utf-8")
    code = (
        "import sys, nbformat; from autograder.release.preview import preview;"
        "sys.stdout.buffer.write(preview(nbformat.read(sys.argv[1], nbformat.NO_CONVERT), 'Sums').encode())"
    )
    pages = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert pages == {toy.page.encode()}


def test_a_leak_on_the_page_is_found(toy):
    """A line of a solution or of hidden tests that the page shows is found; a page without one holds."""
    assert list(no_leak_on_the_page(toy)) == []
    problems = list(no_leak_on_the_page(Subject(toy.settings, toy.source, toy.source)))
    assert {problem.cell for problem in problems} == {"my-sum", "my-sum-answer", "why-sums"}
    assert any("assert my_sum(11, -4) == 7" in problem.found for problem in problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_can_be_read_in_a_browser(toy, page, tmp_path, width, scheme):
    """No width makes the page scroll sideways, folds open by a click, and the ground follows the reader's choice."""
    path = tmp_path / "sums.html"
    path.write_text(toy.page, encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    test = page.get_by_text("assert my_sum(1, 2) == 3")
    assert not test.is_visible()
    page.locator("summary").last.click()
    assert page.locator("details[open]").count() == 1
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(ground.partition("(")[2].partition(",")[0])
    assert (red > 128) == (scheme == "light")
