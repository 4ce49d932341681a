"""Hand-ins whose answers are suspiciously alike: a question for a person, never a mark.

The answers are compared by their fingerprints. What everyone was given is taken out first, and in a class of some size
so is what many have found alike: a short task has few right answers, and sharing the usual one says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from autograder.output.report.fingerprints import Fingerprints, fingerprints

USUAL = 0.10  # of a class: a fingerprint that more share is a usual answer,
FEW, MANY = 5, 30  # but never when so few share it, and always when so many do
CLASS_OF_SOME_SIZE = 10
LEAST_SHARED = 8  # fingerprints; fewer are chance
SUSPICIOUS = 0.6  # of the smaller hand-in's own fingerprints


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

    `given` is the text that everyone had; `answers` are (student, text of all answers). An index from each fingerprint
    to who has it gives the pairs: time and memory grow with the number of rare fingerprints that are shared, not with
    the square of the class.
    """
    boilerplate = fingerprints(given)
    texts = sorted(answers)
    own = [(student, np.setdiff1d(fingerprints(text), boilerplate)) for student, text in texts]
    if len(own) < 2:  # noqa: PLR2004 - a pair
        return []
    most = min(max(FEW, int(USUAL * len(own))), MANY) if len(own) >= CLASS_OF_SOME_SIZE else len(own)
    sizes, pairs, shared = _count_shared([marks for _, marks in own], most)
    found = []
    for code, count in zip(pairs.tolist(), shared.tolist(), strict=True):
        first, second = divmod(code, len(own))
        likeness = count / min(sizes[first], sizes[second])
        if likeness >= SUSPICIOUS:
            found.append(AlikePair(notebook, own[first][0], own[second][0], count, likeness))
    return sorted(found, key=lambda pair: (-pair.likeness, -pair.shared, pair.first, pair.second))


def _count_shared(sets: list[Fingerprints], most: int) -> tuple[list[int], Fingerprints, Fingerprints]:
    """How many rare fingerprints each has, and the pairs that share enough of them with how many.

    A fingerprint that more than `most` have is not rare. A pair is one number: the first's place times how many there
    are, and the second's place.
    """
    marks = np.concatenate(sets)
    holders = np.repeat(np.arange(len(sets), dtype=np.uint64), [len(one) for one in sets])
    order = np.argsort(marks, kind="stable")  # those who share a fingerprint stand together, in order
    marks, holders = marks[order], holders[order]
    _, group, spread = np.unique(marks, return_inverse=True, return_counts=True)
    rare = spread[group] <= most
    sizes = np.bincount(holders[rare].astype(np.int64), minlength=len(sets)).tolist()
    several = rare & (spread[group] > 1)
    marks, holders = marks[several], holders[several]
    pairs: list[Fingerprints] = []
    for distance in range(1, most):
        same = marks[distance:] == marks[:-distance]
        if not same.any():
            break
        pairs.append(holders[:-distance][same] * np.uint64(len(sets)) + holders[distance:][same])
    codes, counts = np.unique(np.concatenate([*pairs, np.empty(0, np.uint64)]), return_counts=True)
    enough = counts >= LEAST_SHARED
    return sizes, codes[enough], counts[enough].astype(np.uint64)
