"""What was learned of a source notebook as plain data, to be kept from one run to the next.

A lesson holds a trace without any code: what is executed is compiled anew from the source notebook, so that a file that
is kept can say what a test has to do and where, and never run anything.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from autograder.engine.source.model_trace import ModelTrace, TracedCell, compile_learned, trace_source

if TYPE_CHECKING:
    from autograder.model.course import Notebook


class Lessons(Protocol):
    """Where lessons are kept; a notebook's is found again only where all that it depends on is the same."""

    def get(self, notebook: str) -> bytes | None:
        """What was kept for a notebook, None where there is nothing that is whole."""

    def put(self, notebook: str, lesson: bytes) -> None:
        """Keep what was learned of a notebook."""


def written(trace: ModelTrace) -> bytes | None:
    """The lesson of a trace from which grading can begin, None where it cannot be written down or should not be kept.

    Items on which the model solution failed may have failed by chance: that is looked at again in the next run.
    """
    if trace.failed:
        return None
    try:
        return msgspec.json.encode(replace(trace, cells=[replace(cell, **_WITHOUT_CODE) for cell in trace.cells]))
    except (ValueError, TypeError, msgspec.MsgspecError):
        return None


def taught(notebook: Notebook, lesson: bytes) -> ModelTrace | None:
    """The trace of a source notebook with what a lesson says of it, None where it is no lesson of this notebook.

    Raises RegionError as `trace_source` does.
    """
    try:
        trace = msgspec.json.decode(lesson, type=ModelTrace)
    except (ValueError, RecursionError):
        return None
    read = trace_source(notebook)
    if [_place(cell) for cell in trace.cells] != [_place(cell) for cell in read.cells] or trace.items != read.items:
        return None
    trace.name = read.name
    for cell, own in zip(trace.cells, read.cells, strict=True):
        for name in _WITHOUT_CODE:
            setattr(cell, name, getattr(own, name))
    compile_learned(trace)
    return trace


_WITHOUT_CODE: dict[str, Any] = {one.name: b"" for one in fields(TracedCell) if one.type == "bytes"}
"""The parts of a cell that are code, and what stands for each in a lesson."""


def _place(cell: TracedCell) -> tuple[str, str, str, str]:
    """What a cell is told by: a lesson is of a notebook when all of its cells are the same."""
    return cell.kind, cell.grade_id, cell.source, cell.public
