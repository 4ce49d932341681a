"""Put a student's answers into our own notebook.

The base is the released notebook, so that every given cell, every test cell and all metadata are ours. What the student
wrote is found by grade id, by text, by the names that it defines, by its place; in that order. Cells of their own stay
where they stood. Every step that is not a plain one leaves a `Repair`.
"""

from __future__ import annotations

import builtins
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from autograder.intake.archives import printable
from autograder.intake.outline import extract, outline, segment
from autograder.intake.plan import Plan, PlanCell, Role
from autograder.intake.reading import StudentCell, StudentNotebook, normal
from autograder.intake.records import Repair

ALIKE = 60.0  # of 100: our own cell, edited
CLEARLY = 15.0  # a lead over the next candidate that leaves no doubt
COMPARED_CHARS = 4_000
FEW_LINES = 3
BADGE = "colab-badge.svg"
BADGE_CHARS = 600
ROUNDS = 4
BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class Repaired:
    """A repaired notebook as nbformat data, what was done to it, and how many answers differ from the release.

    `content` shares the metadata of the plan: it is there to be written, not to be changed.
    """

    content: dict[str, Any]
    repairs: tuple[Repair, ...]
    answered: int


@dataclass
class Slot:
    """One cell of the notebook to be: ours (`plan`), with the source that it gets, or one of the student's own."""

    source: str
    cell_type: str
    plan: PlanCell | None = None
    student: StudentCell | None = None

    @property
    def runs_student_code(self) -> bool:
        """Whether it is code of the student."""
        own = self.plan is None or self.plan.role in (Role.ANSWER, Role.OPEN)
        return own and self.cell_type == "code"


def repair(notebook: StudentNotebook, plan: Plan) -> Repaired:
    """The released notebook with the student's answers in it."""
    work = Work(notebook, plan)
    work.match_by_grade_id()
    work.match_by_text()
    work.match_by_names()
    work.match_by_place()
    work.find_strayed_answers()
    work.report_given_cells()
    slots = work.assemble()
    work.attach_functions(slots)
    slots = work.define_before_use(slots)
    answered = sum(
        1 for slot in slots if slot.plan and slot.plan.role is Role.ANSWER and normal(slot.source) != slot.plan.norm
    )
    notes = [Repair(note) for note in notebook.notes]
    return Repaired(content(slots, plan), tuple(notes + work.repairs), answered)


