"""Moodle: `Full Name_12345_assignsubmission_file_`, as a folder or in front of the file's name."""

from __future__ import annotations

import re

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.system import System

NAME = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?")


class Moodle(System):
    """Hand-ins as Moodle's "download all submissions" names them."""

    def claims(self, entry: Entry, depth: int) -> list[Claim] | None:
        """The participant; the number is Moodle's."""
        match = NAME.fullmatch(archive_stem(entry.parts[depth]))
        if match is None:
            return None
        name = match["name"]
        return [Claim(f"{name}_{match['id']}", name, "moodle", match["id"])]
