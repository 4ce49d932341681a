"""From the bytes of a hand-in to its cells: bounded before anything is parsed, lenient about form, strict about size.

What comes out holds nothing but cell types, sources, grade ids and pictures pasted into a text: the metadata, the
outputs and with them the names and photos that Colab stores stay behind.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from dataclasses import dataclass, field
from typing import Any

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from autograder.notebook.cells import grade_id_of, joined, metadata_of, nbgrader_metadata
from autograder.text import escaped

PICTURES = ("image/png", "image/jpeg", "image/gif")
ATTACHMENT_BYTES = 4 * MEGABYTE
OUTSIDE_STRINGS = b'"[]{},'
NOT_STRUCTURE = bytes(set(range(256)) - set(OUTSIDE_STRINGS))
STRING = re.compile(rb'"[^"]*"')
NESTING = re.compile(rb"[\[\]{}]")
CURRENT_SCHEMA = 3
HEADING = "heading"


@dataclass(frozen=True)
class StudentCell:
    """One cell as it was handed in. `grade_id` is what its metadata claims, or empty."""

    index: int
    cell_type: str
    source: str
    norm: str
    grade_id: str = ""
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


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
    text, notes = decode(data)
    check_structure(text.encode("utf-8", "surrogatepass"), limits)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refusal(explain(text, error)) from error
    except (RecursionError, ValueError) as error:
        raise Refusal(f"not a notebook: {escaped(str(error), 200)}") from error
    return cells_of(content, notes, limits)


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a hand-in and what had to be guessed. Raises Refusal when it is none."""
    if not data.strip(b" \t\r\n\0"):
        raise Refusal("the file is empty")
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x89PNG")):
        raise Refusal("not a notebook: an archive, a PDF or a picture under this name")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return decoded(data, encoding), [f"read as {encoding.upper()}"]
    if data[:1] == b"{" and data[1:2] == b"\0":
        return decoded(data, "utf-16-le"), ["read as UTF-16"]
    if data[:2] == b"\0{":
        return decoded(data, "utf-16-be"), ["read as UTF-16"]
    if b"\0" in data:
        raise Refusal("not a notebook: binary data")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), ["not UTF-8, read as Windows-1252; letters with accents may be wrong"]
    except UnicodeDecodeError as error:
        raise Refusal("wrong encoding: neither UTF-8 nor UTF-16 nor Windows-1252", "save it again as UTF-8") from error


def decoded(data: bytes, encoding: str) -> str:
    """The text in a given encoding. Raises Refusal."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(f"wrong encoding: it says {encoding.upper()} but is not", "save it again as UTF-8") from error


def check_structure(data: bytes, limits: Limits) -> None:
    """Refuse too many or too deeply nested values, without parsing: what is left outside of strings is counted."""
    skeleton = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NOT_STRUCTURE)
    structure = STRING.sub(b"", skeleton)
    if structure.count(b",") + structure.count(b"{") + structure.count(b"[") > limits.values:
        raise Refusal(f"not a notebook that can be read: more than {limits.values} values in it")
    depth = 0
    for bracket in NESTING.findall(structure):
        if bracket in b"[{":
            depth += 1
            if depth > limits.nesting:
                raise Refusal(f"not a notebook: nested deeper than {limits.nesting}")
        else:
            depth -= 1


def explain(text: str, error: json.JSONDecodeError) -> str:
    """Why a text is not JSON, as a marker would say it."""
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        return "not a notebook: a web page; download the notebook itself (File, Download .ipynb)"
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return f"not valid JSON: it holds the marks of a merge conflict (line {error.lineno})"
    if not start.startswith("{"):
        return "not a notebook: not JSON"
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        return f"the file is cut off (at line {error.lineno}); hand it in again"
    return f"not valid JSON: {error.msg} at line {error.lineno}"


def cells_of(content: Any, notes: list[str], limits: Limits) -> StudentNotebook:
    """The cells in what the JSON holds. Raises Refusal when it is something else than a notebook."""
    if not isinstance(content, dict):
        raise Refusal("not a notebook: JSON, but of another kind")
    raw = content.get("cells")
    if not isinstance(raw, list) and isinstance(content.get("worksheets"), list):
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for sheet in sheets for cell in as_list(sheet.get("cells"))]
        notes = [*notes, "notebook format 3, upgraded"]
    if not isinstance(raw, list):
        raise Refusal("not a notebook: it has no cells")
    if len(raw) > limits.cells:
        raise Refusal(f"it has {len(raw)} cells, more than {limits.cells}")
    cells = []
    dropped = 0
    schemas = set()
    for index, entry in enumerate(raw):
        cell = read_cell(index, entry, limits)
        if cell is None:
            dropped += 1
            continue
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
    maker = maker_of(content, raw)
    if maker:
        notes = [*notes, f"saved by {maker}: its metadata left out"]
    return StudentNotebook(tuple(cells), tuple(notes))


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
    return StudentCell(index, cell_type, source, normal(source), grade_id_of(entry), attachments)


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


def maker_of(content: dict[str, Any], raw: list[Any]) -> str:
    """Which editor other than Jupyter saved this, or an empty text."""
    metadata = as_dict(content.get("metadata"))
    keys = {key for cell in raw if isinstance(cell, dict) for key in metadata_of(cell)}
    if "colab" in metadata or keys & {"executionInfo", "colab", "outputId", "colab_type"}:
        return "Colab"
    if "vscode" in metadata or "vscode" in keys or "vscode" in as_dict(metadata.get("language_info")):
        return "VS Code"
    if "pycharm" in metadata or "pycharm" in keys:
        return "PyCharm"
    if "dataspell" in metadata or "datalore" in metadata:
        return "DataSpell"
    return ""


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is a dictionary, otherwise an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, otherwise an empty one."""
    return value if isinstance(value, list) else []