@dataclass
class Work:
    """The state of one repair: which student cell stands for which of ours."""

    notebook: StudentNotebook
    plan: Plan
    repairs: list[Repair] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = {cell.index: cell for cell in self.notebook.cells if not self._left_out(cell)}
        self.match: dict[int, StudentCell] = {}  # index in the plan -> student cell
        self.place: dict[int, int] = {}  # index of student cell -> index in the plan
        self.dropped: set[int] = set()
        self.answers: dict[int, str] = {}  # index in the plan -> answer brought from elsewhere
        self.brought: dict[int, StudentCell] = {}  # index in the plan -> the cell of a written answer from elsewhere
        self.restored: set[int] = set()  # questions from which an answer was taken
        self.kept_edits: list[tuple[int, StudentCell]] = []  # edited given cells that later cells need

    def _left_out(self, cell: StudentCell) -> bool:
        """Empty cells, and the badge that Colab puts on top."""
        if not cell.norm.strip() and not cell.grade_id:
            return True
        badge = cell.cell_type == "markdown" and BADGE in cell.source and len(cell.source) < BADGE_CHARS
        return badge and cell.norm not in self.plan.norms

    def say(self, text: str, cell: str = "", *, flag: bool = False) -> None:
        """Note a repair."""
        self.repairs.append(Repair(text, cell, flag))

    def pair(self, ours: PlanCell, cell: StudentCell) -> None:
        """Let a student cell stand for one of ours."""
        self.match[ours.index] = cell
        self.place[cell.index] = ours.index

    def free(self) -> list[StudentCell]:
        """The student cells that stand for none of ours yet."""
        return [cell for cell in self.cells.values() if cell.index not in self.place and cell.index not in self.dropped]

    def unmatched(self) -> list[PlanCell]:
        """Our cells that no student cell stands for yet."""
        return [ours for ours in self.plan.cells if ours.index not in self.match]

    def match_by_grade_id(self) -> None:
        """Pair what has the same grade id; of several the last one that was worked on."""
        same: dict[str, list[StudentCell]] = defaultdict(list)
        for cell in self.cells.values():
            if cell.grade_id in self.plan.by_id:
                same[cell.grade_id].append(cell)
        for grade_id, found in same.items():
            ours = self.plan.by_id[grade_id]
            worked = [cell for cell in found if cell.norm != ours.norm and cell.norm.strip()]
            chosen = (worked or found)[-1] if ours.role is Role.ANSWER else found[0]
            if ours.role is not Role.ANSWER and found[0].norm != ours.norm:
                chosen = next((cell for cell in found if cell.norm == ours.norm), found[0])
            self.pair(ours, chosen)
            if len(found) == 1:
                continue
            different = {cell.norm for cell in worked}
            for cell in found:
                if cell is not chosen and (cell.norm in (ours.norm, chosen.norm) or not cell.norm.strip()):
                    self.dropped.add(cell.index)
            if ours.role is Role.ANSWER and len(different) > 1:
                text = f"the cell `{grade_id}` is there {len(found)} times with different answers; the last one counts"
                self.say(f"{text}, the others are kept as cells of their own", grade_id, flag=True)
            else:
                self.say(f"the cell `{grade_id}` is there {len(found)} times; one counts", grade_id)

    def match_by_text(self) -> None:
        """Pair what reads the same as one of our cells and as no other."""
        lost = 0
        for cell in self.free():
            ours = self.plan.by_norm.get(cell.norm)
            if ours is None:
                continue
            if ours.index not in self.match:
                self.pair(ours, cell)
                lost += bool(ours.grade_id)
            elif ours.role is not Role.OPEN:
                self.dropped.add(cell.index)
                self.say(f"a copy of the given cell `{ours.grade_id}` left out", ours.grade_id)
        if lost:
            cells = f"{lost} given cell{'s' if lost > 1 else ''}"
            self.say(f"{cells} had lost the metadata of the course; found by their text")

    def held(self, cell: StudentCell) -> dict[int, frozenset[str]]:
        """Which answers a cell holds, going by what it defines: index in the plan -> the names."""
        return self.plan.answers_in(outline(cell.norm).keys) if cell.cell_type == "code" else {}

    def match_by_names(self) -> None:
        """Pair an answer that has lost its grade id with the cell that defines it, and no other one that is missing."""
        missing = {ours.index for ours in self.unmatched() if ours.role is Role.ANSWER and ours.keys}
        if not missing:
            return
        found: dict[int, list[tuple[int, int, StudentCell]]] = defaultdict(list)
        for cell in self.free():
            held = {index: keys for index, keys in self.held(cell).items() if index in missing}
            if len(held) == 1:
                ((index, keys),) = held.items()
                found[index].append((len(keys), cell.index, cell))
        for index in sorted(found):
            ours = self.plan.cells[index]
            *rest, (_, _, chosen) = sorted(found[index], key=lambda entry: entry[:2])
            self.pair(ours, chosen)
            text = f"the answer `{ours.grade_id}` had lost its cell's metadata; found by what it defines"
            self.say(text, ours.grade_id, flag=bool(rest))

    def match_by_place(self) -> None:
        """Pair what is left with what stands in the same place and is of the same kind, the most alike first.

        Given cells come first: what is left of an edited one must not be taken for an answer.
        """
        for ours in sorted(self.unmatched(), key=lambda each: each.role is Role.ANSWER):
            answer = ours.role is Role.ANSWER
            candidates = [cell for cell in self._gap(ours) if cell.cell_type == ours.cell_type]
            if answer:
                candidates = [cell for cell in candidates if self._may_answer(cell, ours)] or self._grown_from(ours)
            ranked = sorted(((alike(cell.norm, ours.norm), -cell.index, cell) for cell in candidates), reverse=True)
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

    def _may_answer(self, cell: StudentCell, ours: PlanCell) -> bool:
        """Whether a cell in the place of an answer can be it.

        It cannot when the answer defines something and the cell does not, when the cell defines what other answers are
        to define, or when it is more like a given cell.
        """
        score = alike(cell.norm, ours.norm)
        if (ours.keys or self.held(cell)) and score < ALIKE:
            return False
        given = (each for each in self.plan.cells if each.role is not Role.ANSWER and each.cell_type == cell.cell_type)
        return not any(alike(cell.norm, each.norm) >= max(score, ALIKE) for each in given)

    def _grown_from(self, ours: PlanCell) -> list[StudentCell]:
        """Free cells anywhere in which most of an answer's stub is still to be seen."""
        lines = [line for line in ours.norm.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        found = []
        for cell in self.free():
            known = set(cell.norm.splitlines())
            kept = sum(line in known for line in lines)
            if cell.cell_type == ours.cell_type and kept > 1 and 100.0 * kept >= ALIKE * len(lines):
                found.append(cell)
        return found if len(found) == 1 else []

    def _gap(self, ours: PlanCell) -> list[StudentCell]:
        """The free student cells between those that stand for our cells before and behind."""
        before = max((index for index in self.match if index < ours.index), default=None)
        behind = min((index for index in self.match if index > ours.index), default=None)
        first = -1 if before is None else self.match[before].index
        last = max(self.cells, default=0) + 1 if behind is None else self.match[behind].index
        return [cell for cell in self.free() if first < cell.index < last]

    def _is_answered(self, ours: PlanCell) -> bool:
        """Whether something other than the stub stands for an answer."""
        cell = self.match.get(ours.index)
        return ours.index in self.answers or (cell is not None and cell.norm != ours.norm and bool(cell.norm.strip()))

    def find_strayed_answers(self) -> None:
        """Look elsewhere for every answer of which only the stub is there, or nothing."""
        open_answers = [ours for ours in self.plan.cells if ours.role is Role.ANSWER and not self._is_answered(ours)]
        for ours in open_answers:
            found = self._strayed_code(ours) if ours.cell_type == "code" else self._strayed_text(ours)
            if not found and ours.index not in self.match:
                text = f"the answer cell `{ours.grade_id}` is missing; put back as released"
                self.say(text, ours.grade_id, flag=True)

    def _strayed_code(self, ours: PlanCell) -> bool:
        donors = []
        for cell in self.cells.values():
            if cell.index in self.dropped or cell.norm in self.plan.norms:
                continue
            host = self.plan.cells[self.place[cell.index]] if cell.index in self.place else None
            keys = self.held(cell).get(ours.index)
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
            self.dropped.add(cell.index)
        elif part:
            self.answers[ours.index] = part
        elif host is None or host.role is Role.ANSWER:
            # it cannot be taken apart, so all of it is put there as well
            self.answers[ours.index] = cell.source
        else:
            return False
        self.say(f"the answer `{ours.grade_id}` was found in {where}", ours.grade_id, flag=len(donors) > 1)
        return True

    def _serves_others(self, cell: StudentCell, ours: PlanCell) -> bool:
        """Whether a cell holds another answer, too, that has no cell of its own."""
        others = (self.plan.cells[index] for index in self.held(cell) if index != ours.index)
        return any(not self._stands_elsewhere(other, cell) for other in others)

    def _stands_elsewhere(self, other: PlanCell, cell: StudentCell) -> bool:
        """Whether another answer has a cell of its own, so that this one is not needed for it."""
        found = self.match.get(other.index)
        return found is not None and found is not cell and found.norm != other.norm

    def _next_to(self, cell: StudentCell, ours: PlanCell) -> bool:
        """Whether no other code of the student stands between a cell and the answer's place."""
        stub = self.match.get(ours.index)
        if stub is None:
            return True
        low, high = sorted((cell.index, stub.index))
        between = (self.cells[index] for index in range(low + 1, high) if index in self.cells)
        return not any(other.cell_type == "code" and other.norm not in self.plan.norms for other in between)

    def _strayed_text(self, ours: PlanCell) -> bool:
        """A written answer that stands beside its cell, or in the cell of the question."""
        beside = [cell for cell in self._around(ours) if cell.cell_type == "markdown"]
        if beside:
            chosen = max(beside, key=lambda cell: len(cell.norm))
            self.answers[ours.index] = chosen.source
            self.brought[ours.index] = chosen
            self.dropped.add(chosen.index)
            self.say(f"the answer `{ours.grade_id}` stood in a neighbouring cell", ours.grade_id, flag=True)
            return True
        above = self.plan.before[ours.index]
        question = self.match.get(above) if above >= 0 else None
        if question is not None:
            given = {line.strip() for line in self.plan.cells[above].norm.splitlines()}
            added = [line for line in question.source.splitlines() if line.strip() and line.strip() not in given]
            if added:
                self.answers[ours.index] = "\n".join(added)
                self.restored.add(above)
                self.say(f"the answer `{ours.grade_id}` was typed into the question", ours.grade_id, flag=True)
                return True
        return False

    def _around(self, ours: PlanCell) -> list[StudentCell]:
        """The free cells between our neighbours of an answer, whether the answer's own cell is there or not."""
        own = self.match.get(ours.index)
        if own is None:
            return self._gap(ours)
        free = {cell.index: cell for cell in self.free()}
        found = []
        for step in (-1, 1):
            index = own.index + step
            while index in free or (index not in self.cells and 0 <= index <= max(self.cells)):
                if index in free:
                    found.append(free[index])
                index += step
        return found

    def report_given_cells(self) -> None:
        """Say which given cells were edited or deleted; ours stand in their place."""
        edited, gone = [], []
        for ours in self.plan.cells:
            if ours.role not in (Role.TEST, Role.LOCKED):
                continue
            cell = self.match.get(ours.index)
            if cell is None:
                gone.append(ours)
            elif cell.norm != ours.norm:
                edited.append((ours, cell))
        for ours in gone:
            kind = "test cell" if ours.role is Role.TEST else "given cell"
            self.say(f"the {kind} `{ours.grade_id}` was missing; put back", ours.grade_id)
        for ours, cell in edited:
            kind = "test cell" if ours.role is Role.TEST else "given cell"
            if ours.role is Role.LOCKED and self._needed(ours, cell):
                text = f"the {kind} `{ours.grade_id}` was edited and later cells use what was added; ours stands there"
                self.say(f"{text}, the edited one is kept behind it", ours.grade_id, flag=True)
                self.kept_edits.append((ours.index, cell))
            else:
                self.say(f"the {kind} `{ours.grade_id}` was edited; ours is used", ours.grade_id)

    def _needed(self, ours: PlanCell, cell: StudentCell) -> bool:
        """Whether other cells of the student use names that only the edited version of a given cell binds."""
        if cell.cell_type != "code":
            return False
        added = outline(cell.norm).binds - outline(ours.norm).binds - self.plan.given
        if not added:
            return False
        elsewhere: set[str] = set()
        used: set[str] = set()
        for other in self.cells.values():
            if other is cell or other.index in self.dropped or other.cell_type != "code":
                continue
            if other.norm in self.plan.norms:
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
        for cell in self.cells.values():
            if cell.index in self.place:
                anchor = self.place[cell.index]
            elif cell.index not in self.dropped:
                follow[anchor].append(Slot(cell.source, cell.cell_type, student=cell))
        moved = self._moved()
        if moved:
            self.say(f"{moved} cell{'s' if moved > 1 else ''} had been moved; back in the order of the release")
        slots = list(follow[-1])
        for ours in self.plan.cells:
            slots.append(self._filled(ours))
            slots.extend(follow[ours.index])
        return slots

    def _moved(self) -> int:
        """How many cells do not stand in our order: all but a longest increasing run."""
        order = [self.place[index] for index in self.cells if index in self.place]
        tails: list[int] = []
        for value in order:
            low = next((number for number, tail in enumerate(tails) if tail >= value), len(tails))
            tails[low : low + 1] = [value]
        return len(order) - len(tails)

    def _filled(self, ours: PlanCell) -> Slot:
        cell = self.match.get(ours.index)
        if ours.index in self.answers:
            return Slot(self.answers[ours.index], ours.cell_type, ours, self.brought.get(ours.index))
        given = ours.role in (Role.TEST, Role.LOCKED) or ours.index in self.restored
        if given or cell is None or not cell.norm.strip():
            if ours.role is Role.ANSWER and cell is not None:
                self.say(f"the answer cell `{ours.grade_id}` is empty; put back as released", ours.grade_id)
            return Slot(ours.source, ours.cell_type, ours)
        if cell.norm == ours.norm:
            return Slot(ours.source, ours.cell_type, ours, cell)
        if ours.role is Role.ANSWER and cell.cell_type != ours.cell_type:
            text = f"the answer `{ours.grade_id}` stood in a {cell.cell_type} cell; made a {ours.cell_type} cell again"
            self.say(text, ours.grade_id, flag=True)
        return Slot(cell.source, ours.cell_type, ours, cell)

    def attach_functions(self, slots: list[Slot]) -> None:
        """Put back the line that attaches an answer's function to its class, when nothing else of the student does."""
        defined = Counter(
            key
            for slot in slots
            if slot.runs_student_code and normal(slot.source) not in self.plan.norms
            for key in outline(normal(slot.source)).keys
        )
        for slot in slots:
            if slot.plan is None or slot.plan.role is not Role.ANSWER or normal(slot.source) == slot.plan.norm:
                continue
            found = outline(normal(slot.source))
            for method, function in slot.plan.attached.items():
                if found.parsed and function in found.keys and not defined[method]:
                    slot.source = f"{slot.source.rstrip()}\n\n{method} = {function}"
                    text = f"the line `{method} = {function}` was missing from `{slot.plan.grade_id}`; put back"
                    self.say(text, slot.plan.grade_id)

    def define_before_use(self, slots: list[Slot]) -> list[Slot]:
        """Copy definitions up to where the student's code first needs them, when they stand further down."""
        if not any(slot.plan is None and slot.cell_type == "code" for slot in slots):
            return slots
        for _ in range(ROUNDS):
            copies = self._late_definitions(slots)
            if not copies:
                break
            for index in sorted(copies, reverse=True):
                for name, text in copies[index].items():
                    slots.insert(index, Slot(text, "code"))
                    self.say(f"`{printable(name, 60)}` is used above its definition; a copy put before its first use")
        return slots

    def _late_definitions(self, slots: list[Slot]) -> dict[int, dict[str, str]]:
        """For each place the definitions that have to be copied there."""
        late: dict[str, str] = {}  # name -> text, for definitions in the student's own cells
        place: dict[str, int] = {}
        first: dict[str, int] = {}
        for index, slot in enumerate(slots):
            if slot.cell_type != "code":
                continue
            found = outline(normal(slot.source))
            lines = normal(slot.source).splitlines()
            for statement in found.statements:
                for name in statement.binds:
                    first.setdefault(name, index)
                if slot.plan is None and statement.definition:
                    for name in statement.binds:
                        late.setdefault(name, segment(lines, statement))
                        place.setdefault(name, index)
        copies: dict[int, dict[str, str]] = defaultdict(dict)
        asked: set[str] = set()
        for index, slot in enumerate(slots):
            if not slot.runs_student_code or normal(slot.source) in self.plan.norms:
                continue
            for name in sorted(outline(normal(slot.source)).loads - BUILTINS - asked):
                if name in late and first[name] == place[name] > index:
                    asked.add(name)
                    copies[index][name] = late[name]
        return copies


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


def content(slots: Iterable[Slot], plan: Plan) -> dict[str, Any]:
    """The slots as a notebook in format 4.4: all metadata ours, no outputs."""
    cells = []
    for slot in slots:
        cell: dict[str, Any] = {
            "cell_type": slot.cell_type,
            "metadata": slot.plan.cell.get("metadata", {}) if slot.plan else {},
            "source": slot.source,
        }
        pictures = dict(slot.student.attachments) if slot.student else {}
        if slot.plan and slot.plan.cell.get("attachments"):
            pictures.update(slot.plan.cell["attachments"])
        if slot.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
        elif pictures:
            cell["attachments"] = pictures
        cells.append(cell)
    return {"cells": cells, "metadata": plan.metadata, "nbformat": 4, "nbformat_minor": plan.minor}
