"""From what grading found to what a student reads: which cells are shown, and what is said of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.course import nbgrader_metadata
from autograder.feedback.page import Page, ShownCell, ShownItem, code_html, printable
from autograder.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.course import Item, Notebook
    from autograder.outcomes import NotebookOutcome
    from autograder.results import CellRun, ItemResult

MAX_OUTPUT = 4_000  # characters of one output on the page
MAX_OTHER_CELLS = 40


def page_of(outcome: NotebookOutcome, notebook: Notebook, assignment: str) -> Page:
    """The feedback page of one notebook."""
    runs = {run.index: run for run in outcome.result.cells}
    cells = list(enumerate(outcome.content.get("cells", ())))
    given = {_text(cell) for cell in notebook.source.cells if not nbgrader_metadata(cell).get("solution")}
    answers = {
        nbgrader_metadata(cell)["grade_id"]: _shown(cell, runs.get(index), "Your answer")
        for index, cell in cells
        if nbgrader_metadata(cell).get("solution")
    }
    others = [
        _shown(cell, runs.get(index), f"Cell {index + 1}")
        for index, cell in cells
        if not nbgrader_metadata(cell) and _text(cell) and _text(cell) not in given
    ]
    results = {item.item: item for item in outcome.result.items}
    return Page(
        student=outcome.student,
        assignment=assignment,
        notebook=notebook.name,
        items=tuple(
            _item(outcome, item, results[item.grade_id], answers) for item in notebook.items if item.grade_id in results
        ),
        repairs=outcome.repairs,
        other_cells=tuple(others[:MAX_OTHER_CELLS]),
        missing=all(item.status is Status.MISSING for item in outcome.result.items),
        versions=", ".join(f"{name} {version}" for name, version in sorted(outcome.result.versions.items())),
        seed=outcome.result.seed,
    )


def _item(outcome: NotebookOutcome, item: Item, result: ItemResult, answers: Mapping[str, ShownCell]) -> ShownItem:
    points = outcome.points(result)
    word = outcome.words.get(result.item)
    by_person = word is not None and word.manual_score is not None
    verdict, tone = _verdict(result, points, by_person=by_person)
    return ShownItem(
        name=result.item,
        points=points,
        max_points=result.max_points,
        verdict=verdict,
        tone=tone,
        message="" if result.checks or by_person or result.right else result.message,
        checks=result.checks,
        follow_through=result.follow_through,
        answers=tuple(answers[name] for name in item.answers if name in answers),
        comment=printable(word.comment) if word else "",
    )


def _verdict(result: ItemResult, points: float | None, *, by_person: bool) -> tuple[str, str]:
    """What is said of an item in a few words, and its tone."""
    if points is None:
        failed = result.status is Status.GRADER_ERROR
        return ("could not be marked by a fault of ours; it will be" if failed else "waits for a person"), "wait"
    suffix = ", marked by a person" if by_person else ""
    if result.status is Status.MISSING and not by_person:
        return "not handed in", "bad"
    if result.status is Status.FAULT and not by_person:
        return "stopped by a fault in the notebook", "bad"
    if result.right or (result.max_points and points >= result.max_points):
        return f"right{suffix}", "good"
    return (f"partly right{suffix}" if points > 0 or result.earned else f"not right{suffix}"), "bad"


def _shown(cell: Mapping[str, Any], run: CellRun | None, title: str) -> ShownCell:
    text = _text(cell)
    source = code_html(text) if cell.get("cell_type") == "code" else code_html_of_prose(text)
    return ShownCell(title, source, tuple(_outputs(run.outputs)) if run else ())


def code_html_of_prose(text: str) -> Any:
    """Prose as written: a hand-in's Markdown and HTML are never interpreted."""
    from markupsafe import Markup

    return Markup.escape(printable(text))


def _outputs(outputs: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            text = output.get("text", "")
        elif kind == "error":
            text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
        else:
            text = output.get("data", {}).get("text/plain", "")
        text = "".join(text) if isinstance(text, list) else str(text)
        if text.strip():
            yield printable(text, MAX_OUTPUT)


def _text(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return ("".join(source) if isinstance(source, list) else str(source)).strip()
