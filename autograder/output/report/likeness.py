"""Hand-ins whose answers are suspiciously alike: a question for a person, never a mark.

The tokens of the answers are fingerprinted and compared by copydetect (winnowing: Schleimer, Wilkerson and Aiken,
SIGMOD 2003). What everyone was given is taken out first, and in a class of some size so is what many have found alike:
a short task has few right answers, and sharing the usual one says nothing.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from copydetect import CodeFingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKENS = 20  # length of a fingerprinted run of characters of the filtered code
WINDOW = 4
USUAL = 0.10  # of a class: a fingerprint that more share is a usual answer,
FEW, MANY = 5, 30  # but never when so few share it, and always when so many do
CLASS_OF_SOME_SIZE = 10
LEAST_SHARED = 8  # fingerprints; fewer are chance
SUSPICIOUS = 0.6  # of the smaller hand-in's own fingerprints
MAX_CHARACTERS = 100_000


@dataclass(frozen=True)
class AlikePair:
    """Two students' answers to one notebook: the fingerprints they share, and these as a share of the smaller set."""

    notebook: str
    first: str
    second: str
    shared: int
    likeness: float


def alike(notebook: str, given: str, answers: Iterable[tuple[str, str]]) -> list[AlikePair]:
    """The pairs that a person should look at, most alike first.

    `given` is the text that everyone had; `answers` are (student, text of all answers). Time grows with the number of
    rare fingerprints that are shared, not with the square of the class.
    """
    boilerplate = _fingerprints(given)
    own = {student: _fingerprints(text) - boilerplate for student, text in answers}
    spread = Counter(mark for marks in own.values() for mark in marks)
    most = min(max(FEW, int(USUAL * len(own))), MANY) if len(own) >= CLASS_OF_SOME_SIZE else len(own)
    rare = {student: {mark for mark in marks if spread[mark] <= most} for student, marks in own.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    for student, marks in rare.items():
        for mark in marks:
            if spread[mark] > 1:
                holders[mark].append(student)
    shared = Counter(pair for students in holders.values() for pair in combinations(sorted(students), 2))
    pairs = [
        AlikePair(notebook, first, second, count, count / min(len(rare[first]), len(rare[second])))
        for (first, second), count in shared.items()
        if count >= LEAST_SHARED
    ]
    suspicious = [pair for pair in pairs if pair.likeness >= SUSPICIOUS]
    return sorted(suspicious, key=lambda pair: (-pair.likeness, -pair.shared, pair.first, pair.second))


def _fingerprints(text: str) -> set[int]:
    if not text.strip():
        return set()
    code = io.StringIO(text[:MAX_CHARACTERS])
    return set(CodeFingerprint("answers.py", TOKENS, WINDOW, fp=code, language="python").hashes)
