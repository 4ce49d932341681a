"""The notebook to be: our cells in our order, with the student's answers and own cells in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograder.intake.outline import outline
from autograder.intake.reading import StudentCell
from autograder.intake.released import ReleasedCell, ReleasedNotebook
from autograder.intake.repair.pairing import Pairing
from autograder.intake.repair.strayed import StrayedAnswers
from autograder.notebook.cells import Role


@dataclass
class Slot:
    """One cell of the notebook to be: ours (`ours`), with the source that it gets, or one of the student's own."""

    source: str
    cell_type: str
    ours: ReleasedCell | None = None
    student: StudentCell | None = None

    @property
    def runs_student_code(self) -> bool:
        """Whether it is code of the student."""
        own = self.ours is None or not self.ours.is_given
        return own and self.cell_type == "code"


class Assembly:
    """Puts a notebook together from pairs and strayed answers."""

    def __init__(self, pairing: Pairing, strayed: StrayedAnswers) -> None:
        self.pairing = pairing
        self.strayed = strayed
        self.kept_edits: list[tuple[int, StudentCell]] = []  # edited given cells that later cells need

    def report_given_cells(self) -> None:
        """Say which given cells were edited or deleted; ours stand in their place."""
        gone: list[ReleasedCell] = []
        edited: list[tuple[ReleasedCell, StudentCell]] = []
        older: list[tuple[ReleasedCell, StudentCell]] = []
        for ours in self.pairing.ours.cells:
            if not ours.is_given:
                continue
            cell = self.pairing.match.get(ours.index)
            if cell is None:
                gone.append(ours)
            elif cell.norm != ours.norm:
                (older if cell.as_released else edited).append((ours, cell))
        for ours in gone:
            kind = "test cell" if ours.role is Role.TEST else "given cell"
            self.pairing.say(f"the {kind} `{ours.grade_id}` was missing; put back", ours.grade_id)
        if older:  # the author has changed them since, not the student
            names = ", ".join(f"`{ours.grade_id}`" for ours, _ in older)
            self.pairing.say(f"from an earlier release of the notebook; ours now stand there: {names}", ours_alone=True)
        for ours, cell in edited:
            kind = "test cell" if ours.role is Role.TEST else "given cell"
            if ours.role is not Role.TEST and self._needed(ours, cell):
                text = f"the {kind} `{ours.grade_id}` was edited and later cells use what was added; ours stands there"
                self.pairing.say(f"{text}, the edited one is kept behind it", ours.grade_id, flag=True)
                self.kept_edits.append((ours.index, cell))
            else:
                self.pairing.say(f"the {kind} `{ours.grade_id}` was edited; ours is used", ours.grade_id)

    def _needed(self, ours: ReleasedCell, cell: StudentCell) -> bool:
        """Whether other cells of the student use names that only the edited version of a given cell binds."""
        if cell.cell_type != "code":
            return False
        added = outline(cell.norm).binds - outline(ours.norm).binds - self.pairing.ours.given
        if not added:
            return False
        elsewhere: set[str] = set()
        used: set[str] = set()
        for other in self.pairing.cells.values():
            if other is cell or other.index in self.pairing.dropped or other.cell_type != "code":
                continue
            if other.norm in self.pairing.ours.norms:
                continue
            elsewhere |= outline(other.norm).binds
            used |= outline(other.norm).loads
        return bool((added - elsewhere) & used)

    def assemble(self) -> list[Slot]:
        """Our cells in our order, the student's own cells behind the one that they followed."""
        follow: dict[int, list[Slot]] = defaultdict(list)
        for index, cell in self.kept_edits:
            follow[index].append(Slot(cell.source, cell.cell_type, student=cell))
        anchor = -1
        for cell in self.pairing.cells.values():
            if cell.index in self.pairing.place:
                anchor = self.pairing.place[cell.index]
            elif cell.index not in self.pairing.dropped:
                follow[anchor].append(Slot(cell.source, cell.cell_type, student=cell))
        moved = self._moved()
        if moved:
            self.pairing.say(f"{moved} cell{'s' if moved > 1 else ''} had been moved; back in the order of the release")
        slots = list(follow[-1])
        for ours in self.pairing.ours.cells:
            slots.append(self._filled(ours))
            slots.extend(follow[ours.index])
        return slots

    def _moved(self) -> int:
        """How many cells do not stand in our order: all but a longest increasing run."""
        order = [self.pairing.place[index] for index in self.pairing.cells if index in self.pairing.place]
        tails: list[int] = []
        for value in order:
            low = next((number for number, tail in enumerate(tails) if tail >= value), len(tails))
            tails[low : low + 1] = [value]
        return len(order) - len(tails)

    def _filled(self, ours: ReleasedCell) -> Slot:
        cell = self.pairing.match.get(ours.index)
        if ours.index in self.strayed.answers:
            return Slot(self.strayed.answers[ours.index], ours.cell_type, ours, self.strayed.brought.get(ours.index))
        given = ours.is_given or ours.index in self.strayed.restored
        if given or cell is None or not cell.norm.strip():
            if ours.is_answer and cell is not None:
                self.pairing.say(f"the answer cell `{ours.grade_id}` is empty; put back as released", ours.grade_id)
            return Slot(ours.source, ours.cell_type, ours)
        if cell.norm == ours.norm:
            return Slot(ours.source, ours.cell_type, ours, cell)
        if ours.is_answer and cell.cell_type != ours.cell_type:
            text = f"the answer `{ours.grade_id}` stood in a {cell.cell_type} cell; made a {ours.cell_type} cell again"
            self.pairing.say(text, ours.grade_id, flag=True)
        return Slot(cell.source, ours.cell_type, ours, cell)


def content(slots: Iterable[Slot], ours: ReleasedNotebook) -> dict[str, Any]:
    """The slots as a notebook in format 4.4: all metadata ours, no outputs."""
    cells = []
    for slot in slots:
        cell: dict[str, Any] = {
            "cell_type": slot.cell_type,
            "metadata": slot.ours.cell.get("metadata", {}) if slot.ours else {},
            "source": slot.source,
        }
        pictures = dict(slot.student.attachments) if slot.student else {}
        if slot.ours and slot.ours.cell.get("attachments"):
            pictures.update(slot.ours.cell["attachments"])
        if slot.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
        elif pictures:
            cell["attachments"] = pictures
        cells.append(cell)
    return {"cells": cells, "metadata": ours.metadata, "nbformat": 4, "nbformat_minor": 4}
