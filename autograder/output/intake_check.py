"""What a pile of hand-ins would come to, as a table for people and as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.output.tables import details_of
from autograder.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.intake import Intake


def as_data(intake: Intake, notebooks: Sequence[str]) -> dict[str, Any]:
    """Everything, for `--json`: files, students, who is missing, who is not on the roster, what to look at."""
    taken = _taken(intake)
    return {
        "assignment": intake.assignment,
        "systems": [{"level": level, "system": system} for level, system in intake.systems],
        "files": [
            {
                "path": record.path,
                "student": record.student,
                "notebook": record.notebook,
                "action": str(record.action),
                "details": list(record.details),
                "look": record.flag,
            }
            for record in intake.records
        ],
        "students": [
            {
                "id": student.id,
                "name": student.name,
                "system": student.system,
                "system_id": student.system_id,
                "on_roster": intake.known[student.id].on_roster,
                "notebooks": {name: taken[student.id, name] for name in notebooks if (student.id, name) in taken},
                "missing": [name for name in notebooks if not _has(intake, student.id, name)],
            }
            for student in intake.students.values()
        ],
        "absent": intake.absent,
        "not_on_roster": intake.strangers,
        "notes": intake.notes,
    }


def print_check(console: Console, intake: Intake, notebooks: Sequence[str]) -> None:
    """The same as tables, a line for each file and one for each student who lacks something."""
    for level, system in intake.systems:
        what = "by folders and names of files" if system == "folder" else f"a download of {system}"
        console.print(Text(f"{for_terminal(level)}: {what}"), soft_wrap=True)
    table = Table(header_style="bold", show_edge=False)
    for title in ("file", "student", "notebook", "what would be done"):
        table.add_column(title, overflow="fold")
    for record in intake.records:
        done = "; ".join((str(record.action), *details_of(record)))
        cells = (record.path, record.student, record.notebook, done)
        table.add_row(*(Text(for_terminal(cell)) for cell in cells))
    console.print(table)
    for student in intake.students.values():
        missing = [name for name in notebooks if not _has(intake, student.id, name)]
        if missing:
            absent = " (nothing was handed in)" if student.id in intake.absent else ""
            console.print(Text(for_terminal(f"missing of {student.id}: {', '.join(missing)}{absent}")), soft_wrap=True)
    for note in intake.notes:
        console.print(Text(for_terminal(f"note: {note}")), soft_wrap=True)
    looks = sum(record.flag for record in intake.records)
    counts = f"{len(intake.records)} files, {len(intake.students)} students, {len(intake.submissions)} notebooks"
    console.print(f"{counts}; {looks} files to look at; nothing was written", highlight=False)


def _taken(intake: Intake) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (one.student, one.notebook): {
            "file": one.handed_in.path,
            "time": one.handed_in.time,
            "attempt": list(one.handed_in.attempt),
            "repairs": [repair.text for repair in one.repairs],
        }
        for one in intake.submissions
    }


def _has(intake: Intake, student: str, notebook: str) -> bool:
    return notebook in intake.known[student].handed_in
