"""nbgrader's exchange: `login+assignment+2026-11-20 15:13:40 UTC+...`."""

from __future__ import annotations

import re

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.system import System

NAME = re.compile(r"(?P<id>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d[:_]\d\d[:_]\d\d)[^+]*(?:\+.*)?")


class Exchange(System):
    """Hand-ins as they lie in the exchange's inbound folder."""

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The login, and the time of handing in as the attempt."""
        match = NAME.fullmatch(entry.parts[depth])
        if match is None:
            return None
        time = tuple(int(number) for number in re.findall(r"\d+", match["time"]))
        return [Claim(match["id"], "", "nbgrader", match["id"], time)]
