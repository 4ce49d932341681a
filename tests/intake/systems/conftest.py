"""Piles made of names alone, and whose each file of them is."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake.archives import Entry
from autograder.intake.people.register import Register
from autograder.intake.systems.names import Names
from autograder.intake.systems.recognise import Attribution
from autograder.intake.systems.system import Hints

NAMES = Names("lab2", ("2.1_ForwardAD", "2.2_ReverseAD", "2.3_PyTorchAD"))


def entries_of(*paths: str) -> list[Entry]:
    """Entries as a pile would give them: a path ends in / for an empty folder; `!/` leads into an archive."""
    roots: dict[str, int] = {}
    entries = []
    for path in paths:
        parts = tuple(part for part in path.replace("!/", "/").split("/") if part)
        root = roots.setdefault(parts[0], len(roots))
        folder = path.endswith("/")
        entries.append(Entry(root, parts, path, file=Path("/given/ann") / parts[-1], folder=folder))
    return entries


@pytest.fixture
def claims():
    """The claims on each path; `own` holds what is in files that a system wrote, by path.

    Afterwards `claims.own` has the paths that were taken for a system's own.
    """

    def find(*paths: str, own=None, mapping=None, groups=None):
        entries = entries_of(*paths)
        attribution = Attribution(entries, Hints(NAMES, groups or {}), mapping)
        texts = own or {}
        for entry, (layout, file) in attribution.own_files().items():
            if file.read and entry.path in texts:
                layout.learn(entry, texts[entry.path])
        find.own = {entry.path for entry in attribution.own_files()}
        return {entry.path: attribution.claims(entry) for entry in entries}

    return find


@pytest.fixture
def students(claims):
    """The ids of the students of each path, in one text."""

    def find(*paths: str, roster=None, known=None, **options):
        if roster is not None:
            options["groups"] = roster.groups
        found = claims(*paths, **options)
        register = Register(known or {}, roster)
        expanded = {
            path: [one for claim in mine or () for one in register.expand(claim)] for path, mine in found.items()
        }
        register.settle(claim for mine in expanded.values() for claim in mine)
        find.register = register
        return {path: " & ".join(register.student(claim).id for claim in mine) for path, mine in expanded.items()}

    return find
