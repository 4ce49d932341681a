"""From what grading found to what a student reads: which cells are shown, and what is said of each item."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograder.marking.final import BY_PERSON, LOOK_AGAIN, FinalMark
from autograder.model.results import Status
from autograder.notebook.cells import joined, nbgrader_metadata, source_of
from autograder.output.feedback.page import MAX_SHOWN, Page, ShownCell, ShownItem, code_html, prose_html
from autograder.text import for_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.model.course import Item, Notebook
    from autograder.model.results import CellRun, ItemResult
    from autograder.output.outcomes import NotebookOutcome

MAX_OUTPUT = 4_000  # characters of one output on the page
MAX_OTHER_CELLS = 40


def page_of(outcome: NotebookOutcome, notebook: Notebook, assignment: str) -> Page:
    """The feedback page of one notebook."""
    runs = {run.index: run for run in outcome.result.cells}
    cells = list(enumerate(outcome.content.get("cells", ())))
    given = {source_of(cell).strip() for cell in notebook.source.cells if not nbgrader_metadata(cell).get("solution")}
    answers = {
        nbgrader_metadata(cell)["grade_id"]: _shown(cell, runs.get(index), "Your answer")
        for index, cell in cells
        if nbgrader_metadata(cell).get("solution")
    }
    others = [
        _shown(cell, runs.get(index), f"Cell {index + 1}")
        for index, cell in cells
        if not nbgrader_metadata(cell) and source_of(cell).strip() and source_of(cell).strip() not in given
    ]
    results = {item.item: item for item in outcome.result.items}
    return Page(
        student=outcome.student,
        assignment=assignment,
        notebook=notebook.name,
        title=notebook.titles.notebook,
        items=tuple(
            replace(_item(outcome, item, results[item.grade_id], answers), title=notebook.titles.of(item.grade_id))
            for item in notebook.items
            if item.grade_id in results
        ),
        repairs=outcome.repairs,
        other_cells=tuple(others[:MAX_OTHER_CELLS]),
        missing=not outcome.content,
        refused=for_page(outcome.refused, MAX_SHOWN),
        versions=outcome.result.ran_under,
        late=outcome.late.text,
        penalty=outcome.late.penalty,
    )


def _item(outcome: NotebookOutcome, item: Item, result: ItemResult, answers: Mapping[str, ShownCell]) -> ShownItem:
    mark = outcome.mark(result)
    verdict, tone = _verdict(result, mark)
    said_elsewhere = result.checks or mark.by_person or mark.status is not result.status or verdict.startswith("right")
    return ShownItem(
        name=result.item,
        points=mark.points,
        max_points=result.max_points,
        verdict=verdict,
        tone=tone,
        message="" if said_elsewhere or outcome.refused else result.message,
        checks=result.checks,
        follow_through=result.follow_through,
        answers=tuple(answers[name] for name in item.answers if name in answers),
        comment=for_page(outcome.comment(item), MAX_SHOWN),
        waiting=mark.waiting,
        further=item.further > 0,
    )


def _verdict(result: ItemResult, mark: FinalMark) -> tuple[str, str]:
    """What is said of an item in a few words, and its tone."""
    if mark.waiting or mark.points is None:
        if mark.unusable:
            return "could not be used: a person decides", "wait"
        if mark.by_person:
            return f"{BY_PERSON}, {LOOK_AGAIN}", "wait"
        failed = mark.status is Status.GRADER_ERROR
        return ("could not be marked by a fault of ours; it will be" if failed else "waits for a person"), "wait"
    unable = {
        Status.MISSING: "not handed in",
        Status.FAULT: "stopped by a fault in the notebook",
    }
    if mark.status in unable:
        return unable[mark.status], "bad"
    if mark.status is not result.status and not mark.by_person:
        return mark.message, "bad"
    suffix = f", {BY_PERSON}" if mark.by_person else ""
    share = mark.points / mark.max_points if mark.max_points else result.share
    words, tone = ("right", "good") if share >= 1 else ("partly right" if share > 0 else "not right yet", "bad")
    return f"{words}{suffix}", tone


def _shown(cell: Mapping[str, Any], run: CellRun | None, title: str) -> ShownCell:
    text = source_of(cell).strip()
    source = code_html(text) if cell.get("cell_type") == "code" else prose_html(text)
    return ShownCell(title, source, tuple(_outputs(run.outputs)) if run else ())


def _outputs(outputs: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            text = output.get("text", "")
        elif kind == "error":
            text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
        else:
            text = output.get("data", {}).get("text/plain", "")
        text = joined(text)
        if text.strip():
            yield for_page(text, MAX_OUTPUT)
