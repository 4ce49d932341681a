"""Results -> the notebooks in autograded/ that formgrader shows to a marker.

A hand-in is hostile, and formgrader renders it in the browser of a person who may change marks. So everything in
these notebooks is either ours (the source notebook's cells, the messages of the checks) or plain text: outputs keep
their text only, and prose that the student wrote or changed cannot hold HTML or links that do anything but lead to the
web.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from autograder.model.course import Notebook
from autograder.model.results import ItemResult, NotebookResult, Status
from autograder.model.submission import Submission
from autograder.notebook.cells import ANSWERS, MANUAL, grade_id_of, is_given, role_of, source_of
from autograder.text import for_notebook, harmless_markdown, light_markdown

TEXT_LIMIT = 100_000
"""Characters kept of any one text of a hand-in: a page that a browser can still show."""

OUTPUT_LIMIT = 500
"""Outputs kept of a cell, and lines of a traceback."""


def rubrics_of(notebook: Notebook) -> dict[str, str]:
    """What a source notebook says on marking its written answers, by grade id: the text of their solutions."""
    found = {}
    for cell in notebook.source.cells:
        if role_of(cell) in MANUAL:
            solutions = notebook.delimiters.solution.inside(source_of(cell))
            text = "\n".join(part.strip("\n") for part in solutions)
            if text.strip():
                found[grade_id_of(cell)] = text
    return found


def autograded_notebook(
    submission: Submission, result: NotebookResult, prepared: Any, rubrics: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The notebook in autograded/ for a result.

    `prepared` is the source notebook as nbgrader's own generate step saves it: solutions cleared, hidden tests still
    there, checksums computed. A rubric stands above the answer that it is for.
    """
    ours = {grade_id: cell for cell in prepared.cells if (grade_id := grade_id_of(cell))}
    prose = {cell.source.strip() for cell in prepared.cells if cell.cell_type == "markdown"}
    runs = {run.index: run.outputs for run in result.cells}
    items = {item.item: item for item in result.items}
    cells, seen = [], set()
    for index, cell in enumerate(submission.content.get("cells", ())):
        grade_id = grade_id_of(cell)
        known = ours.get(grade_id) if grade_id not in seen else None
        seen.add(grade_id)
        if known is not None and grade_id in rubrics:
            cells.append(_rubric(rubrics[grade_id]))
        if known is None:
            cells.append(_students_cell(cell, prose, runs.get(index, ())))
        else:
            cells.append(_known_cell(cell, known, items.get(grade_id), runs.get(index, ())))
    cells += [
        _known_cell(known, known, items.get(grade_id), ()) for grade_id, known in ours.items() if grade_id not in seen
    ]
    metadata = {key: prepared.metadata[key] for key in ("kernelspec", "language_info") if key in prepared.metadata}
    # a line a cell: json's own indentation takes ten times as long
    lines = ",\n".join(json.dumps(cell, ensure_ascii=False, sort_keys=True) for cell in cells)
    rest = f'"metadata": {json.dumps(metadata, sort_keys=True)},\n"nbformat": 4,\n"nbformat_minor": 4'
    return f'{{"cells": [\n{lines}\n],\n{rest}}}\n'.encode()


def released_answers(prepared: Any) -> dict[str, str]:
    """What the release has in the place of each answer, by grade id."""
    return {grade_id_of(cell): _stripped(cell.source) for cell in prepared.cells if role_of(cell) in ANSWERS}


def unanswered(submission: Submission, released: Mapping[str, str]) -> frozenset[str]:
    """The grade ids of the answers that are still just what the release had in their place.

    Colab strips spaces at the ends of lines: they make no answer.
    """
    return frozenset(
        grade_id
        for cell in submission.content.get("cells", ())
        if (grade_id := grade_id_of(cell)) in released and _stripped(source_of(cell)) == released[grade_id]
    )


