"""Taking in hand-ins: from any download of any system to our own notebook with the student's answers in it.

Everything in here reads hostile files, on the trusted side, and bounds what it reads.
May import outdir, model, notebook and files. Called by grading, by the names below.
"""

from __future__ import annotations

from autograder.intake.exceptions import IntakeError, MappingError
from autograder.intake.people.roster import RosterError
from autograder.intake.records import Intake, Repair, Student, Submitted
from autograder.intake.taking import People, take_in
from autograder.model.submission import Action

__all__ = [
    "Action",
    "Intake",
    "IntakeError",
    "MappingError",
    "People",
    "Repair",
    "RosterError",
    "Student",
    "Submitted",
    "take_in",
]
