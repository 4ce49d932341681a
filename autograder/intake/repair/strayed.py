"""Answers that do not stand in their own cell but in another one, beside the question, or in the question itself."""

from __future__ import annotations

from autograder.intake.outline import extract
from autograder.intake.reading import StudentCell
from autograder.intake.released import ReleasedCell
from autograder.intake.repair.pairing import Pairing


class StrayedAnswers:
    """The answers of a hand-in that are brought back from elsewhere.

    `answers` gives for the index of one of our cells the text that belongs there, `brought` the cell of a written
    answer that is moved as a whole; `restored` are the indices of questions from which an answer was taken out.
    """

    def __init__(self, pairing: Pairing) -> None:
        self.pairing = pairing
        self.answers: dict[int, str] = {}
        self.brought: dict[int, StudentCell] = {}
        self.restored: set[int] = set()

    def find(self) -> None:
        """Look elsewhere for every answer of which only the stub is there, or nothing."""
        open_answers = [ours for ours in self.pairing.ours.cells if ours.is_answer and not self._is_answered(ours)]
        for ours in open_answers:
            found = self._strayed_code(ours) if ours.cell_type == "code" else self._strayed_text(ours)
            if not found and ours.index not in self.pairing.match:
                text = f"the answer cell `{ours.grade_id}` is missing; put back as released"
                self.pairing.say(text, ours.grade_id, flag=True)

    def _is_answered(self, ours: ReleasedCell) -> bool:
        """Whether something other than the stub stands for an answer."""
        cell = self.pairing.match.get(ours.index)
        return ours.index in self.answers or (cell is not None and cell.norm != ours.norm and bool(cell.norm.strip()))

    def _strayed_code(self, ours: ReleasedCell) -> bool:
        donors = []
        for cell in self.pairing.cells.values():
            if cell.index in self.pairing.dropped or cell.norm in self.pairing.ours.norms:
                continue
            host = self.pairing.ours.cells[self.pairing.place[cell.index]] if cell.index in self.pairing.place else None
            keys = self.pairing.held(cell).get(ours.index)
            if keys and host is not ours:
                donors.append((len(keys), cell.index, cell, host))
        if not donors:
            return False
        _, _, cell, host = max(donors, key=lambda donor: donor[:2])
        alone = host is None and not self._serves_others(cell, ours)
        part = extract(cell.norm, ours.keys, ours.attached)
        where = "a cell of the student's own" if host is None else f"the cell `{host.grade_id or 'given'}`"
        if alone and (self._next_to(cell, ours) or not part):
            self.answers[ours.index] = cell.source
            self.pairing.dropped.add(cell.index)
        elif part:
            self.answers[ours.index] = part
        elif host is None or host.is_answer:
            # it cannot be taken apart, so all of it is put there as well
            self.answers[ours.index] = cell.source
        else:
            return False
        self.pairing.say(f"the answer `{ours.grade_id}` was found in {where}", ours.grade_id, flag=len(donors) > 1)
        return True

    def _serves_others(self, cell: StudentCell, ours: ReleasedCell) -> bool:
        """Whether a cell holds another answer, too, that has no cell of its own."""
        others = (self.pairing.ours.cells[index] for index in self.pairing.held(cell) if index != ours.index)
        return any(not self._stands_elsewhere(other, cell) for other in others)

    def _stands_elsewhere(self, other: ReleasedCell, cell: StudentCell) -> bool:
        """Whether another answer has a cell of its own, so that this one is not needed for it."""
        found = self.pairing.match.get(other.index)
        return found is not None and found is not cell and found.norm != other.norm

    def _next_to(self, cell: StudentCell, ours: ReleasedCell) -> bool:
        """Whether no other code of the student stands between a cell and the answer's place."""
        stub = self.pairing.match.get(ours.index)
        if stub is None:
            return True
        low, high = sorted((cell.index, stub.index))
        between = (self.pairing.cells[index] for index in range(low + 1, high) if index in self.pairing.cells)
        return not any(other.cell_type == "code" and other.norm not in self.pairing.ours.norms for other in between)

    def _strayed_text(self, ours: ReleasedCell) -> bool:
        """A written answer that stands beside its cell, or in the cell of the question."""
        beside = [cell for cell in self._around(ours) if cell.cell_type == "markdown"]
        if beside:
            chosen = max(beside, key=lambda cell: len(cell.norm))
            self.answers[ours.index] = chosen.source
            self.brought[ours.index] = chosen
            self.pairing.dropped.add(chosen.index)
            self.pairing.say(f"the answer `{ours.grade_id}` stood in a neighbouring cell", ours.grade_id, flag=True)
            return True
        above = self.pairing.ours.before[ours.index]
        question = self.pairing.match.get(above) if above >= 0 else None
        if question is not None:
            given = {line.strip() for line in self.pairing.ours.cells[above].norm.splitlines()}
            added = [line for line in question.source.splitlines() if line.strip() and line.strip() not in given]
            if added:
                self.answers[ours.index] = "\n".join(added)
                self.restored.add(above)
                self.pairing.say(f"the answer `{ours.grade_id}` was typed into the question", ours.grade_id, flag=True)
                return True
        return False

    def _around(self, ours: ReleasedCell) -> list[StudentCell]:
        """The free cells between our neighbours of an answer, whether the answer's own cell is there or not."""
        own = self.pairing.match.get(ours.index)
        if own is None:
            return self.pairing.gap(ours)
        free = {cell.index: cell for cell in self.pairing.free()}
        found = []
        for step in (-1, 1):
            index = own.index + step
            while index in free or (index not in self.pairing.cells and 0 <= index <= max(self.pairing.cells)):
                if index in free:
                    found.append(free[index])
                index += step
        return found
