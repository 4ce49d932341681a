"""The marker's own word on whose a file is: a CSV file, pattern and student."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.intake.archives import Entry
from autograder.intake.exceptions import MappingError


class Mapping:
    """The mapping file: which student a file belongs to, for hand-ins whose names do not say."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        """`rows` are pairs of a pattern and a student; an empty student leaves the file out."""
        self._rows = rows

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Read a CSV file with the columns pattern and student. Raises MappingError."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = list(csv.reader(stream))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise MappingError(f"cannot be read as a CSV file in UTF-8: {error}", path=path) from error
        rows = []
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            if number == 1 and [cell.lower() for cell in cells[:2]] in (["pattern", "student"], ["file", "student"]):
                continue
            if len(cells) < 2 or not cells[0]:  # noqa: PLR2004
                raise MappingError("two columns are needed, `pattern,student`", path=path, line=number)
            rows.append((cells[0], cells[1]))
        return cls(rows)

    def student(self, entry: Entry) -> str | None:
        """The student of a file, an empty text when it is to be left out, None when the mapping says nothing."""
        inside = "/".join(entry.parts[1:])
        whole = "/".join(entry.parts)
        for pattern, student in self._rows:
            if pattern in (entry.parts[-1], inside, whole, entry.path):
                return student
            if any(fnmatchcase(text, pattern) for text in (entry.parts[-1], inside, whole, entry.path)):
                return student
        return None
