"""What taking in reports: plain data for the tables, the feedback pages and the batch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any


class Action(str, Enum):
    """What was done with a file that was found."""

    TAKEN = "taken"  # as it is; nothing had to be changed
    REPAIRED = "repaired"  # the student's answers were put into our notebook in another way than by place
    DUPLICATE = "duplicate"  # passed over: another file of the same student is the one that counts
    IGNORED = "ignored"  # not a notebook of this assignment
    REFUSED = "refused"  # cannot be used; the detail says why and what to do


@dataclass(frozen=True)
class Repair:
    """One thing that was put right in a notebook.

    `text` is a sentence without its full stop, for the student as much as for the marker. `cell` is the grade id that
    it is about, or empty. `flag` asks for a person to look: more than one reading was possible.
    """

    text: str
    cell: str = ""
    flag: bool = False


@dataclass(frozen=True)
class Student:
    """Whose hand-in it is.

    `id` names the folders and the rows of the gradebook and is safe as a file name. `name` is the full name,
    `system_id` the number or login in `system` (moodle, canvas, blackboard, gradescope, nbgrader, folder, file,
    mapping); each may be empty.
    """

    id: str
    name: str = ""
    system: str = ""
    system_id: str = ""


@dataclass(frozen=True)
class IntakeRecord:
    """What became of one file.

    `path` is the path as found; what is inside an archive stands behind `!/`, as in `dump.zip!/ann/2.1.ipynb`. It is
    printable: control characters are escaped. `student` and `notebook` are empty when they are not known; the notebook
    of a refused file is a guess from its name. `details` holds one sentence for each repair or reason, in order, and is
    never empty for any action but taken. `flag` asks for a person to look.
    """

    path: str
    student: str
    notebook: str
    action: Action
    details: tuple[str, ...] = ()
    flag: bool = False

    @property
    def detail(self) -> str:
        """All details as one text, a line each."""
        return "\n".join(self.details)


@dataclass(frozen=True)
class Submitted:
    """One repaired notebook, ready to be graded: `path` is its file in OUT/submitted."""

    student: str
    notebook: str
    path: Path
    repairs: tuple[Repair, ...] = ()

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
    `students` everybody who was seen, those included of whom every file was refused.
    """

    assignment: str
    records: list[IntakeRecord] = field(default_factory=list)
    submissions: list[Submitted] = field(default_factory=list)
    students: dict[str, Student] = field(default_factory=dict)

    def reason(self, student: str, notebook: str) -> str:
        """Why a student has no such notebook: the text of what was refused, or empty when nothing was handed in."""
        texts = [
            f"{record.path}: {record.detail}"
            for record in self.records
            if record.action is Action.REFUSED and record.student == student and record.notebook in ("", notebook)
        ]
        return "; ".join(texts)
