"""What goes into the grading engine: one notebook that a student handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Submission:
    """One notebook of one student, as nbformat data (hostile: never trust a field of it beyond its type).

    Cells are recognised by `metadata.nbgrader.grade_id`; locked and test cells are replaced by our own before anything
    runs.
    """

    student: str
    notebook: str
    content: dict[str, Any]
