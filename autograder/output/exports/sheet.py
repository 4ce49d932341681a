"""A CSV file in which single cells are changed and every other byte stays: encoding, separator, quotes, line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.exceptions import ExportError

SEPARATORS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAID = re.compile(r"sep=(.)(?:\r\n|\n|\r)", re.IGNORECASE)
"""A first line with which Excel is told the separator."""
MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Cell:
    """A cell: what it says, and where in the text it stands, its quotes included."""

    value: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class Sheet:
    """A CSV file: the header's cells, the rows' cells, and all that it takes to write it again."""

    text: str
    encoding: str
    mark: bytes
    separator: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> list[str]:
        """What the header says, without blanks around it."""
        return [cell.value.strip() for cell in self.header]

    def value(self, row: int, column: int) -> str:
        """What a cell says, without blanks around it; empty where the row is too short."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def values(self, column: int) -> list[str]:
        """A column from top to bottom."""
        return [self.value(row, column) for row in range(len(self.rows))]

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other text in some cells, by row and column. Raises ExportError where there is no such cell."""
        parts, done = [], 0
        for (row, column), new in sorted(changes.items()):
            cells = self.rows[row]
            if column >= len(cells):
                raise ExportError(
                    f"row {row + 2} ends before the column {self.columns[column]!r}", remedy="export the file again"
                )
            cell = cells[column]
            parts += [self.text[done : cell.start], self._written(new, quoted=cell.quoted)]
            done = cell.end
        return self.mark + "".join([*parts, self.text[done:]]).encode(self.encoding)

    def _written(self, text: str, *, quoted: bool) -> str:
        if quoted or any(sign in text for sign in (self.separator, '"', "\n", "\r")):
            doubled = text.replace('"', '""')
            return f'"{doubled}"'
        return text


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file. Raises ExportError, with what to do, when it is none or could not be written again as it is."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ExportError("is too large for a table of marks", where=path)
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(f"cannot be read ({error.strerror})", where=path) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ExportError("is a spreadsheet program's own format", where=path, remedy="have it exported as CSV")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    body = data[len(mark) :]
    text, encoding = _decoded(body, encoding)
    if text.encode(encoding) != body or "\0" in text:
        raise ExportError("is not text in an encoding that is known here", where=path, remedy="export it as UTF-8")
    return _parsed(text, encoding, mark, path)


def _decoded(body: bytes, encoding: str) -> tuple[str, str]:
    """The text of some bytes, and the encoding: the one that a mark at the start said, or the first that fits."""
    if not encoding and body[1:2] == b"\0":
        encoding = "utf-16-le"
    for name in (encoding,) if encoding else ("utf-8", "cp1252", "latin-1"):
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), "latin-1"


def _parsed(text: str, encoding: str, mark: bytes, path: Path) -> Sheet:
    said = _SAID.match(text)
    start = said.end() if said else 0
    best: tuple[tuple[int, int], str, list[list[Cell]]] | None = None
    for separator in (said[1],) if said else SEPARATORS:
        rows = [row for row in _rows(text, start, separator) if any(cell.value.strip() for cell in row)]
        if not rows or len(rows[0]) < 2:  # noqa: PLR2004 - a key and a mark
            continue
        score = (sum(len(row) == len(rows[0]) for row in rows), len(rows[0]))
        if best is None or score > best[0]:
            best = (score, separator, rows)
    if best is None:
        raise ExportError(
            "has no table in it: a header, and below it a row for each student, divided by commas, semicolons or tabs",
            where=path,
        )
    _, separator, rows = best
    return Sheet(text, encoding, mark, separator, tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))


def _rows(text: str, start: int, separator: str) -> list[list[Cell]]:
    """The cells of a text. Quotes count where a cell begins with them, as Python's csv and the importers have it."""
    end_of_row = r"\r?\n" if "\n" in text else r"\r"  # a lone carriage return in other files is part of a cell
    plain = rf"(?:(?!{end_of_row})[^{re.escape(separator)}])*+"
    cell = re.compile(rf'(?:"((?:[^"]|"")*+)"({plain})|({plain}))({re.escape(separator)}|{end_of_row}|\Z)', re.DOTALL)
    rows: list[list[Cell]] = [[]]
    place = start
    while True:
        found = cell.match(text, place)
        if found is None:  # a quote that is never closed: the rest is one cell
            rows[-1].append(Cell(text[place + 1 :], place, len(text), quoted=True))
            return rows
        inside, behind, bare, end = found.groups()
        value = bare if inside is None else inside.replace('""', '"') + behind
        rows[-1].append(Cell(value, place, found.start(4), quoted=inside is not None))
        place = found.end()
        if end == "":
            return rows
        if end != separator:
            rows.append([])
