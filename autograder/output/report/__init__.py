"""Results -> report/: what a class looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from autograder.model.course import Assignment, Notebook
    from autograder.model.results import NotebookResult
    from autograder.output.report.likeness import AlikePair


def write_report(assignment: Assignment, out: Path, *, anonymous: bool = False) -> Path:
    """Write the report of the class that was graded into `out`; gives the path of its page. Raises OutcomeError."""
    from autograder.output.outcomes import Outcomes
    from autograder.output.report import page
    from autograder.output.report.aggregate import summarise
    from autograder.output.report.tables import tables
    from autograder.output.tables import read_marks

    outcomes = Outcomes(assignment, out)
    numbers = {student: f"student {place}" for place, student in enumerate(outcomes.students, start=1)}
    given: dict[tuple[str, str, str], float] = {}
    answers: dict[str, list[tuple[str, str]]] = {name: [] for name in assignment.notebooks}

    def results() -> Iterator[NotebookResult]:
        for outcome in outcomes:
            for item in outcome.result.items:
                points = outcome.points(item)
                if points is not None and points != item.points:
                    given[outcome.student, outcome.result.notebook, item.item] = points
            if outcome.content:
                text = answers_text(outcome.content)
                answers[outcome.result.notebook].append((outcome.student, text))
            yield outcome.result

    summary = summarise(assignment, results(), given)
    pairs = [pair for name, notebook in assignment.notebooks.items() for pair in alike_answers(notebook, answers[name])]
    intake = out / "intake.csv"
    records = list(read_marks(intake)) if intake.exists() else []

    def shown(student: str) -> str:
        return numbers.get(student, "a student") if anonymous else student

    return page.write(summary, tables(summary, pairs, records, shown), out / "report")


def alike_answers(notebook: Notebook, answers: list[tuple[str, str]]) -> list[AlikePair]:
    """The pairs of a notebook that a person should look at; what the source notebook gives to everyone is taken out."""
    from autograder.output.report.likeness import alike

    given = "\n".join(cell.source for cell in notebook.source.cells if cell.cell_type == "code" and not _solution(cell))
    return alike(notebook.name, given, answers)


def answers_text(content: Mapping[str, Any]) -> str:
    """The code that a student wrote: answer cells and cells of their own."""
    cells = [cell for cell in content.get("cells", ()) if cell.get("cell_type") == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells if _solution(cell) or not _locked(cell))


def _solution(cell: Mapping[str, Any]) -> bool:
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution"))


def _locked(cell: Mapping[str, Any]) -> bool:
    return bool(cell.get("metadata", {}).get("nbgrader"))
