"""Writes the class report: reads the outcomes once, counts, compares, and writes the page and its tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.ledger import read_ledger
from autograder.model.course import Assignment, Notebook
from autograder.notebook.cells import ANSWERS, nbgrader_metadata, role_of, source_of
from autograder.outdir import OutDir
from autograder.output.outcomes import NotebookOutcome, Outcomes
from autograder.output.report import page
from autograder.output.report.aggregate import summarise
from autograder.output.report.findings import needs
from autograder.output.report.likeness import AlikePair, alike
from autograder.output.report.tables import tables


def write_report(assignment: Assignment, out: OutDir, *, anonymous: bool = False) -> Path:
    """Write the report of the class that was graded into OUT; gives the path of its page. Raises OutcomeError."""
    outcomes = Outcomes(assignment, out)
    numbers = {student: f"student {place}" for place, student in enumerate(outcomes.students, start=1)}
    answers: dict[str, list[tuple[str, str]]] = {name: [] for name in assignment.notebooks}
    given = {name: frozenset(given_cells(notebook)) for name, notebook in assignment.notebooks.items()}

    def seen() -> Iterator[NotebookOutcome]:
        for outcome in outcomes:
            if outcome.content:
                name = outcome.result.notebook
                answers[name].append((outcome.student, answers_text(outcome.content, given[name])))
            yield outcome

    summary = summarise(assignment, seen())
    pairs = [pair for name, notebook in assignment.notebooks.items() for pair in alike_answers(notebook, answers[name])]

    def shown(student: str) -> str:
        return numbers.get(student, "a student") if anonymous else student

    waiting = needs(read_ledger(out).waiting, shown, anonymous=anonymous)
    with out.explained():
        found = tables(summary, pairs, out.file_records(), shown)
        return page.write(summary, found, out.report, waiting, assignment.title)


def alike_answers(notebook: Notebook, answers: list[tuple[str, str]]) -> list[AlikePair]:
    """The pairs of a notebook that a person should look at; what the source notebook gives to everyone is taken out."""
    return alike(notebook.name, "\n".join(given_cells(notebook)), answers)


def given_cells(notebook: Notebook) -> list[str]:
    """The code that everyone has, a text for each cell, without blanks at its ends."""
    cells = [cell for cell in notebook.source.cells if cell.cell_type == "code" and role_of(cell) not in ANSWERS]
    return [cell.source.strip() for cell in cells]


def answers_text(content: Mapping[str, Any], given: Collection[str] = ()) -> str:
    """The code that a student wrote: answer cells, and cells of their own that are not as they were given."""
    cells = [cell for cell in content.get("cells", ()) if cell.get("cell_type") == "code"]
    own = [source_of(cell) for cell in cells if role_of(cell) in ANSWERS or not nbgrader_metadata(cell)]
    return "\n".join(text for text in own if text.strip() not in given)
