"""What can be proved of a release by running it: the model solution is right, the untouched release worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.model.course import items_of
from autograder.notebook.cells import Role, role_of
from autograder.release.proofs.subject import Problem, Subject

NOT_DONE = "not done yet"


def model_scores_full(subject: Subject) -> Iterator[Problem]:
    """The model solution runs without an error and has full marks in stock nbgrader, on visible and hidden tests."""
    yield from _full_marks(subject, subject.source_run, "correct the solution or the test")


def show_cells_not_needed(subject: Subject) -> Iterator[Problem]:
    """The model solution has full marks also when the cells that only show something are left out."""
    run, records = subject.recorded_run
    remedy = "it needs a show cell: make that a locked cell, or move what is needed out of it"
    yield from _full_marks(subject, run, remedy)
    for record in records:
        if not record.passed:
            found = f"the check {record.name!r} fails for the model solution, show cells left out: {record.message}"
            yield Problem(subject.name, record.item, found, remedy)


def checks_add_up(subject: Subject) -> Iterator[Problem]:
    """The points of the checks of a test cell add up to those of the cell, which for a further task are none of marks."""
    _, records = subject.recorded_run
    points = {item.grade_id: item.further or item.points for item in items_of(subject.source) if not item.manual}
    reported: dict[str, float] = {}
    for record in records:
        reported[record.item] = reported.get(record.item, 0) + record.points
    for item, total in reported.items():
        if item not in points:
            yield Problem(
                subject.name, item, "its checks name an item that is none", "correct the name given to task()"
            )
        elif abs(total - points[item]) > 1e-9:  # noqa: PLR2004  # halves and thirds of points add up to this
            found = f"its checks have {total:g} points and the cell has {points[item]:g}"
            yield Problem(subject.name, item, found, "make them the same")


def untouched_scores_nothing(subject: Subject) -> Iterator[Problem]:
    """An untouched release has 0 points for every item, those marked by a person and further tasks included."""
    from nbgrader.utils import determine_grade

    further = {item.grade_id for item in items_of(subject.source) if item.further}
    for record in subject.untouched_records if further else ():
        if record.item in further and record.passed:
            found = f"the untouched release passes the check {record.name!r}"
            yield Problem(subject.name, record.item, found, "let it ask for what the given code does not do")

    for cell in subject.untouched_run.cells:
        if role_of(cell) not in (Role.TEST, Role.WRITTEN):
            continue
        points, _ = determine_grade(cell)
        if points != 0:
            found = f"the untouched release scores {points}"
            yield subject.problem(cell, found, "let a check ask for what the given code does not do")


def release_runs_through(subject: Subject) -> Iterator[Problem]:
    """A student who runs the untouched release sees no error, and each test cell says that its task is not done yet."""
    for cell in subject.released_run.cells:
        if cell.cell_type != "code":
            continue
        for error in _errors(cell):
            found = f"it stops an untouched notebook with {error}"
            yield subject.problem(cell, found, "catch what an open task raises, so that Run all goes on")
        if role_of(cell) is Role.TEST and NOT_DONE not in _printed(cell):
            found = f"its check says {_printed(cell).strip()[:80]!r} of an open task"
            yield subject.problem(cell, found, f"let it say {NOT_DONE!r}")


def _full_marks(subject: Subject, run: Any, remedy: str) -> Iterator[Problem]:
    from nbgrader.utils import determine_grade

    for cell in run.cells:
        for error in _errors(cell):
            yield subject.problem(cell, f"the model solution stops with {error}", remedy)
        if role_of(cell) is Role.TEST:
            points, most = determine_grade(cell)
            if points != most:
                seen = _printed(cell).strip()[:300]
                yield subject.problem(cell, f"the model solution scores {points:g} of {most:g}: {seen}", remedy)


def _errors(cell: Any) -> Iterator[str]:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield f"{output.ename}: {output.evalue[:200]}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"text on stderr, which nbgrader takes for an error: {output.text.strip()[:200]}"


def _printed(cell: Any) -> str:
    """The text that a cell put out."""
    texts = []
    for output in cell.get("outputs", []):
        texts.append(output.get("text", ""))
        texts.append(output.get("data", {}).get("text/plain", ""))
        texts.append(output.get("evalue", ""))
    return "\n".join(texts)
