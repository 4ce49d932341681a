"""What goes into the grading engine: one student's notebook, and how to grade it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Handin:
    """One notebook of one student, as nbformat data (hostile: never trust a field of it beyond its type).

    Cells are recognised by `metadata.nbgrader.grade_id`; locked and test cells are replaced by our own before anything
    runs.
    """

    student: str
    notebook: str
    content: dict[str, Any]


class SandboxPolicy(str, Enum):
    """Which sandbox to insist on."""

    AUTO = "auto"  # the best level that this machine has; never none
    STRICT = "strict"  # namespaces, or refuse
    NONE = "none"  # the user says in as many words that the hand-ins are trusted


@dataclass(frozen=True)
class GradingSettings:
    """Limits and choices of a grading run. Times in seconds of wall clock, memory resident, in megabytes."""

    seed: int
    cell_seconds: float = 30.0
    notebook_seconds: float = 120.0
    memory_mb: int = 2048
    processes: int = 64
    output_mb: float = 10.0
    scratch_mb: int = 256
    sandbox: SandboxPolicy = SandboxPolicy.AUTO