def _rubric(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": f"**Rubric (for whoever marks):**\n\n{text}"}


def _known_cell(cell: Any, known: Any, item: ItemResult | None, outputs: Iterable[Any]) -> dict[str, Any]:
    """A cell with one of our grade ids: our metadata, our text where it is locked, and the mark where it is a test."""
    meta = known.metadata.nbgrader
    locked = is_given(known)
    source = known.source if locked else _clean(source_of(cell))
    if known.cell_type == "markdown":
        if source.strip() != known.source.strip():
            source = light_markdown(harmless_markdown(source))
        return {"cell_type": "markdown", "metadata": {"nbgrader": dict(meta)}, "source": source}
    outputs = mark_outputs(item) if item is not None and locked else text_outputs(outputs)
    return _code(source, {"nbgrader": dict(meta)}, outputs)


def _students_cell(cell: Any, prose: set[str], outputs: Iterable[Any]) -> dict[str, Any]:
    source = _clean(source_of(cell))
    if cell.get("cell_type") == "markdown":
        text = source if source.strip() in prose else light_markdown(harmless_markdown(source))
        return {"cell_type": "markdown", "metadata": {}, "source": text}
    # a raw cell may ask to be rendered as HTML: shown as code it is text
    return _code(source, {}, text_outputs(outputs))


def _code(source: str, metadata: Mapping[str, Any], outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": dict(metadata),
        "outputs": outputs,
        "source": source,
    }


def mark_outputs(item: ItemResult) -> list[dict[str, Any]]:
    """The outputs of a test cell from which nbgrader's `determine_grade` reads just this mark.

    Full marks are no output, none an error, a part of them a result that is a number; what the checks said stands
    before the number.
    """
    said = "\n".join(_check_line(check) for check in item.checks if not check.passed) or item.message
    if item.follow_through:
        said = f"{said}\nfollow-through: marked with our {', '.join(item.follow_through)} in place".strip()
    said = _clean(said)  # what a test says has the hand-in's own words in it
    if item.max_points == 0 and item.share == 1:
        return []
    if item.status is Status.GRADER_ERROR or not item.points:
        name = {Status.FAULT: "HandinFault", Status.GRADER_ERROR: "GraderError"}.get(item.status, "CheckFailed")
        return [{"output_type": "error", "ename": name, "evalue": said, "traceback": [said or name]}]
    printed = [{"output_type": "stream", "name": "stdout", "text": said + "\n"}] if said else []
    if item.points >= item.max_points:
        return printed
    number = {"text/plain": repr(item.points)}
    return [*printed, {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": number}]


def _check_line(check: Any) -> str:
    lines = [f"{check.name} ({check.points:g} of {check.max_points:g}): {check.message}", check.hint]
    return "\n".join(line for line in lines if line)


def text_outputs(outputs: Iterable[Any]) -> list[dict[str, Any]]:
    """The text of outputs and nothing else: no HTML, no images, no scripts."""
    kept: list[dict[str, Any]] = []
    for output in outputs:
        kind = output.get("output_type")
        if len(kept) >= OUTPUT_LIMIT:
            kept.append({"output_type": "stream", "name": "stderr", "text": "(more outputs left out)\n"})
            break
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append({"output_type": "stream", "name": name, "text": _clean(output.get("text", ""))})
        elif kind == "error":
            trace = output.get("traceback", ())
            lines = [_clean(line) for line in trace[:OUTPUT_LIMIT]] if isinstance(trace, (list, tuple)) else []
            evalue = _clean(output.get("evalue", ""))
            ename = _clean(output.get("ename", ""))
            kept.append({"output_type": "error", "ename": ename, "evalue": evalue, "traceback": lines})
        elif kind in ("execute_result", "display_data") and isinstance(output.get("data"), Mapping):
            text = {"text/plain": _clean(output["data"].get("text/plain", ""))}
            kept.append({"output_type": "display_data", "metadata": {}, "data": text})
    return kept


def _stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _clean(text: Any) -> str:
    """Text of a hand-in as this notebook may hold it, not longer than a page can show."""
    return for_notebook("".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text), TEXT_LIMIT)
