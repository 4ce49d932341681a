"""Each known wrong answer loses marks on its own item and on no other; a right answer, in any style, keeps them all.

Wrong answers are handed in some at a time, to items that have nothing to do with each other.

The answers stand in tests/answers/NOTEBOOK/ITEM.py, and what a student reads for each wrong one in
tests/answers/messages/NOTEBOOK.md; tests/answers/README.md says how to write one.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import os
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from support.answer_library import Answer, read_answers, read_messages

from autograder.build import build_notebook
from autograder.engine.grader import Grader
from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission
from autograder.notebook.cells import nbgrader_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.model.results import ItemResult, NotebookResult

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "answers"
MASTERS = ROOT / "notebooks" / "lab2"
SEED = 20240607
WRITE = bool(os.environ.get("WRITE_MESSAGES"))

LIBRARY = [
    answer
    for folder in sorted(path for path in ANSWERS.iterdir() if path.is_dir() and path.name != "messages")
    for path in sorted(folder.glob("*.py"))
    for answer in read_answers(path)
]
NOTEBOOKS = sorted({answer.notebook for answer in LIBRARY})
RIGHT = [answer for answer in LIBRARY if answer.kind == "right"]
WRONG = [answer for answer in LIBRARY if answer.kind == "wrong"]
LANES = min(2, os.cpu_count() or 1)
TOGETHER = 6
"""Wrong answers in one hand-in: each hides what the others do to its own item alone."""


def styles() -> Iterator[Any]:
    """Hand-ins of right answers only: the first of each item, the second of each, and so on."""
    for name in NOTEBOOKS:
        items = sorted({answer.item for answer in RIGHT if answer.notebook == name})
        columns = [[answer for answer in RIGHT if (answer.notebook, answer.item) == (name, item)] for item in items]
        for number, row in enumerate(itertools.zip_longest(*columns), start=1):
            yield pytest.param(tuple(answer for answer in row if answer), id=f"{name[:3]} style {number}")


STYLES = list(styles())


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The notebooks that have a library, built from their masters."""
    checker = (ROOT / "notebooks" / "checker.py").read_text(encoding="utf-8")
    notebooks = {}
    for name in NOTEBOOKS:
        source = nbformat.reads(build_notebook(MASTERS / f"{name}.py", checker), as_version=4)
        notebooks[name] = Notebook(name, items_of(source), source)
    return Assignment("lab2", Course(ROOT), notebooks)


def foundations(assignment: Assignment) -> dict[str, set[str]]:
    """What each item builds on, also by way of others."""
    found: dict[str, set[str]] = {}
    for notebook in assignment.notebooks.values():
        for item in notebook.items:  # an item builds on earlier ones
            found[item.grade_id] = set(item.builds_on).union(*(found[other] for other in item.builds_on))
    return found


@pytest.fixture(scope="module")
def mates(assignment: Assignment) -> dict[Answer, tuple[Answer, ...]]:
    """For each wrong answer those that are handed in with it, itself included: no item of theirs builds on another."""
    below = foundations(assignment)
    groups: list[list[Answer]] = []

    def fits(answer: Answer, group: list[Answer]) -> bool:
        mine = {answer.item, *below[answer.item]}
        return len(group) < TOGETHER and all(
            other.notebook == answer.notebook and other.item not in mine and answer.item not in below[other.item]
            for other in group
        )

    for answer in WRONG:
        group = next((group for group in groups if fits(answer, group)), None)
        if group is None:
            groups.append(group := [])
        group.append(answer)
    return {answer: tuple(group) for group in groups for answer in group}


@pytest.fixture(scope="module")
def graded(
    request: pytest.FixtureRequest, assignment: Assignment, mates: dict[Answer, tuple[Answer, ...]]
) -> Iterator[Callable[[tuple[Answer, ...]], NotebookResult]]:
    """Grades a notebook with some answers in it, once; ahead of the tests that will ask for it, on two graders."""
    lanes: queue.SimpleQueue[Grader] = queue.SimpleQueue()

    def grade(answers: tuple[Answer, ...]) -> NotebookResult:
        lane = lanes.get()
        try:
            return lane.grade(hand_in(assignment.notebooks[answers[0].notebook], *answers))
        finally:
            lanes.put(lane)

    with contextlib.ExitStack() as stack:
        for _ in range(LANES):
            lanes.put(stack.enter_context(Grader(assignment, GradingSettings(seed=SEED))))
        pool = stack.enter_context(ThreadPoolExecutor(LANES))
        stack.callback(pool.shutdown, cancel_futures=True)
        futures: dict[tuple[Answer, ...], Future[NotebookResult]] = {}

        def ask(answers: tuple[Answer, ...]) -> Future[NotebookResult]:
            if answers not in futures:
                futures[answers] = pool.submit(grade, answers)
            return futures[answers]

        for item in request.session.items:
            asked = getattr(getattr(item, "callspec", None), "params", {})
            if "style" in asked:
                ask(asked["style"])
            elif isinstance(asked.get("wrong"), Answer):
                ask(mates[asked["wrong"]])
        yield lambda answers: ask(answers).result()


