"""Answers that say the same, word for word or nearly, so that one decision can serve them all.

Identical is what differs in nothing but blanks, case and, in code, comments. Near answers stand together and are never
taken for the same: one word may be the whole difference, so each is shown with what differs, and a person chooses.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from autograder.output.report.fingerprints import tokens_of

NEAR = 82.0
"""Likeness in percent (of characters that need not be changed) from which answers are shown together."""

COMPARED = 4_000
"""Characters of an answer that are compared with others."""

MOST_COMPARED = 1_500
"""Different answers that are compared with one another; in a larger class only the first ones have neighbours."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Group:
    """Answers that are the same: `students` gave them, `near` are the keys of groups that say nearly the same."""

    key: str
    text: str
    students: tuple[str, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of an answer beside another: `same`, only here (`more`), or only in the other (`less`)."""

    text: str
    kind: str


def same(text: str, *, code: bool) -> str:
    """What two identical answers have in common."""
    return (
        " ".join(tokens_of(text)) if code and '"' not in text and "'" not in text else " ".join(text.split()).casefold()
    )


def groups_of(answers: Mapping[str, str], *, code: bool) -> list[Group]:
    """The groups of a class's answers, the largest first, near ones beside one another."""
    members: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for student, text in answers.items():
        bare = same(text, code=code)
        members.setdefault(bare, []).append(student)
        texts.setdefault(bare, text)
    bares = sorted(members, key=lambda bare: (-len(members[bare]), bare))
    keys = {bare: hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()[:16] for bare in bares}
    near = _near(bares[:MOST_COMPARED])
    made = {
        bare: Group(keys[bare], texts[bare], tuple(members[bare]), tuple(keys[other] for other in near.get(bare, ())))
        for bare in bares
    }
    ordered: dict[str, Group] = {}
    for bare in bares:
        ordered.setdefault(bare, made[bare])
        for other in near.get(bare, ()):
            ordered.setdefault(other, made[other])
    return list(ordered.values())


def _near(bares: list[str]) -> dict[str, list[str]]:
    """For each text the others that are nearly the same, the nearest first."""
    cut = [bare[:COMPARED] for bare in bares]
    found: dict[str, list[str]] = {}
    for place, bare in enumerate(bares):
        close = process.extract(cut[place], cut, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
        others = [bares[index] for _, _, index in close if index != place]
        if others:
            found[bare] = others
    return found


def differences(text: str, other: str) -> tuple[Piece, ...]:
    """`text` word by word, with what `other` has otherwise."""
    if len(text) > COMPARED or len(other) > COMPARED:
        return (Piece(text, "same"),)
    here, there = _WORD.findall(text), _WORD.findall(other)
    pieces: list[Piece] = []
    for kind, first, last, low, high in difflib.SequenceMatcher(None, there, here, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("".join(here[low:high]), "same"))
            continue
        pieces += _changed(there[first:last], "less") + _changed(here[low:high], "more")
    return tuple(pieces)


def _changed(words: Iterable[str], kind: str) -> list[Piece]:
    text = "".join(words)
    return [Piece(text, kind)] if text.strip() else [Piece(text, "same")] if text and kind == "more" else []
