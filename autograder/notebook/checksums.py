"""nbgrader's checksum of a given cell, which the release carries: whether a cell is as some release gave it out."""

from __future__ import annotations

import hashlib
from typing import Any

from autograder.notebook.cells import nbgrader_metadata, source_of


def as_released(cell: Any) -> bool:
    """Whether a cell's text is the one that its own checksum was made of: its student has not changed it.

    It may be of an earlier release than ours. What a hand-in says of itself decides no mark: it only says whose change
    it is called. False where there is no checksum.
    """
    meta = nbgrader_metadata(cell)
    claimed = meta.get("checksum")
    if not isinstance(claimed, str):
        return False
    source = source_of(cell)
    return claimed in {_checksum(cell, meta, text) for text in (source, source.rstrip())}


def _checksum(cell: Any, meta: dict[str, Any], source: str) -> str:
    """As nbgrader.utils.compute_checksum has it."""
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    locked = not solution and (grade or bool(meta.get("locked")))
    parts = [source, str(cell.get("cell_type")), str(grade), str(solution), str(locked), str(meta["grade_id"])]
    digest = hashlib.md5(usedforsecurity=False)
    for part in [*parts, *([_points(meta)] if grade else [])]:
        digest.update(part.encode("utf-8", "replace"))
    return digest.hexdigest()


def _points(meta: dict[str, Any]) -> str:
    try:
        return str(float(meta.get("points", 0)))
    except (TypeError, ValueError):
        return ""
