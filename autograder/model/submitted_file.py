"""A file in submitted/ read as a notebook: its owner is whoever handed it in, so that it may hold anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from autograder.exceptions import UnreadableSubmissionError


class _Notebook(msgspec.Struct):
    cells: list[msgspec.Raw]


_A_NOTEBOOK = msgspec.json.Decoder(_Notebook)
"""Looks through a text whether it is a notebook, ten times as fast as it can be read."""


def read_submitted(path: Path) -> dict[str, Any] | None:
    """The notebook in a file, None where there is no file. Raises UnreadableSubmissionError when it is none."""
    try:
        content = _json_of(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableSubmissionError(
            f"{path} cannot be read ({error})", remedy="take the hand-in in again"
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise UnreadableSubmissionError(f"{path} is not a notebook", remedy="take the hand-in in again")
    return content


def is_submitted(path: Path) -> bool:
    """Whether there is a notebook in a file, found out without building it. Raises UnreadableSubmissionError."""
    try:
        _A_NOTEBOOK.decode(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, RecursionError):
        return read_submitted(path) is not None  # which says what is wrong, if it is
    return True


def _json_of(content: bytes) -> Any:
    """JSON as json reads it. msgspec reads the same in a third of the time, and refuses some of what json takes."""
    try:
        return msgspec.json.decode(content)
    except msgspec.MsgspecError:
        return json.loads(content)
