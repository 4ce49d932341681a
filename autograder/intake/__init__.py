"""Taking in hand-ins: from any download of any system to our own notebook with the student's answers in it."""

from __future__ import annotations

from autograder.intake.records import Action, Intake, IntakeRecord, Repair, Student, Submitted
from autograder.intake.systems import MappingError
from autograder.intake.taking import IntakeError, take_in

__all__ = [
    "Action",
    "Intake",
    "IntakeError",
    "IntakeRecord",
    "MappingError",
    "Repair",
    "Student",
    "Submitted",
    "take_in",
]
