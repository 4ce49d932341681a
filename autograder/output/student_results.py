"""All that is known of a student's hand-in as one JSON file, for programs: results.json.

The classes here are the format; the JSON schema in docs/results.schema.json is made from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from autograder.files import write_atomically
from autograder.marking.late import after_penalty
from autograder.model.course import Assignment, Notebook
from autograder.notebook.cells import grade_id_of, source_of
from autograder.outdir import OutDir
from autograder.output.marks import Mark, known_marks
from autograder.output.outcomes import NotebookOutcome, Outcomes

FORMAT = 1
"""Changes when a field changes its meaning or goes; a new field changes nothing."""


class Check(msgspec.Struct, frozen=True):
    """One named check of an item's tests. `hidden` says that students do not have it in their notebook."""

    name: str
    points: float
    max_points: float
    passed: bool
    hidden: bool
    message: str = ""
    hint: str = ""
    mistake: str = ""
    inputs: str = ""
    got: str = ""
    expected: str = ""


class ItemResult(msgspec.Struct, frozen=True):
    """One graded item.

    `points` is null while there is no mark, which `waiting` (for a person) or the status `grader_error` explains.
    `hidden` says that some of its tests are not in the students' notebook. `further` items count nothing. `decided` is
    where its tests are run: `outside` the hand-in's process, `inside` it (not proof against forging), or `undecidable`,
    when the model solution fails them; empty for an item that no test decides.
    """

    item: str
    points: float | None
    max_points: float
    status: str
    waiting: bool
    hidden: bool
    message: str = ""
    by_person: bool = False
    further: bool = False
    decided: str = ""
    comment: str = ""
    follow_through: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


class NotebookResult(msgspec.Struct, frozen=True):
    """One notebook. `refused` says why what was handed in could not be used, `repairs` what was put right in it."""

    notebook: str
    handed_in: bool
    points: float
    max_points: float
    refused: str = ""
    repairs: tuple[str, ...] = ()
    items: tuple[ItemResult, ...] = ()
    sandbox: str = ""
    seconds: float = 0.0
    versions: dict[str, str] = {}


class StudentResult(msgspec.Struct, frozen=True):
    """One student's assignment.

    `points` is what there is so far, without the `penalty` for being late; it is the mark when `final` is true.
    """

    student: str
    name: str
    assignment: str
    points: float
    max_points: float
    final: bool
    waiting: int
    notebooks: tuple[NotebookResult, ...]
    late_minutes: int = 0
    penalty: float = 0.0
    format: int = FORMAT


def student_result(student: str, assignment: Assignment, outcomes: Outcomes, mark: Mark) -> StudentResult:
    """What is known of one student; `mark` says the name and what being late cost."""
    notebooks = tuple(_notebook(one, assignment.notebooks[one.result.notebook]) for one in outcomes.of(student))
    items = [item for notebook in notebooks for item in notebook.items]
    return StudentResult(
        student=student,
        name=mark.known_name,
        assignment=assignment.name,
        points=after_penalty(sum(notebook.points for notebook in notebooks), mark.penalty),
        max_points=sum(notebook.max_points for notebook in notebooks),
        final=not any(item.waiting or item.points is None for item in items),
        waiting=sum(item.waiting for item in items),
        notebooks=notebooks,
        late_minutes=mark.late_minutes,
        penalty=mark.penalty,
    )


def write_results(assignment: Assignment, outcomes: Outcomes, out: OutDir, folder: Path) -> Iterator[Path]:
    """Write FOLDER/STUDENT/results.json for everybody, and the schema beside them; give the paths of the results."""
    marks = known_marks(out)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "results.schema.json", schema_text())
    for student in outcomes.students:
        result = student_result(student, assignment, outcomes, marks.get(student, Mark(student, student)))
        path = folder / student / "results.json"
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, as_json(msgspec.to_builtins(result)))
        yield path


def as_json(data: Any) -> bytes:
    """Data with texts of a hand-in's in it as JSON that every program reads: halves of surrogate pairs are none."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def schema_text() -> str:
    """The JSON schema of results.json."""
    schema: dict[str, Any] = msgspec.json.schema(StudentResult)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "results.json", **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def _notebook(outcome: NotebookOutcome, notebook: Notebook) -> NotebookResult:
    cells = {grade_id_of(cell): source_of(cell) for cell in notebook.source.cells}
    found = {item.item: item for item in outcome.result.items}
    items = []
    for item in notebook.items:
        result = found.get(item.grade_id)
        if result is not None:
            mark = outcome.mark(result)
            items.append(
                ItemResult(
                    item=item.grade_id,
                    points=mark.points,
                    max_points=mark.max_points,
                    status=mark.status.value,
                    waiting=mark.waiting,
                    hidden=notebook.delimiters.hidden.mark(cells.get(item.grade_id, "")),
                    message=mark.message,
                    by_person=mark.by_person,
                    further=item.further > 0,
                    decided=mark.decided.value if mark.decided is not None else "",
                    comment=outcome.comment(item),
                    follow_through=result.follow_through,
                    checks=tuple(msgspec.convert(check, Check, from_attributes=True) for check in result.checks),
                )
            )
    return NotebookResult(
        notebook=notebook.name,
        handed_in=bool(outcome.content),
        points=sum(item.points or 0.0 for item in items),
        max_points=sum(item.max_points for item in items),
        refused=outcome.refused,
        repairs=outcome.repairs,
        items=tuple(items),
        sandbox=outcome.result.sandbox,
        seconds=round(outcome.result.seconds, 3),
        versions=outcome.result.versions,
    )
