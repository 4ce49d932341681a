"""JupyterLab as instructor and student meet it: masters opened as notebooks, and nbgrader's Validate button."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from support.browser import jupyter_server

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

NOTEBOOK = "2.1_ForwardAD"


@pytest.fixture(scope="module")
def course(tmp_path_factory, repository) -> Path:
    """A copy of the masters and of the release, with one notebook solved as the model solves it."""
    root = tmp_path_factory.mktemp("jupyterlab") / "course"
    shutil.copytree(repository / "notebooks", root / "notebooks")
    shutil.copytree(repository / "release" / "lab2", root / "release")
    released = nbformat.read(root / "release" / f"{NOTEBOOK}.ipynb", as_version=4)
    source = nbformat.read(repository / "source" / "lab2" / f"{NOTEBOOK}.ipynb", as_version=4)
    model = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for cell in released.cells:
        cell.source = model.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    nbformat.write(released, root / "release" / "solved.ipynb")
    return root


@pytest.fixture(scope="module")
def server(course):
    with jupyter_server(course) as address:
        yield address


def test_a_master_opens_as_a_notebook(page, server: str, course: Path) -> None:
    """jupytext shows a text master as cells: its prose rendered, its code in code cells."""
    page.goto(f"{server}/lab/tree/notebooks/lab2?reset")
    master = page.locator(f'.jp-DirListing-item:has-text("{NOTEBOOK}.py")')
    master.wait_for()
    page.wait_for_timeout(1000)  # the file browser redraws once when the folder has been read
    master.click(button="right")
    page.locator('.lm-Menu-item:has-text("Open With")').hover()
    page.locator('.lm-Menu-item:has-text("Jupytext Notebook")').click()
    page.wait_for_selector(".jp-Notebook .jp-MarkdownCell h1")
    assert "Forward" in page.inner_text(".jp-Notebook .jp-MarkdownCell h1 >> nth=0")
    assert page.locator(".jp-Notebook .jp-CodeCell").count() > 0
    assert (course / "notebooks" / "lab2" / f"{NOTEBOOK}.py").exists()


@pytest.mark.parametrize(("notebook", "verdict"), [("solved", "passes all the tests"), (NOTEBOOK, "cells? failed")])
def test_the_validate_button_gives_the_right_answer(page, server: str, notebook: str, verdict: str) -> None:
    """Validate says that a solved notebook passes its visible tests, and that an untouched one does not."""
    page.goto(f"{server}/lab/tree/release/{notebook}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-MarkdownCell h1")
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog", has_text=re.compile("valid|test|pass", re.IGNORECASE))
    dialog.wait_for()
    assert re.search(verdict, dialog.inner_text(), re.IGNORECASE), dialog.inner_text()
