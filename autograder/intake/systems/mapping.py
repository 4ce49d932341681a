"""The marker's own word on whose a file is: a CSV file, pattern and student."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.intake.archives import Entry
from autograder.intake.exceptions import MappingError

_REMEDY = "its first line is `file,student`, and each other line a file (or a pattern such as ann_*) and whose it is"


class Mapping:
    """The mapping file: which student a file belongs to, for hand-ins whose names do not say."""

    def __init__(self, rows: list[tuple[str, str]], path: Path = Path("mapping")) -> None:
        """`rows` are pairs of a pattern and a student; an empty student leaves the file out."""
        self._rows = rows
        self._path = path
        self._used = False

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Read a CSV file with the columns pattern and student. Raises MappingError."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = list(csv.reader(stream))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise MappingError(f"cannot be read as a CSV file in UTF-8: {error}", path=path) from error
        table = [(number, [cell.strip() for cell in line]) for number, line in enumerate(lines, start=1) if any(line)]
        if not table:
            raise MappingError("has no lines", path=path, remedy=_REMEDY)
        number, head = table[0]
        names = [cell.lower() for cell in head]
        first = next((names.index(name) for name in ("file", "pattern") if name in names), None)
        if first is None or "student" not in names:
            raise MappingError(f"has the columns {', '.join(head)}", path=path, line=number, remedy=_REMEDY)
        second = names.index("student")
        rows = []
        for number, cells in table[1:]:
            if len(cells) <= max(first, second) or not cells[first]:
                raise MappingError("names no file", path=path, line=number, remedy=_REMEDY)
            rows.append((cells[first], cells[second]))
        return cls(rows, path)

    def check_used(self) -> None:
        """Raises MappingError when not one line was about a file of the pile: it is a mapping of something else."""
        if self._rows and not self._used:
            pattern = self._rows[0][0]
            what = f"matches nothing that was given: there is no file {pattern!r}, nor any other of its lines"
            raise MappingError(
                what, path=self._path, remedy="`autograder intake --check` shows the files as it wants them"
            )

    def student(self, entry: Entry) -> str | None:
        """The student of a file, an empty text when it is to be left out, None when the mapping says nothing."""
        inside = "/".join(entry.parts[1:])
        whole = "/".join(entry.parts)
        for pattern, student in self._rows:
            if pattern in (entry.parts[-1], inside, whole, entry.path):
                self._used = True
                return student
            if any(fnmatchcase(text, pattern) for text in (entry.parts[-1], inside, whole, entry.path)):
                self._used = True
                return student
        return None
