"""What is wanted of a notebook's JSON, read where it stands: outputs and whatever else is in it is never built."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import Limits
from autograder.text import escaped

OUTSIDE_STRINGS = b'"[]{},'
NOT_STRUCTURE = bytes(set(range(256)) - set(OUTSIDE_STRINGS))
TOKENS = re.compile(rb'"[^"]*"|(?P<opened>[\[{])|(?P<closed>[\]}])|,')
NO_NUMBER = re.compile(rb'"[^"]*"|NaN|Infinity|-Infinity')
SURROGATES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
AT_BYTE = re.compile(r"\(byte (?P<at>\d+)\)")
BYTES_OF_A_CHARACTER = 12
"""The most that JSON needs for one: two escapes."""


ABSENT = msgspec.Raw(b"null")
"""Stands for a member that an object does not have."""


class NotebookParts(msgspec.Struct):
    """What is wanted of a notebook, as text."""

    cells: msgspec.Raw = ABSENT
    worksheets: msgspec.Raw = ABSENT
    metadata: msgspec.Raw = ABSENT


class CellParts(msgspec.Struct):
    """What is wanted of a cell, as text."""

    cell_type: msgspec.Raw = ABSENT
    source: msgspec.Raw = ABSENT
    input: msgspec.Raw = ABSENT
    level: msgspec.Raw = ABSENT
    metadata: msgspec.Raw = ABSENT
    attachments: msgspec.Raw = ABSENT


class MakerParts(msgspec.Struct):
    """What editors leave in the metadata of a notebook, as text."""

    colab: msgspec.Raw = ABSENT
    vscode: msgspec.Raw = ABSENT
    pycharm: msgspec.Raw = ABSENT
    dataspell: msgspec.Raw = ABSENT
    datalore: msgspec.Raw = ABSENT
    language_info: msgspec.Raw = ABSENT


def check_structure(data: bytes, limits: Limits) -> None:
    """Refuse too many or too deeply nested values, without parsing: what is left outside of strings is counted."""
    skeleton = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NOT_STRUCTURE)
    depth = 0
    for values, token in enumerate(TOKENS.finditer(skeleton), start=1):
        if token.lastgroup == "opened":
            depth += 1
        elif token.lastgroup == "closed":
            depth -= 1
        if depth > limits.nesting:
            raise Refusal(f"not a notebook: nested deeper than {limits.nesting}")
        if values > limits.values:
            raise Refusal(f"not a notebook that can be read: more than {limits.values} values in it")


def strict_json(data: bytes) -> bytes:
    """The same text without what Python writes into JSON and the standard has not: NaN, infinity, half a character."""
    masked = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    text = bytearray(data)
    for token in NO_NUMBER.finditer(masked):
        if not token.group().startswith(b'"'):
            text[token.start() : token.end()] = b"0".ljust(token.end() - token.start())
    for escape in SURROGATES.finditer(masked):
        if escape["lone"]:
            text[escape.start() : escape.end()] = b"\\u003f"
    return bytes(text)


def explain(text: bytes, error: str) -> str:
    """Why a text is not JSON, as a marker would say it."""
    start = text[:1000].decode("utf-8", "replace").lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        return "not a notebook: a web page; download the notebook itself (File, Download .ipynb)"
    found = AT_BYTE.search(error)
    end = len(text.rstrip())
    at = min(int(found["at"]), end) if found else end
    line = text.count(b"\n", 0, at) + 1
    if b"<<<<<<<" in text and b">>>>>>>" in text:
        return f"not valid JSON: it holds the marks of a merge conflict (line {line})"
    if not start.startswith("{"):
        return "not a notebook: not JSON"
    if at >= end - 1 or "truncated" in error:
        return f"the file is cut off (at line {line}); hand it in again"
    what = AT_BYTE.sub("", error).removeprefix("JSON is malformed: ").strip()
    return f"not valid JSON: {escaped(what, 200)} at line {line}"


def parts_of(data: msgspec.Raw | bytes, parts: type[msgspec.Struct]) -> dict[str, msgspec.Raw] | None:
    """Some members of an object, each still as text; None when it is no object. Raises msgspec.DecodeError."""
    try:
        found = msgspec.json.decode(data, type=parts)
    except msgspec.ValidationError:
        return None
    return {name: part for name in parts.__struct_fields__ if (part := getattr(found, name)) is not ABSENT}


def built(part: Any, limits: Limits) -> Any:
    """What a member is, unless it is so long that it can't be what it should be."""
    if not isinstance(part, msgspec.Raw):
        return part
    text = bytes(part)
    return msgspec.json.decode(text) if len(text) <= limits.part_bytes else None


def items_in(part: Any) -> list[Any] | None:
    """The items of a list, each still as text; None when it is no list."""
    if not isinstance(part, msgspec.Raw):
        return part if isinstance(part, list) else None
    try:
        return msgspec.json.decode(part, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        return None
