"""From the bytes of a hand-in to its cells: bounded before anything is parsed, lenient about form, strict about size.

What is wanted is read out of the JSON where it stands; the rest, outputs above all, is passed over without being built,
so that a notebook takes little more memory than its file and its sources. What comes out holds nothing but cell types,
sources, grade ids and pictures pasted into a text: the metadata, the outputs and with them the names and photos that
Colab stores stay behind.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from autograder.intake.reading.encoding import decode
from autograder.intake.reading.json_parts import (
    BYTES_OF_A_CHARACTER,
    CellParts,
    MakerParts,
    NotebookParts,
    built,
    check_structure,
    explain,
    items_in,
    parts_of,
    strict_json,
)
from autograder.notebook.cells import grade_id_of, joined, metadata_of, nbgrader_metadata
from autograder.notebook.checksums import as_released
from autograder.text import escaped

PICTURES = ("image/png", "image/jpeg", "image/gif")
ATTACHMENT_BYTES = 4 * MEGABYTE
CURRENT_SCHEMA = 3
HEADING = "heading"
MAKER_KEYS = frozenset({"executionInfo", "colab", "outputId", "colab_type", "vscode", "pycharm"})
"""What editors leave in the metadata of cells."""


@dataclass(frozen=True)
class StudentCell:
    """One cell as it was handed in. `grade_id` is what its metadata claims, or empty.

    `as_released` says that the student has not changed it: it has the text of which its own checksum was made.
    """

    index: int
    cell_type: str
    source: str
    norm: str
    grade_id: str = ""
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    as_released: bool = False


@dataclass(frozen=True)
class StudentNotebook:
    """The cells of a hand-in, and what had to be put right to read them."""

    cells: tuple[StudentCell, ...]
    notes: tuple[str, ...] = ()


def normal(source: str) -> str:
    """A source without what editors change on their own: line ends, trailing spaces, blank lines around it."""
    return "\n".join(map(str.rstrip, source.splitlines())).strip("\n")


def read_notebook(data: bytes, limits: Limits = DEFAULT_LIMITS) -> StudentNotebook:
    """The cells of a hand-in. Raises Refusal, with the reason, when there is no notebook in it."""
    if len(data) > limits.notebook_bytes:
        raise Refusal(f"it is too large: more than {limits.notebook_bytes // MEGABYTE} MB", "clear its outputs")
    text, notes = decode(data, limits)
    check_structure(text, limits)
    try:
        return cells_of(parts_of(text, NotebookParts), notes, limits)
    except msgspec.DecodeError as error:
        strict = strict_json(text)
        if strict == text:
            raise Refusal(explain(text, str(error))) from error
    except (RecursionError, ValueError) as error:
        raise Refusal(f"not a notebook: {escaped(str(error), 200)}") from error
    try:
        return cells_of(parts_of(strict, NotebookParts), notes, limits)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Refusal(explain(strict, str(error))) from error


def raw_cells(content: Any, notes: list[str], limits: Limits) -> tuple[list[Any], list[str]]:
    """The cells as they stand in the JSON, and what had to be upgraded. Raises Refusal when there are none."""
    if not isinstance(content, dict):
        raise Refusal("not a notebook: JSON, but of another kind")
    raw = items_in(content.get("cells"))
    sheets = items_in(content.get("worksheets")) if raw is None else None
    if sheets is not None:
        if len(sheets) > limits.cells:
            raise Refusal(f"it has {len(sheets)} worksheets, more than {limits.cells}")
        parts = [
            parts_of(sheet, NotebookParts) if isinstance(sheet, msgspec.Raw) else as_dict(sheet) for sheet in sheets
        ]
        raw = [cell for sheet in parts if sheet for cell in items_in(sheet.get("cells")) or ()]
        notes = [*notes, "notebook format 3, upgraded"]
    if raw is None:
        raise Refusal("not a notebook: it has no cells")
    if len(raw) > limits.cells:
        raise Refusal(f"it has {len(raw)} cells, more than {limits.cells}")
    return raw, notes


def notebook_makers(metadata: Any, limits: Limits) -> set[str]:
    """The keys that editors have left in the metadata of a notebook."""
    found = as_dict(parts_of(metadata, MakerParts) if isinstance(metadata, msgspec.Raw) else metadata)
    return set(found) | set(as_dict(built(found.get("language_info"), limits)))


def cells_of(content: Any, notes: list[str], limits: Limits) -> StudentNotebook:
    """The cells in what the JSON holds. Raises Refusal when it is something else than a notebook."""
    raw, notes = raw_cells(content, notes, limits)
    cells = []
    dropped = 0
    left = limits.sources_chars
    schemas = set()
    makers = notebook_makers(content.get("metadata"), limits)
    for index, part in enumerate(raw):
        entry = cell_parts(index, part, limits)
        makers |= MAKER_KEYS & metadata_of(entry).keys()
        cell = read_cell(index, entry, limits)
        if cell is None:
            dropped += 1
            continue
        left -= len(cell.source)
        if left < 0:
            raise Refusal(f"its cells hold more than {limits.sources_chars} characters", "hand in your own work only")
        cells.append(cell)
        if cell.grade_id:
            schemas.add(schema_of(entry))
    if not cells:
        raise Refusal("the notebook has no cells")
    if dropped:
        notes = [*notes, f"{dropped} damaged cell{'s' if dropped > 1 else ''} left out"]
    old = sorted(schema for schema in schemas if schema < CURRENT_SCHEMA)
    if old:
        notes = [*notes, f"made with an old nbgrader (schema {old[0]})"]
    maker = maker_of(makers)
    if maker:
        notes = [*notes, f"saved by {maker}: its metadata left out"]
    return StudentNotebook(tuple(cells), tuple(notes))


def cell_parts(index: int, part: Any, limits: Limits) -> Any:
    """What is wanted of a cell; None when it is no cell. Raises Refusal when its source is too long."""
    if not isinstance(part, msgspec.Raw):
        return part
    parts = parts_of(part, CellParts)
    if parts is None:
        return None
    source = parts.pop("source", None)
    written = parts.pop("input", None) if source is None else source
    entry = {name: built(value, limits) for name, value in parts.items()}
    if written is not None:
        text = bytes(written)
        if len(text) > BYTES_OF_A_CHARACTER * limits.source_chars:
            raise Refusal(f"cell {index + 1} holds more than {limits.source_chars} characters")
        entry["source"] = msgspec.json.decode(text)
    return entry


def read_cell(index: int, entry: Any, limits: Limits) -> StudentCell | None:
    """One cell, or None when it is not one."""
    if not isinstance(entry, dict):
        return None
    cell_type = entry.get("cell_type")
    given = entry.get("source", entry.get("input", ""))
    if not isinstance(given, (str, list)) or cell_type not in ("code", "markdown", "raw", HEADING):
        return None
    source = joined(given)
    if len(source) > limits.source_chars:
        raise Refusal(f"cell {index + 1} holds more than {limits.source_chars} characters")
    # lone surrogates are valid JSON but cannot be written as UTF-8
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\0", "")
    if cell_type == HEADING:
        level = entry.get("level")
        source = "#" * (level if isinstance(level, int) and 0 < level < 7 else 1) + " " + source  # noqa: PLR2004
        cell_type = "markdown"
    attachments = pictures(entry.get("attachments")) if entry.get("attachments") else {}
    return StudentCell(index, cell_type, source, normal(source), grade_id_of(entry), attachments, as_released(entry))


def pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures pasted into a text: base64 of known kinds, bounded; anything else is left out."""
    kept: dict[str, dict[str, str]] = {}
    size = 0
    for name, bundle in as_dict(attachments).items():
        for kind, data in as_dict(bundle).items():
            text = "".join(data) if isinstance(data, list) and all(isinstance(part, str) for part in data) else data
            if kind not in PICTURES or not isinstance(text, str):
                continue
            size += len(text)
            if size > ATTACHMENT_BYTES:
                return kept
            try:
                base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError):
                continue
            kept.setdefault(escaped(name, 100), {})[kind] = text
    return kept


def schema_of(entry: dict[str, Any]) -> int:
    """The nbgrader schema of a cell; those that say nothing are of the first."""
    version = nbgrader_metadata(entry).get("schema_version", 1)
    return version if isinstance(version, int) else 1


def maker_of(keys: set[str]) -> str:
    """Which editor other than Jupyter saved this, by keys of its metadata and its cells', or an empty text."""
    if keys & {"executionInfo", "colab", "outputId", "colab_type"}:
        return "Colab"
    if "vscode" in keys:
        return "VS Code"
    if "pycharm" in keys:
        return "PyCharm"
    if keys & {"dataspell", "datalore"}:
        return "DataSpell"
    return ""


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is a dictionary, otherwise an empty one."""
    return value if isinstance(value, dict) else {}
