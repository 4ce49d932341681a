"""Which notebook of the assignment a hand-in is: by its grade ids, then by what it holds; the file name only helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.intake.outline import outline
from autograder.intake.reading import StudentNotebook
from autograder.intake.released import ReleasedNotebook, distinct_lines
from autograder.text import escaped

LEAST_LIKENESS = 0.15  # of our lines found again: with less a notebook is not ours
LEAST_KEYS = 2
TELLING_KEYS = 4  # so many names of our answers are no coincidence, whatever else is in the notebook
SHOWN_IDS = 3
LEAST_FOREIGN_IDS = 2


@dataclass(frozen=True)
class Recognised:
    """The notebook that a hand-in is, or an empty name and the reason why it is none; `note` says how it was found."""

    name: str
    reason: str = ""
    note: str = ""
    flag: bool = False


def recognise(notebook: StudentNotebook, released: Mapping[str, ReleasedNotebook], guess: str) -> Recognised:
    """Find the notebook that a hand-in is. `guess` is the one that its file name speaks of, or empty."""
    ids = {cell.grade_id for cell in notebook.cells if cell.grade_id}
    known = {name: len(ids & each.distinct_ids) for name, each in released.items()}
    best = max(known, key=lambda name: (known[name], name == guess), default="")
    ours = sum(known.values())
    shared = frozenset().union(*(each.by_id for each in released.values()))
    foreign = sorted(ids - shared)
    if best and known[best] * 2 > max(ours, len(foreign)):
        return Recognised(best)
    scores = {name: likeness(notebook, each) for name, each in released.items()}
    ranked = sorted(scores, key=lambda name: (scores[name], name == guess), reverse=True)
    if ranked and ours > len(foreign):
        # grade ids of several of our notebooks, pasted together: the one that it looks like most
        return Recognised(ranked[0], note="it holds cells of more than one notebook", flag=True)
    if ranked and scores[ranked[0]] >= LEAST_LIKENESS:
        if len(ranked) > 1 and scores[ranked[1]] == scores[ranked[0]] and ranked[0] != guess:
            return Recognised("", f"it could be {ranked[0]} as well as {ranked[1]}", flag=True)
        other = len(foreign) >= LEAST_FOREIGN_IDS
        why = "its grade ids are not those of this release" if other else "the grade ids were lost"
        return Recognised(ranked[0], note=f"{why}; recognised by its content", flag=other)
    if len(foreign) >= LEAST_FOREIGN_IDS:
        shown = ", ".join(escaped(grade_id, 40) for grade_id in foreign[:SHOWN_IDS])
        return Recognised("", f"a notebook of another assignment: it has the grade ids {shown}", flag=bool(guess))
    return Recognised("", "not a notebook of this assignment, going by what is in it", flag=bool(guess))


def likeness(notebook: StudentNotebook, ours: ReleasedNotebook) -> float:
    """How much of our notebook is found again in a hand-in, from 0 to 1.

    The lines that it shares with ours count, and so do the names of answers that it defines.
    """
    lines = distinct_lines(cell.norm for cell in notebook.cells)
    shared = len(lines & ours.lines) / max(1, len(ours.lines))
    if not ours.distinct_keys:
        return shared
    defined = frozenset().union(*(outline(cell.norm).keys for cell in notebook.cells if cell.cell_type == "code"))
    found = defined & ours.distinct_keys
    if len(found) < min(LEAST_KEYS, len(ours.distinct_keys)):
        return shared
    least = LEAST_LIKENESS if len(found) >= TELLING_KEYS else 0.0
    return max(shared, len(found) / len(ours.distinct_keys), least)
