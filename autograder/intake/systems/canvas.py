"""Canvas: `lastfirst_LATE_4001_90001_file.ipynb`, or `anon_AbCd3_90001_file.ipynb` where marking is anonymous."""

from __future__ import annotations

import re

from autograder.intake.archives import Entry
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.system import System

# two digits at least: `ann_2_1_ForwardAD.ipynb` is not from Canvas
NAME = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d{2,})_(?P<attempt>\d{2,})_(?P<file>.+)")
ANONYMOUS = re.compile(r"anon_(?P<late>LATE_)?(?P<id>[A-Za-z0-9]{5})_(?P<attempt>\d+)_(?P<file>.+)")


class Canvas(System):
    """Hand-ins as Canvas's "download submissions" names them."""

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The user; the numbers are Canvas's, of the user and of the attempt's file."""
        match = ANONYMOUS.fullmatch(entry.parts[depth]) or NAME.fullmatch(entry.parts[depth])
        if match is None:
            return None
        name = match["name"] if "name" in match.re.groupindex else "anonymous"
        note = "handed in late, says Canvas" if match["late"] else ""
        return [Claim(f"{name}_{match['id']}", name, "canvas", match["id"], (int(match["attempt"]),), note=note)]