@pytest.fixture(scope="module")
def messages(assignment: Assignment) -> Iterator[dict[tuple[str, str, str], str]]:
    """What is said about each wrong answer, as kept; with WRITE_MESSAGES, a place to put what is said now."""
    kept: dict[tuple[str, str, str], str] = {}
    for name in NOTEBOOKS:
        path = ANSWERS / "messages" / f"{name}.md"
        if path.exists():
            kept |= read_messages(name, path.read_text(encoding="utf-8"))
    before = dict(kept)
    yield kept
    for name in NOTEBOOKS if WRITE else ():
        if any(before.get(key) != words for key, words in kept.items() if key[0] == name):
            text = write_messages(assignment.notebooks[name], kept)
            (ANSWERS / "messages" / f"{name}.md").write_text(text, encoding="utf-8")


def write_messages(notebook: Notebook, kept: dict[tuple[str, str, str], str]) -> str:
    """The file of messages for the wrong answers in the library, in the order of the notebook."""
    lines = [
        f"# What is said about wrong answers: {notebook.name}",
        "",
        "Written by tests/lab/test_answers.py, as [README](../README.md) says; read it after each change of a check.",
    ]
    for item in notebook.items:
        entries = [answer for answer in WRONG if (answer.notebook, answer.item) == (notebook.name, item.grade_id)]
        if entries:
            lines += ["", f"## {item.grade_id}"]
        for answer in entries:
            lines += ["", f"### {answer.name}", "", kept.get((notebook.name, answer.item, answer.name), "")]
    return "\n".join(lines) + "\n"


def said(item: ItemResult) -> str:
    """What a student reads about one item, in Markdown."""
    most = item.max_points or sum(check.max_points for check in item.checks)
    lines = [f"{(item.points or 0.0) if item.max_points else item.earned:g} of {most:g} points."]
    for check in item.checks:
        if not check.passed:
            hint = f" *Hint: {check.hint}*" if check.hint and check.message != "not done yet." else ""
            mistake = f" It looks like this: {check.mistake}." if check.for_markers and check.mistake else ""
            lines.append(f"- **{check.name}**: {check.message}{mistake}{hint}")
    if not item.checks and item.message:
        lines.append(f"- {item.message}")
    return "\n".join(lines)


def hand_in(notebook: Notebook, *answers: Answer) -> Submission:
    """The model solution with some answers put in the places of the items' own."""
    content: Any = copy.deepcopy(notebook.source)
    for answer in answers:
        wanted = next(item.answers for item in notebook.items if item.grade_id == answer.item)
        cells = [cell for cell in content.cells if nbgrader_metadata(cell).get("grade_id") in wanted]
        assert len(cells) == 1, f"{answer.item} has {len(cells)} answer cells"
        cells[0].source = answer.source
    return Submission("student", notebook.name, content)


def lost(result: NotebookResult) -> dict[str, float]:
    """The items that are not right, and what they lost; a further task loses what its checks count."""
    return {
        item.item: max(item.max_points, sum(check.max_points for check in item.checks)) - item.earned
        for item in result.items
        if item.status != "manual" and not item.right
    }


@pytest.mark.parametrize("style", STYLES)
def test_right_answers_keep_every_mark(
    style: tuple[Answer, ...], graded: Callable[[tuple[Answer, ...]], NotebookResult]
) -> None:
    """Answers that do what the tasks say get full marks, whatever their style: one of each item's at a time."""
    result = graded(style)
    assert lost(result) == {}, "\n".join(said(item) for item in result.items if item.item in lost(result))


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_answer_loses_on_its_own_item_only(
    wrong: Answer,
    mates: dict[Answer, tuple[Answer, ...]],
    graded: Callable[[tuple[Answer, ...]], NotebookResult],
    messages: dict[tuple[str, str, str], str],
) -> None:
    """A mistake costs marks once, and the student is told what has been told to reviewers."""
    result = graded(mates[wrong])
    if lost(result).keys() != {mate.item for mate in mates[wrong]}:
        assert list(lost(graded((wrong,)))) == [wrong.item]  # whose fault it is
        assert lost(result).keys() == {mate.item for mate in mates[wrong]}
    key = (wrong.notebook, wrong.item, wrong.name)
    words = said(next(item for item in result.items if item.item == wrong.item))
    for expected in wrong.says:
        assert expected in words
    if WRITE:
        messages[key] = words
    assert words == messages.get(key), "read the new message, then keep it with WRITE_MESSAGES=1"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_item_has_a_library(name: str, assignment: Assignment) -> None:
    """Each item that a program marks has at least four right answers and eight wrong ones, with names of their own."""
    for item in assignment.notebooks[name].items:
        if item.manual:
            continue
        mine = [answer for answer in LIBRARY if (answer.notebook, answer.item) == (name, item.grade_id)]
        names = [answer.name for answer in mine]
        assert len(names) == len(set(names)), f"{item.grade_id}: two answers have the same name"
        assert sum(answer.kind == "right" for answer in mine) >= 4, f"{item.grade_id}: too few right answers"
        assert sum(answer.kind == "wrong" for answer in mine) >= 8, f"{item.grade_id}: too few wrong answers"
