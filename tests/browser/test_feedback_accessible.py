"""The pages that people read, in a real browser."""

from __future__ import annotations

from collections import Counter

import pytest

from autograder.model.results import CheckResult
from autograder.output.feedback.page import (
    Page,
    ShownCell,
    ShownItem,
    StudentPage,
    code_html,
    render,
    render_student,
)
from autograder.output.report.aggregate import ClassSummary, Distribution, ItemSummary
from autograder.output.report.page import render as render_report
from autograder.output.report.tables import tables

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def whole_page() -> str:
    """A student's page over two notebooks, one of them late and one refused."""
    pages = (everything(), Page("ann", "lab2", "2.2", (), refused="it is cut off"))
    return render_student(StudentPage("ann", "lab2", pages, late_minutes=35, penalty=0.5))


def feedback_page() -> str:
    """The page of one notebook."""
    return render(everything())


def everything() -> Page:
    """A page on which everything occurs that can."""
    failed = CheckResult("tangent", 0, 2, passed=False, hint="h", mistake="m", inputs="a = 3", got="1", expected="2")
    passed = CheckResult("value", 1, 1, passed=True)
    cell = ShownCell(
        "Cell 4", code_html("# a comment\ndef f(x):\n    return 'text' + str(1.5)\n" + "x = 1\n" * 90), ("5\n",)
    )
    items = (
        ShownItem(
            "dual-division", 1, 3, "partly right", "bad", checks=(passed, failed), answers=(cell,), comment="See me."
        ),
        ShownItem("why", None, 2, "waits for a person", "wait"),
        ShownItem("dual-sum", 1, 1, "right", "good", follow_through=("dual-division",)),
    )
    return Page("ann", "lab2", "2.1", items, repairs=("a cell was missing",), other_cells=(cell,), versions="torch 2")


def report_page() -> str:
    """A report on a small class."""
    item = ItemSummary(
        "2.1",
        "dual-sum",
        1.0,
        Counter(scored=3),
        Counter(outside=3),
        (1.0, 0.0, 1.0),
        0.66,
        None,
        0,
        (("no square", 2),),
    )
    total = Distribution("all notebooks", 1.0, (1.0, 0.0, 1.0))
    summary = ClassSummary("lab2", 3, 3, total=total, by_notebook=(total,), items=(item,), seconds=(0.1,))
    return render_report(summary, tables(summary, [], [], str))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", [feedback_page, whole_page, report_page])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_violation(page, make, scheme: str, width: int) -> None:
    """The accessibility checker axe has nothing to say, on a phone and on a desk, light and dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.set_content(make())
    found = axe.Axe().run(page).response["violations"]
    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in found]


@pytest.mark.parametrize("make", [feedback_page, whole_page, report_page])
def test_nothing_is_wider_than_a_phone(page, make) -> None:
    """On a phone the page itself does not scroll sideways."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(make())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("make", [feedback_page, whole_page, report_page])
def test_nothing_is_fetched(page, make, tmp_path) -> None:
    """Opening the page asks for nothing but the page."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "page.html"
    file.write_text(make(), encoding="utf-8")
    page.goto(file.as_uri())
    assert [file.as_uri()] == asked
