"""What taking in reports: plain data for the tables, the feedback pages and the batch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.model.submission import Action, FileRecord, HandedIn, KnownStudent


@dataclass(frozen=True)
class Repair:
    """One thing that was put right in a notebook.

    `text` is a sentence without its full stop, for the student as much as for the marker. `cell` is the grade id that
    it is about, or empty. `flag` asks for a person to look: more than one reading was possible. `ours_alone` says that
    it comes of a change of ours, and is nothing to tell the student.
    """

    text: str
    cell: str = ""
    flag: bool = False
    ours_alone: bool = False


@dataclass(frozen=True)
class Student:
    """Whose hand-in it is.

    `id` names the folders and the rows of the gradebook and is safe as a file name. `name` is the full name,
    `system_id` the number or login in `system` (moodle, canvas, ..., folder, file, mapping); each may be empty.
    """

    id: str
    name: str = ""
    system: str = ""
    system_id: str = ""


@dataclass(frozen=True)
class Submitted:
    """One repaired notebook, ready to be graded: `path` is its file in OUT/submitted."""

    student: str
    notebook: str
    path: Path
    repairs: tuple[Repair, ...] = ()
    handed_in: HandedIn = field(default_factory=HandedIn)

    def to_json(self) -> dict[str, Any]:
        """What OUT/.autograder/intake/ASSIGNMENT/STUDENT/NOTEBOOK.json holds."""
        return {
            "student": self.student,
            "notebook": self.notebook,
            "repairs": [asdict(repair) for repair in self.repairs],
        }


@dataclass
class Intake:
    """What a pile of hand-ins came to. Small: a few hundred bytes a file; the notebooks are on disk.

    `records` has one entry for each file found; `submissions` one for each student and notebook that can be graded;
    `students` everybody who was seen, those included of whom every file was refused, and everybody on the roster.
    `systems` are the levels that were recognised, each with its system. `absent` are those on the roster of whom
    nothing came, `strangers` those who are not on it. `joined` are ids of before that another one has taken in.
    `notes` are sentences for whoever ran it.
    """

    assignment: str
    records: list[FileRecord] = field(default_factory=list)
    submissions: list[Submitted] = field(default_factory=list)
    students: dict[str, Student] = field(default_factory=dict)
    systems: list[tuple[str, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    known: dict[str, KnownStudent] = field(default_factory=dict)
    """What is to be remembered of everybody, those of earlier runs included."""
    _refused: dict[str, list[FileRecord]] = field(default_factory=dict, repr=False)

    def add(self, record: FileRecord) -> None:
        """Note what became of a file."""
        self.records.append(record)
        if record.action is Action.REFUSED:
            self._refused.setdefault(record.student, []).append(record)

    @property
    def nothing(self) -> bool:
        """Whether there was nothing in it of anybody's: not even something that had to be refused."""
        return not any(record.action is not Action.IGNORED and record.student for record in self.records)

    def reason(self, student: str, notebook: str) -> str:
        """Why a student has no such notebook: the text of what was refused, or empty when nothing was handed in."""
        texts = [
            f"{record.path}: {record.detail}"
            for record in self._refused.get(student, ())
            if record.notebook in ("", notebook)
        ]
        return "; ".join(texts)
