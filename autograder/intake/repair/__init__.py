"""Put a student's answers into our own notebook.

The base is the released notebook, so that every given cell, every test cell and all metadata are ours. What the student
wrote is found by grade id, by text, by the names that it defines, by its place; in that order. Cells of their own stay
where they stood. Every step that is not a plain one leaves a `Repair`. May import intake's reading, outline, released
and records. Called by intake.taking, by `repair`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.intake.reading import StudentNotebook, normal
from autograder.intake.records import Repair
from autograder.intake.released import ReleasedNotebook
from autograder.intake.repair.assembly import Assembly, content
from autograder.intake.repair.definitions import attach_functions, define_before_use
from autograder.intake.repair.pairing import Pairing
from autograder.intake.repair.strayed import StrayedAnswers


@dataclass(frozen=True)
class Repaired:
    """A repaired notebook as nbformat data, what was done to it, and how many answers differ from the release.

    `content` shares the metadata of the release: it is there to be written, not to be changed.
    """

    content: dict[str, Any]
    repairs: tuple[Repair, ...]
    answered: int


def repair(notebook: StudentNotebook, ours: ReleasedNotebook) -> Repaired:
    """The released notebook with the student's answers in it."""
    pairing = Pairing(notebook, ours)
    pairing.find()
    strayed = StrayedAnswers(pairing)
    strayed.find()
    assembly = Assembly(pairing, strayed)
    assembly.report_given_cells()
    slots = assembly.assemble()
    attach_functions(slots, pairing)
    slots = define_before_use(slots, pairing)
    answered = sum(1 for slot in slots if slot.ours and slot.ours.is_answer and normal(slot.source) != slot.ours.norm)
    notes = [Repair(note) for note in notebook.notes]
    return Repaired(content(slots, ours), tuple(notes + pairing.repairs), answered)
