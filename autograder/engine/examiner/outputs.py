"""What cells showed, as nbformat outputs of text only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from autograder.engine.protocol.constants import MAX_ERROR, PIECES

_OUTPUT_KINDS = {"stdout", "stderr", "result", "display", "error"}
_STREAMS = {"stdout", "stderr"}


def outputs_of(events: list[tuple[str, str]], error: str) -> list[dict[str, Any]]:
    """nbformat outputs of text only; what one stream said in a row is one output."""
    found: list[dict[str, Any]] = []
    for kind, texts in _joined(events):
        if len(found) >= PIECES:
            found.append({"output_type": "stream", "name": "stderr", "text": "(more outputs left out)\n"})
            break
        text = "".join(texts)
        if kind in ("stdout", "stderr"):
            found.append({"output_type": "stream", "name": kind, "text": text})
        elif kind == "error":
            name, _, value = error.partition(": ")
            lines = text[-MAX_ERROR:].split("\n", PIECES)[:PIECES]
            found.append({"output_type": "error", "ename": name, "evalue": value, "traceback": lines})
        elif kind == "result":
            found.append(
                {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": text}}
            )
        else:
            found.append({"output_type": "display_data", "metadata": {}, "data": {"text/plain": text}})
    return found


def _joined(events: list[tuple[str, str]]) -> Iterator[tuple[str, Iterator[str]]]:
    """The events of kinds that are known, those of one stream in a row together."""
    known = (event for event in events if event[0] in _OUTPUT_KINDS)
    for (_, kind), group in itertools.groupby(
        enumerate(known), lambda pair: (0 if pair[1][0] in _STREAMS else pair[0], pair[1][0])
    ):
        yield kind, (text for _, (_, text) in group)
