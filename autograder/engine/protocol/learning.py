"""What the model's run teaches: of each test cell in one record, and of the notebook as a whole."""

from __future__ import annotations

from typing import Any

import msgspec

from autograder.engine.protocol.conduct import Conduct

Patched = tuple[str, str, str]
"""What the test of an item has patched: item, module (or what `states` names), name."""


OUTSIDE, INSIDE, UNDECIDABLE = "outside", "inside", "undecidable"
"""Where a test is decided, in the words of `model.results.Decided`."""


class Failure(msgspec.Struct, frozen=True):
    """Why a test did not give the model solution full marks: what was said, and the line of its cell, 0 for none."""

    said: str
    line: int = 0


class LearnedTest(msgspec.Struct):
    """What is known of one test cell because the model solution was graded: the one record of it.

    `conduct` is what it did, None where it did not come to its end; `number` says that it ended in a number. `streams`
    are the generators that it had seeded or handed over and the answers drew from; `evaluates` the names that texts of
    the hand-in's bound which it evaluated, an empty one for each test that evaluates any; `patched` what it had patched
    when it asked, module (or what `states` names) and name.

    `decided` says where the test is run. Where that is not outside, `outside` says why the model failed there, and of
    one that is undecidable `inside` why it failed there as well. `after` are the earlier test cells that run before it
    inside.
    """

    conduct: Conduct | None = None
    number: bool = False
    streams: list[str] = []
    evaluates: list[str] = []
    patched: list[tuple[str, str]] = []
    decided: str = OUTSIDE
    outside: Failure | None = None
    inside: Failure | None = None
    after: list[str] = []

    @property
    def failure(self) -> Failure:
        """What the model solution met that this test is not decided outside for; empty when it is."""
        found = self.inside if self.decided == UNDECIDABLE else self.outside
        return (found or Failure("")) if self.decided != OUTSIDE else Failure("")

    @property
    def why(self) -> str:
        """The same as a text."""
        failure = self.failure
        return f"line {failure.line}: {failure.said}" if failure.line else failure.said

    def with_runs(self, first: LearnedTest, again: LearnedTest) -> LearnedTest:
        """This record, with what two runs of the test have shown."""
        return msgspec.structs.replace(
            self,
            conduct=first.conduct,
            number=first.number,
            streams=sorted({*first.streams, *again.streams}),
            evaluates=sorted({*first.evaluates, *again.evaluates}),
            patched=sorted({*first.patched, *again.patched}),
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
    conducts: dict[str, Conduct],
    numbers: Any,
    streams: dict[str, list[str]],
    evaluates: Any,
    patched: Any,
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
