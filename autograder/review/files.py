"""Files of hand-ins as plain text, and the mapping file that says whose they are."""

from __future__ import annotations

import csv
import io
import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.files import write_atomically
from autograder.intake.archives import Pile
from autograder.intake.exceptions import Refusal
from autograder.notebook.cells import source_of
from autograder.text import for_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.outdir import OutDir

MOST_READ = 8 * 1024 * 1024
"""Bytes of a file that are read for a preview; a larger one has none."""

MOST_SHOWN, MOST_CELLS = 60_000, 300
HEADER = ("pattern", "student")


@dataclass(frozen=True)
class Part:
    """A part of a preview: a cell, or the whole of a file that is no notebook. `kind` is code, prose or text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Preview:
    """What is in a file, as text; `why` says why there is nothing to see."""

    parts: tuple[Part, ...] = ()
    why: str = ""


def piles_of(out: OutDir) -> tuple[Path, list[str]]:
    """The folder to start a run from and the piles of the runs so far, so that files have the same paths again."""
    recorded = [(Path(folder), path) for folder, path in out.last_run().piles]
    if not recorded:
        return out.root, []
    start = recorded[-1][0]
    return start, [path if folder == start else str(folder / path) for folder, path in recorded]


def preview(out: OutDir, path: str) -> Preview:
    """A file of a hand-in, found again by the path that its record has.

    Nothing of it is unpacked, run or rendered; it is read as taking in reads it.
    """
    start, piles = piles_of(out)
    with ExitStack() as stack:
        for given in piles:
            if not path.startswith(given) or not (start / given).exists():
                continue
            pile = stack.enter_context(Pile([start / given], out.state))
            shown = str(start / given)
            for entry in pile.entries():
                if given + entry.path.removeprefix(shown) == path:
                    try:
                        return _shown(pile.read(entry, MOST_READ))
                    except Refusal as refusal:
                        return Preview(why=str(refusal))
    return Preview(why="the file is not where it was when it was taken in")


def _shown(data: bytes) -> Preview:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Preview(why=f"it holds {len(data)} bytes that are no text")
    try:
        content = json.loads(text)
        cells = content["cells"] if isinstance(content, dict) else None
    except (ValueError, KeyError, RecursionError):
        cells = None
    if not isinstance(cells, list):
        return Preview((Part("text", for_page(text, MOST_SHOWN)),))
    parts, left = [], MOST_SHOWN
    for cell in cells[:MOST_CELLS]:
        source = for_page(source_of(cell), max(left, 0))
        left -= len(source)
        kind = "code" if isinstance(cell, dict) and cell.get("cell_type") == "code" else "prose"
        parts.append(Part(kind, source))
        if left <= 0:
            break
    return Preview(tuple(parts))


def mapping_rows(out: OutDir) -> list[tuple[str, str]]:
    """What the mapping file of OUT says: the path of a file, and whose it is, an empty text for nobody's."""
    with out.explained():
        if not out.mapping.exists():
            return []
        lines = list(csv.reader(io.StringIO(out.mapping.read_text(encoding="utf-8-sig"), newline="")))
    return [(line[0], line[1]) for line in lines if len(line) > 1 and tuple(line[:2]) != HEADER]


def say_whose(out: OutDir, paths: Iterable[str], student: str | None) -> None:
    """Write into the mapping file whose these files are: an empty text for nobody's, None to say nothing any more."""
    wanted = dict.fromkeys(paths)
    rows = [(path, student) for path in wanted if student is not None]
    rows += [row for row in mapping_rows(out) if row[0] not in wanted]
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    with out.explained():
        write_atomically(out.mapping, table.getvalue().encode("utf-8", "backslashreplace"), durable=True)
