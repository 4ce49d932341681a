"""Which cell of a hand-in stands for which of ours: by grade id, by text, by what it defines, by its place."""

from __future__ import annotations

from collections import defaultdict

from rapidfuzz import fuzz

from autograder.intake.outline import outline
from autograder.intake.reading import StudentCell, StudentNotebook
from autograder.intake.records import Repair
from autograder.intake.released import ReleasedCell, ReleasedNotebook
from autograder.notebook.cells import Role

ALIKE = 60.0  # of 100: our own cell, edited
CLEARLY = 15.0  # a lead over the next candidate that leaves no doubt
COMPARED_CHARS = 4_000
FEW_LINES = 3
COMPARISONS = 10_000
"""How many pairs are compared by likeness: a notebook with a hundred cells that have lost everything."""
BADGE = "colab-badge.svg"
BADGE_CHARS = 600


class Pairing:
    """The pairs of a hand-in's cells and ours, made step by step, and what was said on the way.

    `cells` are the hand-in's, by index, `dropped` those of them that are left out. `match` gives for the index of one
    of ours the cell that stands for it, `place` for the index of such a cell the index of ours.
    """

    def __init__(self, notebook: StudentNotebook, ours: ReleasedNotebook) -> None:
        self.ours = ours
        self.repairs: list[Repair] = []
        self.cells = {cell.index: cell for cell in notebook.cells if not self._left_out(cell)}
        self.match: dict[int, StudentCell] = {}
        self.place: dict[int, int] = {}
        self.dropped: set[int] = set()
        self._compared: dict[tuple[int, int], float] = {}

    def find(self) -> None:
        """Pair all that can be paired, the surest ways first."""
        self.match_by_grade_id()
        self.match_by_text()
        self.match_by_names()
        self.match_by_place()
        if len(self._compared) >= COMPARISONS:
            self.say("so many cells that not all could be compared; some may stand in the wrong place", flag=True)

    def _alike(self, cell: StudentCell, ours: ReleasedCell) -> float:
        """The likeness of two cells, 0 to 100; 0 for further ones when there are too many to compare."""
        pair = cell.index, ours.index
        known = self._compared.get(pair)
        if known is None:
            known = alike(cell.norm, ours.norm) if len(self._compared) < COMPARISONS else 0.0
            if len(self._compared) < COMPARISONS:
                self._compared[pair] = known
        return known

    def _left_out(self, cell: StudentCell) -> bool:
        """Empty cells, and the badge that Colab puts on top."""
        if not cell.norm.strip() and not cell.grade_id:
            return True
        badge = cell.cell_type == "markdown" and BADGE in cell.source and len(cell.source) < BADGE_CHARS
        return badge and cell.norm not in self.ours.norms

    def say(self, text: str, cell: str = "", *, flag: bool = False, ours_alone: bool = False) -> None:
        """Note a repair."""
        self.repairs.append(Repair(text, cell, flag, ours_alone))

    def pair(self, ours: ReleasedCell, cell: StudentCell) -> None:
        """Let a student cell stand for one of ours."""
        self.match[ours.index] = cell
        self.place[cell.index] = ours.index

    def free(self) -> list[StudentCell]:
        """The student cells that stand for none of ours yet."""
        return [cell for cell in self.cells.values() if cell.index not in self.place and cell.index not in self.dropped]

    def unmatched(self) -> list[ReleasedCell]:
        """Our cells that no student cell stands for yet."""
        return [ours for ours in self.ours.cells if ours.index not in self.match]

    def held(self, cell: StudentCell) -> dict[int, frozenset[str]]:
        """Which answers a cell holds, going by what it defines: index of ours -> the names."""
        return self.ours.answers_in(outline(cell.norm).keys) if cell.cell_type == "code" else {}

    def gap(self, ours: ReleasedCell) -> list[StudentCell]:
        """The free student cells between those that stand for our cells before and behind."""
        before = max((index for index in self.match if index < ours.index), default=None)
        behind = min((index for index in self.match if index > ours.index), default=None)
        first = -1 if before is None else self.match[before].index
        last = max(self.cells, default=0) + 1 if behind is None else self.match[behind].index
        return [cell for cell in self.free() if first < cell.index < last]

    def match_by_grade_id(self) -> None:
        """Pair what has the same grade id; of several the last one that was worked on."""
        same: dict[str, list[StudentCell]] = defaultdict(list)
        for cell in self.cells.values():
            grade_id = self.ours.renamed.get(cell.grade_id, cell.grade_id)
            if grade_id in self.ours.by_id:
                same[grade_id].append(cell)
        for grade_id, found in same.items():
            ours = self.ours.by_id[grade_id]
            worked = [cell for cell in found if cell.norm != ours.norm and cell.norm.strip()]
            chosen = (worked or found)[-1] if ours.is_answer else found[0]
            if not ours.is_answer and found[0].norm != ours.norm:
                chosen = next((cell for cell in found if cell.norm == ours.norm), found[0])
            self.pair(ours, chosen)
            if len(found) == 1:
                continue
            different = {cell.norm for cell in worked}
            for cell in found:
                if cell is not chosen and (cell.norm in (ours.norm, chosen.norm) or not cell.norm.strip()):
                    self.dropped.add(cell.index)
            if ours.is_answer and len(different) > 1:
                text = f"the cell `{grade_id}` is there {len(found)} times with different answers; the last one counts"
                self.say(f"{text}, the others are kept as cells of their own", grade_id, flag=True)
            else:
                self.say(f"the cell `{grade_id}` is there {len(found)} times; one counts", grade_id)

    def match_by_text(self) -> None:
        """Pair what reads the same as one of our cells and as no other."""
        lost = 0
        for cell in self.free():
            ours = self.ours.by_norm.get(cell.norm)
            if ours is None:
                continue
            if ours.index not in self.match:
                self.pair(ours, cell)
                lost += bool(ours.grade_id)
            elif ours.role is not Role.FREE:
                self.dropped.add(cell.index)
                self.say(f"a copy of the given cell `{ours.grade_id}` left out", ours.grade_id)
        if lost:
            cells = f"{lost} given cell{'s' if lost > 1 else ''}"
            self.say(f"{cells} had lost the metadata of the course; found by their text")

    def match_by_names(self) -> None:
        """Pair an answer that has lost its grade id with the cell that defines it, and no other one that is missing."""
        missing = {ours.index for ours in self.unmatched() if ours.is_answer and ours.keys}
        if not missing:
            return
        found: dict[int, list[tuple[int, int, StudentCell]]] = defaultdict(list)
        for cell in self.free():
            held = {index: keys for index, keys in self.held(cell).items() if index in missing}
            if len(held) == 1:
                ((index, keys),) = held.items()
                found[index].append((len(keys), cell.index, cell))
        for index in sorted(found):
            ours = self.ours.cells[index]
            *rest, (_, _, chosen) = sorted(found[index], key=lambda entry: entry[:2])
            self.pair(ours, chosen)
            text = f"the answer `{ours.grade_id}` had lost its cell's metadata; found by what it defines"
            self.say(text, ours.grade_id, flag=bool(rest))

    def match_by_place(self) -> None:
        """Pair what is left with what stands in the same place and is of the same kind, the most alike first.

        Given cells come first: what is left of an edited one must not be taken for an answer.
        """
        for ours in sorted(self.unmatched(), key=lambda each: each.is_answer):
            answer = ours.is_answer
            candidates = [cell for cell in self.gap(ours) if cell.cell_type == ours.cell_type]
            if answer:
                candidates = [cell for cell in candidates if self._may_answer(cell, ours)] or self._grown_from(ours)
            ranked = sorted(((self._alike(cell, ours), -cell.index, cell) for cell in candidates), reverse=True)
            if not ranked or (not answer and ranked[0][0] < ALIKE):
                continue
            score, _, chosen = ranked[0]
            self.pair(ours, chosen)
            if answer:
                sure = score >= ALIKE or (len(ranked) == 1 and ours.cell_type == "markdown")
                doubt = len(ranked) > 1 and score - ranked[1][0] < CLEARLY
                text = f"the answer `{ours.grade_id}` had lost its cell's metadata; found by its place"
                self.say(text, ours.grade_id, flag=doubt or not sure)
            elif ours.grade_id:
                self.say(f"the given cell `{ours.grade_id}` had lost its metadata; found by likeness", ours.grade_id)

    def _may_answer(self, cell: StudentCell, ours: ReleasedCell) -> bool:
        """Whether a cell in the place of an answer can be it.

        It cannot when the answer defines something and the cell does not, when the cell defines what other answers are
        to define, or when it is more like a given cell.
        """
        score = self._alike(cell, ours)
        if (ours.keys or self.held(cell)) and score < ALIKE:
            return False
        given = (each for each in self.ours.cells if not each.is_answer and each.cell_type == cell.cell_type)
        return not any(self._alike(cell, each) >= max(score, ALIKE) for each in given)

    def _grown_from(self, ours: ReleasedCell) -> list[StudentCell]:
        """Free cells anywhere in which most of an answer's stub is still to be seen."""
        lines = [line for line in ours.norm.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        found = []
        for cell in self.free():
            known = set(cell.norm.splitlines())
            kept = sum(line in known for line in lines)
            if cell.cell_type == ours.cell_type and kept > 1 and 100.0 * kept >= ALIKE * len(lines):
                found.append(cell)
        return found if len(found) == 1 else []


def alike(one: str, other: str) -> float:
    """Likeness of two sources, 0 to 100: of their letters, or how much of the first one's lines the second has.

    Long ones are compared by their beginnings.
    """
    score = float(fuzz.ratio(one[:COMPARED_CHARS], other[:COMPARED_CHARS]))
    lines = [line.strip() for line in one[:COMPARED_CHARS].splitlines() if line.strip()]
    if len(lines) >= FEW_LINES:
        known = {line.strip() for line in other[: 2 * COMPARED_CHARS].splitlines()}
        score = max(score, 100.0 * sum(line in known for line in lines) / len(lines))
    return score
