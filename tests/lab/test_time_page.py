"""The page of the minutes says what the masters say: words, items, stated minutes, and the sums of them."""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import dataclass

import pytest
from support.reading_time import sections

from autograder.build import PLAN_ID, build
from autograder.model.course import Course
from autograder.model.lab import read_lab
from autograder.notebook.cells import grade_id_of
from autograder.release.generate import generate

LAB = "lab2"
WORDS_A_MINUTE = 200
NOTEBOOKS = ["2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"]
MINUTES = re.compile(r"(?<= )\d+(?:\.\d)?(?= \+|;|$)")


@dataclass(frozen=True)
class Row:
    """One line of a table of the page."""

    title: str
    words: int
    tasks: str
    counted: str
    stated: str


@dataclass(frozen=True)
class Planned:
    """A section as the plan of the released notebook has it."""

    title: str
    minutes: int
    items: set[str]
    further: bool


@pytest.fixture(scope="module")
def released(tmp_path_factory, repository):
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(repository / "notebooks", root / "notebooks")
    shutil.copy(repository / "nbgrader_config.py", root)
    build(Course(root), LAB)
    return generate(Course(root), LAB)


@pytest.fixture(scope="module")
def tables(repository) -> dict[str, list[Row]]:
    """The rows of the page's tables, by the number of the notebook."""
    page = (repository / "docs" / "explanation" / "time.md").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"(?m)^## ", page)[1:]:
        lines = [line for line in part.splitlines() if line.startswith("| ")][2:]
        cells = [[cell.strip().strip("*") for cell in line.strip("|").split("|")] for line in lines]
        found[part.split()[0]] = [Row(one[0], int(one[1].replace(",", "")), *one[2:]) for one in cells]
    return found


def planned(notebook) -> list[Planned]:
    [source] = [cell.source for cell in notebook.cells if grade_id_of(cell) == PLAN_ID]
    call = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    plan = [ast.literal_eval(argument) for argument in call.args]
    return [
        Planned(one[0], one[1], {*one[2], *one[3]}, len(one) > len(("title", "minutes", "items", "written")))
        for one in plan
    ]


def expected(row: Row, words: int, minutes: int | None) -> Row:
    """A row with the words and the stated minutes of the notebook, and what follows from them and from its tasks."""
    counted = words / WORDS_A_MINUTE + sum(float(number) for number in MINUTES.findall(row.tasks))
    return Row(row.title, words, row.tasks, f"{counted:.1f}", "" if minutes is None else str(minutes))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_section_has_its_words_and_its_minutes(name, released, tables):
    """Every row has the words and the stated minutes of its section, and the sum of what its tasks say."""
    rows = [row for row in tables[name[:3]] if row.title not in {"Core", "Further"}]
    wanted = [(title or "Opening", words, minutes or None) for title, minutes, words in sections(released[name])]
    assert [row.title for row in rows] == [title for title, _, _ in wanted]
    pairs = zip(rows, wanted, strict=True)
    assert rows == [expected(row, words, minutes) for row, (_, words, minutes) in pairs]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_task_is_counted_where_it_stands(name, released, tables):
    """The tasks of a row are the items of its section, each counted once, and each with some minutes."""
    rows = [row for row in tables[name[:3]] if row.title not in {"Opening", "Core", "Further"}]
    named = [re.findall(r"`([a-z-]+)`", row.tasks) for row in rows]
    assert [sorted(names) for names in named] == [sorted(section.items) for section in planned(released[name])]
    assert all(MINUTES.search(part) for row in rows if row.tasks for part in row.tasks.split(";"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_headings_plan_and_settings_agree(name, released, repository):
    """The minutes in a section's heading are those of the checker's plan, and add up to those of lab.toml."""
    stated = [minutes for _, minutes, _ in sections(released[name])][1:]
    plan = planned(released[name])
    assert stated == [section.minutes for section in plan]
    [settings] = [one for one in read_lab(repository / "notebooks" / LAB).notebooks if one.name == name]
    assert sum(section.minutes for section in plan if not section.further) == settings.minutes
    assert sum(section.minutes for section in plan if section.further) == settings.further


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_sums_are_those_of_the_rows(name, released, tables):
    """Core and Further are the sums of their rows, and what is stated is no less than what was counted."""
    rows = tables[name[:3]]
    core, further = ([row.title for row in rows].index(title) for title in ("Core", "Further"))
    assert further == len(rows) - 1
    assert core - 1 == sum(not section.further for section in planned(released[name]))
    for place, part in ((core, rows[:core]), (further, rows[core + 1 : further])):
        words = sum(row.words for row in part)
        minutes = sum(float(number) for row in part for number in MINUTES.findall(row.tasks))
        stated = sum(int(row.stated) for row in part if row.stated)
        counted = words / WORDS_A_MINUTE + minutes
        assert rows[place] == Row(rows[place].title, words, "", f"{counted:.1f}", str(stated))
        assert counted <= stated
