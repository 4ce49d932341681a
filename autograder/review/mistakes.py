"""What the checks found across the class, in short: kept of each result what the pages count, read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.batch import ResultStore

if TYPE_CHECKING:
    from autograder.ledger import Ledger
    from autograder.model.results import ItemResult
    from autograder.outdir import OutDir


@dataclass(frozen=True)
class Found:
    """What the checks of one item found in one hand-in: mistakes that have a name, checks that failed, a message."""

    mistakes: tuple[str, ...]
    failed: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Mistake:
    """Something that went wrong in an item, and whose answers show it."""

    text: str
    students: tuple[str, ...]
    named: bool


class Tests:
    """What the checks found, by the keys of results, which never change."""

    def __init__(self, out: OutDir) -> None:
        self._store = ResultStore(out.results)
        self._known: dict[str, dict[str, Found]] = {}

    def read(self, ledger: Ledger) -> None:
        """Read every result that is not known yet."""
        for student in list(ledger.students.values()):
            for notebook in student.notebooks.values():
                self._of(notebook.key)

    def _of(self, key: str) -> dict[str, Found]:
        if not key:
            return {}
        if key not in self._known:
            result = self._store.get(key)
            self._known[key] = {} if result is None else {item.item: _found(item) for item in result.items}
        return self._known[key]

    def mistakes(self, ledger: Ledger, notebook: str, item: str) -> list[Mistake]:
        """What went wrong in an item, the most common first: known mistakes, then checks that failed without one."""
        named: dict[str, list[str]] = defaultdict(list)
        failed: dict[str, list[str]] = defaultdict(list)
        for student in ledger.students.values():
            found = self._of(student.notebooks[notebook].key).get(item) if notebook in student.notebooks else None
            if found is None:
                continue
            for text in found.mistakes:
                named[text].append(student.id)
            for name in () if found.mistakes else found.failed:
                failed[name].append(student.id)
        return [
            Mistake(text, tuple(students), named=kind is named)
            for kind in (named, failed)
            for text, students in sorted(kind.items(), key=lambda one: (-len(one[1]), one[0]))
        ]


def _found(item: ItemResult) -> Found:
    mistakes = tuple(dict.fromkeys(check.mistake for check in item.checks if check.mistake))
    failed = tuple(check.name for check in item.checks if not check.passed)
    return Found(mistakes, failed, item.message)
