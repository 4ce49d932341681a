"""What one run of a test cell did, as the examiner notes it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Check(NamedTuple):
    """One check of a test cell: its name, its points, the places in the test at which something empty came.

    `hidden` says that a hidden line makes it.
    """

    name: str
    points: float
    empty: frozenset[int]
    hidden: bool = False


@dataclass
class Conduct:
    """What one run of a test cell did.

    `checks` are those that it recorded, in order; `reached` numbers the assertions that it came to; `empty` are the
    places at which something empty came for none of its checks.
    """

    checks: list[Check] = field(default_factory=list)
    reached: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)

    @property
    def names(self) -> Counter[str]:
        """The names of its checks, and how often it made each."""
        return Counter(check.name for check in self.checks)
