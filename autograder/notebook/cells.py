"""What a cell of a notebook is: its grade id, its text, its role. The one owner of how nbgrader's metadata is read.

A cell is nbformat data, as JSON has it. It may come from a hand-in, so that any part of it may be of any type: what is
not of the type that it should be counts as not being there.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Role(Enum):
    """What a cell of a source notebook is for. A cell has one role."""

    ANSWER = "answer"
    """The student's to write; a test marks it."""
    WRITTEN = "written"
    """The student's to write; a person marks it."""
    TASK = "task"
    """nbgrader's task: what the student adds below it is marked by a person."""
    TEST = "test"
    """Marked by being run."""
    CHECKER = "checker"
    """Locked: the names that tests use. The student's process and the examiner both run it."""
    SHOW = "show"
    """Locked: only shows something. Grading skips it."""
    LOCKED = "locked"
    """Given, and put back as it was when a student has changed it."""
    FREE = "free"
    """Given, and the student's to change."""


ANSWERS = frozenset({Role.ANSWER, Role.WRITTEN, Role.TASK})
"""What students write into."""

MANUAL = frozenset({Role.WRITTEN, Role.TASK})
"""What waits for a person to mark it."""

GRADED = frozenset({Role.TEST, Role.WRITTEN, Role.TASK})
"""What has points."""


def metadata_of(cell: Any) -> dict[str, Any]:
    """A cell's metadata, or an empty dictionary."""
    return _table(cell, "metadata")


def nbgrader_metadata(cell: Any) -> dict[str, Any]:
    """A cell's nbgrader metadata when it has a grade id, otherwise an empty dictionary."""
    meta = _table(metadata_of(cell), "nbgrader")
    grade_id = meta.get("grade_id")
    return meta if isinstance(grade_id, str) and grade_id else {}


def own_metadata(cell: Any) -> dict[str, Any]:
    """What this package's build wrote into a cell's metadata (show, checker, builds_on), or an empty dictionary."""
    return _table(metadata_of(cell), "autograder")


def grade_id_of(cell: Any) -> str:
    """A cell's nbgrader grade id, or an empty text."""
    return str(nbgrader_metadata(cell).get("grade_id", ""))


def source_of(cell: Any) -> str:
    """A cell's text, which the format keeps as one text or as a list of lines; empty when it has none."""
    return joined(cell.get("source")) if isinstance(cell, dict) else ""


def joined(text: Any) -> str:
    """A text of the notebook format, which may be kept as a list of its pieces; empty when it is neither."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def role_of(cell: Any) -> Role:
    """What a cell is for, by its metadata. A cell without a grade id has no role but FREE."""
    meta = nbgrader_metadata(cell)
    if not meta:
        return Role.FREE
    if meta.get("task"):
        return Role.TASK
    if meta.get("solution"):
        return Role.WRITTEN if meta.get("grade") else Role.ANSWER
    if meta.get("grade"):
        return Role.TEST
    own = own_metadata(cell)
    marked = (role for role, key in _OWN_KEYS.items() if own.get(key))
    return next(marked, Role.LOCKED if meta.get("locked") else Role.FREE)


_OWN_KEYS = {Role.SHOW: "show", Role.CHECKER: "checker"}


def with_new_names(content: dict[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """A notebook in which cells that have an old grade id have the one of now."""
    if not any(grade_id_of(cell) in renamed for cell in content.get("cells", ())):
        return content
    cells = []
    for cell in content["cells"]:
        new = renamed.get(grade_id_of(cell))
        if new is not None:
            meta = metadata_of(cell)
            cell = {**cell, "metadata": {**meta, "nbgrader": {**meta["nbgrader"], "grade_id": new}}}  # noqa: PLW2901
        cells.append(cell)
    return {**content, "cells": cells}


def is_given(cell: Any) -> bool:
    """Whether a cell's text is ours in every hand-in: tests and all that is locked."""
    return role_of(cell) not in ANSWERS | {Role.FREE}


def _table(parent: Any, key: str) -> dict[str, Any]:
    value = parent.get(key) if isinstance(parent, dict) else None
    return value if isinstance(value, dict) else {}
