"""What cells showed, as nbformat outputs of text only."""

from __future__ import annotations

from typing import Any

from autograder.engine.protocol.constants import MAX_ERROR

_OUTPUT_KINDS = {"stdout", "stderr", "result", "display", "error"}


def outputs_of(events: list[tuple[str, str]], error: str) -> list[dict[str, Any]]:
    """nbformat outputs of text only."""
    found: list[dict[str, Any]] = []
    for kind, text in events:
        if kind not in _OUTPUT_KINDS:
            continue
        if kind in ("stdout", "stderr"):
            found.append({"output_type": "stream", "name": kind, "text": text})
        elif kind == "error":
            name, _, value = error.partition(": ")
            lines = text[-MAX_ERROR:].splitlines()
            found.append({"output_type": "error", "ename": name, "evalue": value, "traceback": lines})
        elif kind == "result":
            found.append(
                {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": text}}
            )
        else:
            found.append({"output_type": "display_data", "metadata": {}, "data": {"text/plain": text}})
    return found
