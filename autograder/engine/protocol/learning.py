"""What the model's run teaches: of each test cell in one record, and of the notebook as a whole."""

from __future__ import annotations

from typing import Any

import msgspec

from autograder.engine.protocol.conduct import Conduct

Patched = tuple[str, str, str]
"""What the test of an item has patched: item, module (or what `states` names), name."""


class LearnedTest(msgspec.Struct):
    """What is known of one test cell because the model solution was graded: the one record of it.

    `conduct` is what it did, None where it did not come to its end; `number` says that it ended in a number. `streams`
    are the generators that it had seeded or handed over and the answers drew from; `evaluates` the names that texts of
    the hand-in's bound which it evaluated, an empty one for each test that evaluates any; `patched` what it had patched
    when it asked, module (or what `states` names) and name.
    """

    conduct: Conduct | None = None
    number: bool = False
    streams: list[str] = []
    evaluates: list[str] = []
    patched: list[tuple[str, str]] = []

    def joined(self, again: LearnedTest) -> LearnedTest:
        """This record, with what another run of the same test has shown in addition."""
        return msgspec.structs.replace(
            self,
            streams=sorted({*self.streams, *again.streams}),
            evaluates=sorted({*self.evaluates, *again.evaluates}),
            patched=sorted({*self.patched, *again.patched}),
        )


class LearnedTests(dict[str, LearnedTest]):
    """The records of a notebook's test cells by grade id. A test that nothing is known of has an empty record."""

    def __missing__(self, item: str) -> LearnedTest:
        self[item] = made = LearnedTest()
        return made


class Learned(msgspec.Struct, frozen=True):
    """What the model's run teaches.

    `call_sites` are the places where its tests hand something to the hand-in's objects, the sources those where what
    they asked was answered with plain data alone, or with objects (`examiner/remote/call_sites.py` writes them all).
    `expected` has, for the place of each comparison in a hidden check, the parts of what it expected. `tests` has the
    record of each test cell, `distrusted` the names of given cells that had other values in the model's process than
    here, `asked_by` how many questions functions of given cells asked; the modules are those that cells and tests
    imported on the way.
    """

    call_sites: list[str]
    plain_sources: list[str]
    object_sources: list[str]
    expected: dict[str, list[str]]
    tests: dict[str, LearnedTest]
    distrusted: list[str]
    asked_by: dict[str, int]
    student_modules: list[str]
    examiner_modules: list[str]

    @property
    def numbers(self) -> set[str]:
        """The items whose test cells ended in a number."""
        return {item for item, test in self.tests.items() if test.number}


def records(
    conducts: dict[str, Conduct], numbers: Any, streams: dict[str, list[str]], evaluates: Any, patched: Any
) -> dict[str, LearnedTest]:
    """One record for each test cell, of what the parts of the examiner have noted by item."""
    tests = LearnedTests()
    for item, conduct in conducts.items():
        tests[item].conduct = conduct
    for item in numbers:
        tests[item].number = True
    for item, names in streams.items():
        tests[item].streams = sorted(names)
    for item, name in sorted(evaluates):
        tests[item].evaluates.append(name)
    for item, where, name in sorted(patched):
        tests[item].patched.append((where, name))
    return dict(tests)
