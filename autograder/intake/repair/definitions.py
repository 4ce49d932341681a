"""Code of the student's that would miss a name: functions that nothing attaches, definitions that stand too low."""

from __future__ import annotations

import builtins
from collections import Counter, defaultdict

from autograder.intake.outline import outline, segment
from autograder.intake.reading import normal
from autograder.intake.repair.assembly import Slot
from autograder.intake.repair.pairing import Pairing
from autograder.text import escaped

ROUNDS = 4
BUILTINS = frozenset(dir(builtins))


def attach_functions(slots: list[Slot], pairing: Pairing) -> None:
    """Put back the line that attaches an answer's function to its class, when nothing else of the student does."""
    defined = Counter(
        key
        for slot in slots
        if slot.runs_student_code and normal(slot.source) not in pairing.ours.norms
        for key in outline(normal(slot.source)).keys
    )
    for slot in slots:
        if slot.ours is None or not slot.ours.is_answer or normal(slot.source) == slot.ours.norm:
            continue
        found = outline(normal(slot.source))
        for method, function in slot.ours.attached.items():
            if found.parsed and function in found.keys and not defined[method]:
                slot.source = f"{slot.source.rstrip()}\n\n{method} = {function}"
                text = f"the line `{method} = {function}` was missing from `{slot.ours.grade_id}`; put back"
                pairing.say(text, slot.ours.grade_id)


def define_before_use(slots: list[Slot], pairing: Pairing) -> list[Slot]:
    """Copy definitions up to where the student's code first needs them, when they stand further down."""
    if not any(slot.ours is None and slot.cell_type == "code" for slot in slots):
        return slots
    for _ in range(ROUNDS):
        copies = _late_definitions(slots, pairing)
        if not copies:
            break
        for index in sorted(copies, reverse=True):
            for name, text in copies[index].items():
                slots.insert(index, Slot(text, "code"))
                pairing.say(f"`{escaped(name, 60)}` is used above its definition; a copy put before its first use")
    return slots


def _late_definitions(slots: list[Slot], pairing: Pairing) -> dict[int, dict[str, str]]:
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
            if slot.ours is None and statement.definition:
                for name in statement.binds:
                    late.setdefault(name, segment(lines, statement))
                    place.setdefault(name, index)
    copies: dict[int, dict[str, str]] = defaultdict(dict)
    asked: set[str] = set()
    for index, slot in enumerate(slots):
        if not slot.runs_student_code or normal(slot.source) in pairing.ours.norms:
            continue
        for name in sorted(outline(normal(slot.source)).loads - BUILTINS - asked):
            if name in late and first[name] == place[name] > index:
                asked.add(name)
                copies[index][name] = late[name]
    return copies
