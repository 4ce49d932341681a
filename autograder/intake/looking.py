"""What the notebooks of one student are, each different one looked at once, within what one student may cost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.intake.archives import Entry
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import MEGABYTE, Limits
from autograder.intake.matching import Recognised, recognise
from autograder.intake.reading import read_notebook
from autograder.intake.released import ReleasedNotebook
from autograder.intake.repair import Repaired, repair
from autograder.intake.systems.claim import Claim
from autograder.model.submission import Action

NO_NOTEBOOK = "not a notebook"


class OverBudget(Refusal):
    """A notebook that is not looked at, because its student's are too many."""


KEPT_BYTES = 4 * MEGABYTE
"""Files of which the repaired notebook is kept; what is larger is read again when it turns out to count."""


@dataclass(frozen=True)
class Facts:
    """What was found out about a notebook: `digest` of its bytes, `content` of what it comes to when it is repaired."""

    digest: str
    found: Recognised
    content: str = ""
    answered: int = 0


class KnownNotebooks:
    """The different notebooks of one student. Of most only the facts stay in memory."""

    def __init__(self, released: Mapping[str, ReleasedNotebook], limits: Limits) -> None:
        self._released = released
        self._limits = limits
        self._facts: dict[tuple[str, str], Facts | Refusal] = {}
        self._repaired: dict[tuple[str, str], Repaired] = {}
        """By digest and by which of ours it is: what holds several of ours is what its name says."""
        self._read = self._kept = 0

    def facts(self, data: bytes, guess: str) -> Facts:
        """What a notebook is, `guess` being the one that its name speaks of. Raises Refusal when it is none."""
        digest = hashlib.sha256(data).hexdigest()
        known = self._facts.get((digest, guess))
        if known is None:
            known = self._facts[digest, guess] = self._looked(data, guess, digest)
        if isinstance(known, Refusal):
            raise type(known)(known.reason, known.remedy)
        return known

    def repaired(self, facts: Facts, read: Callable[[], bytes]) -> Repaired:
        """A notebook put right, which `read` reads again. Raises Refusal when it is not the same any more."""
        known = self._repaired.get((facts.digest, facts.found.name))
        if known is not None:
            return known
        data = read()
        if hashlib.sha256(data).hexdigest() != facts.digest:
            raise Refusal("it was changed while it was read", "try again when nobody writes there any more")
        return repair(read_notebook(data, self._limits), self._released[facts.found.name])

    def _looked(self, data: bytes, guess: str, digest: str) -> Facts | Refusal:
        limits = self._limits
        if len(self._facts) >= limits.student_notebooks or self._read + len(data) > limits.student_reads:
            bound = f"{limits.student_notebooks} notebooks or {limits.student_reads // MEGABYTE} MB of them"
            return OverBudget(f"more than {bound} from one student; the newest were looked at", "hand in fewer")
        self._read += len(data)
        try:
            notebook = read_notebook(data, limits)
        except Refusal as refusal:
            return Refusal(refusal.reason, refusal.remedy)  # one that was raised holds all that was being read
        found = recognise(notebook, self._released, guess)
        if not found.name:
            return Facts(digest, found)
        repaired = repair(notebook, self._released[found.name])
        if self._kept + len(data) <= KEPT_BYTES:
            self._kept += len(data)
            self._repaired[digest, found.name] = repaired
        return Facts(digest, found, hashlib.sha256(serialise(repaired.content)).hexdigest(), repaired.answered)


def serialise(content: dict[str, object]) -> bytes:
    """A notebook as JSON, a line for each cell: quick to write, and two of them can be compared by line."""
    cells = content["cells"]
    lines = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in cells)  # type: ignore[attr-defined]
    rest = json.dumps({key: value for key, value in content.items() if key != "cells"}, sort_keys=True)
    return f'{{"cells": [\n{lines}\n],\n{rest[1:]}\n'.encode()


@dataclass(frozen=True)
class Waiting:
    """What is to be recorded of a file once it is known whose it is; `unseen` says that nobody has looked at it."""

    entry: Entry
    claim: Claim
    action: Action
    detail: str
    guess: str
    flag: bool
    unseen: bool

    def held_open(self, guess: str, taken: Collection[str]) -> Waiting:
        """What may be a notebook in another form (a PDF, a picture) holds that one's mark open, and is refused.

        It may be when it has the name of one that did not come, or when none was `taken` at all.
        """
        if self.detail != NO_NOTEBOOK or (guess in taken if guess else bool(taken)):
            return self
        kind = PurePosixPath(self.entry.parts[-1]).suffix.lower() or "this kind of"
        detail = f"{NO_NOTEBOOK}: a {kind} file cannot be marked; ask for the notebook itself (.ipynb)"
        return replace(self, action=Action.REFUSED, detail=detail, guess=guess, flag=True)
