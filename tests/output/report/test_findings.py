"""What the report says first: who needs a person, how the class did, what failed, what to change."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from support.quick_grader import put, run_quickly

from autograder.ledger import Need, Waiting
from autograder.model.results import CheckResult, ItemResult, NotebookResult, Status
from autograder.output.outcomes import NotebookOutcome
from autograder.output.report.aggregate import Distribution, ItemSummary, summarise
from autograder.output.report.findings import alike_groups, needs, next_year, spread, taught
from autograder.output.report.likeness import AlikePair
from autograder.output.report.write import write_report


def item(difficulty, *, discrimination=0.5, mistakes=(), marks=20, waiting=0):
    statuses = Counter({"scored": marks, "manual": waiting})
    numbers = (2.0 * difficulty,) * marks
    return ItemSummary(
        "n", "sum", 2.0, statuses, Counter(), numbers, difficulty, discrimination, 0, tuple(mistakes), title="Sums"
    )


def test_the_spread_in_a_sentence():
    """The median, the middle half and the ends, with the points that can be had."""
    assert spread(Distribution("d", 10.0, (0.0, 4.0, 6.0, 8.0, 10.0))) == (
        "median 6 of 10; the middle half from 4 to 8; all from 0 to 10 (5 students)"
    )
    assert spread(Distribution("d", 10.0, ())) == "nobody has handed it in"


def test_who_needs_a_person_is_grouped():
    """What waits for the same reason stands together, and no reason is given in a report without names."""
    waiting = [
        Waiting("ann", "n", "why", Need.MARK, "a person marks this answer"),
        Waiting("bob", "n", "why", Need.MARK, "a person marks this answer"),
        Waiting("cid", "n", "", Need.UNUSABLE, "cid/n.pdf: not a notebook"),
    ]
    groups = needs(waiting, str.upper, anonymous=False)
    assert [group.title for group in groups] == [
        "2 answers to mark",
        "1 notebook that cannot be used: without a mark",
    ]
    assert groups[1].lines == ("CID, n: cid/n.pdf: not a notebook",)
    assert needs(waiting, str.upper, anonymous=True)[1].lines == ("CID, n",)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (item(0.1), "hardly anyone has it"),
        (item(0.99), "1 exercise nearly everyone has, which is right for a first step only"),
        (item(0.5, discrimination=-0.2), "those who have it do worse elsewhere"),
        (item(0.5, mistakes=[("no minus", 9)]), "9 of 20 made one mistake, no minus"),
    ],
)
def test_what_to_change(tmp_path, found, said):
    """Each kind of trouble has its sentence, with the exercise's title."""
    from autograder.output.report.aggregate import ClassSummary

    del tmp_path
    (line,) = next_year(ClassSummary("lab", items=(found,)))
    assert said in line
    assert "Sums (n)" in line


def test_what_waits_is_no_flag():
    """While answers of an item wait to be marked, the blank ones say nothing of it."""
    assert item(0.0, waiting=5).flag == ""
    assert taught([item(0.0, waiting=5)])[1] == []


def test_missing_work_is_no_zero(toy):
    """What was not handed in lowers neither an exercise's difficulty nor the median."""
    notebook = toy.notebooks["doubles"]
    right = NotebookResult("ann", "doubles", (ItemResult("double", 3.0, 3.0, Status.SCORED),))
    nothing = NotebookResult("bob", "doubles", (ItemResult("double", 0.0, 3.0, Status.MISSING),))
    summary = summarise(toy, [NotebookOutcome("ann", right, {"cells": []}), NotebookOutcome("bob", nothing, {})])
    assert notebook.items[0].grade_id == "double"
    double = next(one for one in summary.items if one.item == "double")
    assert (double.difficulty, summary.total.marks, summary.students) == (1.0, (3.0,), 2)


def test_a_mistake_has_an_example(toy):
    """Each mistake is shown with what was asked and what came."""
    check = CheckResult("c", 0.0, 3.0, passed=False, mistake="no minus", inputs="x = 2", got="4", expected="-4")
    found = NotebookResult("ann", "doubles", (ItemResult("double", 0.0, 3.0, Status.SCORED, checks=(check,)),))
    summary = summarise(toy, [NotebookOutcome("ann", found, {"cells": []})])
    double = next(one for one in summary.items if one.item == "double")
    assert double.examples == {"no minus": "asked at x = 2; got 4; expected -4"}


def test_pairs_are_joined_to_groups():
    """Three who are alike are one group, and not three pairs."""
    pairs = [AlikePair("n", "a", "b", 9, 0.9), AlikePair("n", "c", "d", 9, 0.7), AlikePair("n", "b", "c", 9, 0.8)]
    assert alike_groups(pairs) == [("n", ["a", "b", "c", "d"], 0.7, 0.9)]


def test_the_page_is_short_until_it_is_unfolded(toy, out, tmp_path, submission):
    """Nothing that grows with the class stands outside of what is folded or scrolls."""
    for number in range(30):
        put(tmp_path / "in", submission(f"s{number:02}", "squares", square="return x * x", why="So."))
    run_quickly(toy, tmp_path / "in", out)
    html = write_report(toy, out).read_text()
    open_part = re.sub(r"<details>.*?</details>", "", html.partition("<main>")[2], flags=re.DOTALL)
    assert "s17" in html
    assert "s17" not in open_part
    assert "30 answers to mark" in html
    assert "median 2 of 6" in open_part
