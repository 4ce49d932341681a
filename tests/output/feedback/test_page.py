"""What a feedback page shows, and what it never does."""

from __future__ import annotations

import re

import pytest

from autograder.model.results import CheckResult
from autograder.output.feedback.page import (
    Page,
    ShownCell,
    ShownItem,
    StudentPage,
    code_html,
    points_text,
    render,
    render_student,
)

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'</pre></style>"


def page_with(**changes: object) -> Page:
    """A page with one failed item; `changes` replace its fields."""
    check = CheckResult(
        "the tangent",
        0.0,
        2.0,
        passed=False,
        message="the tangent is wrong",
        hint="look at the bracket",
        mistake="divides by b instead of b squared",
        inputs="a = 3, b = 4",
        got="1.5",
        expected="0.375",
    )
    item = ShownItem("dual-division", 1.0, 3.0, "partly right", "bad", checks=(check,))
    return Page(**{"student": "ann", "assignment": "lab2", "notebook": "2.1", "items": (item,), **changes})


@pytest.mark.parametrize(
    "text", ["a = 3, b = 4", "1.5", "0.375", "divides by b instead of b squared", "look at the bracket", "1 of 3"]
)
def test_failed_check_is_told_in_full(text: str) -> None:
    """A failed check says what was asked, what came, what was expected, which mistake it looks like, and a hint."""
    assert text in render(page_with())


def test_page_has_no_script_and_fetches_nothing() -> None:
    """A page holds no script element, and no address from which anything would be loaded."""
    html = render(page_with())
    assert not re.search(r"<script|<link|<iframe|<img|\bsrc=|@import|url\(", html)


@pytest.mark.parametrize("field", ["student", "assignment", "notebook", "versions"])
def test_hostile_names_are_escaped(field: str) -> None:
    """Whatever a name contains, it stays text."""
    html = render(page_with(**{field: HOSTILE}))
    assert "<script>" not in html
    assert "<img" not in html


def test_hostile_cells_outputs_comments_and_repairs_are_escaped() -> None:
    """Code, outputs, comments and repairs are shown as text."""
    cell = ShownCell(HOSTILE, code_html(HOSTILE), (HOSTILE,))
    item = ShownItem(
        HOSTILE, None, 1.0, HOSTILE, "wait", HOSTILE, follow_through=(HOSTILE,), answers=(cell,), comment=HOSTILE
    )
    html = render(page_with(items=(item,), repairs=(HOSTILE,), other_cells=(cell,)))
    assert "<script>" not in html
    assert "<img" not in html


def test_item_without_a_mark_is_said_to_wait() -> None:
    """An item that waits for a person has a dash for its points, and the page says the mark is not complete."""
    html = render(page_with(items=(ShownItem("why-no-grad", None, 2.0, "waits for a person", "wait"),)))
    assert "1 answer waits" in html
    assert "\N{EN DASH} of 2" in html


@pytest.mark.parametrize(
    ("points", "text"), [(3.0, "3"), (2.5, "2.5"), (0.0, "0"), (None, "\N{EN DASH}"), (10.0, "10")]
)
def test_points_read_as_people_write_them(points: float | None, text: str) -> None:
    """Whole points have no decimals."""
    assert text == points_text(points)


def test_the_page_over_all_notebooks_leads_to_each() -> None:
    """The page over all notebooks has the sum, what being late cost, and a link to each notebook that is on it."""
    pages = (page_with(), page_with(notebook="2.2", missing=True))
    html = render_student(StudentPage("ann", "lab2", pages, late_minutes=35, penalty=0.5))
    assert "1.5 of 6" in html
    assert "35 minutes late; 0.5 points are taken off" in " ".join(html.split())
    links = re.findall(r'href="#(notebook-\d)"', html)
    assert links == ["notebook-1", "notebook-2"]
    assert all(f'id="{link}"' in html for link in links)
    assert not re.search(r"<script|<link|<iframe|<img|\bsrc=|@import|url\(", html)


def test_lateness_is_taken_off_once() -> None:
    """What a notebook's page takes off, and says, is not taken off again on the page over all."""
    late = page_with(late="handed in 35 minutes late: 0.5 points taken off", penalty=0.5)
    mark = '<p class="mark">0.5 of 3</p>'
    assert render(late).count(mark) == 1
    html = render_student(StudentPage("ann", "lab2", (late,), late_minutes=35, penalty=0.5))
    assert html.count(mark) == 2
    assert "This notebook was handed in 35 minutes late" in html


def test_a_page_can_be_printed() -> None:
    """The style has a part for paper: each notebook begins a page, and no box is cut."""
    html = render_student(StudentPage("ann", "lab2", (page_with(),)))
    paper = html.partition("@media print")[2]
    assert "break-before: page" in paper
    assert "break-inside: avoid" in paper
