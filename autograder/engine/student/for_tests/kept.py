"""The functions of given cells that are kept beside the answers, as they stand in the source."""

from __future__ import annotations

import builtins
from typing import Any

from autograder.engine.protocol.references import NOTEBOOK


class Kept(dict):  # type: ignore[type-arg]
    """The globals of these functions: what given cells define and import, then the hand-in's answers.

    What a hand-in binds to a name of theirs is not looked at. (All of it is in the hand-in's process, and can be found
    and changed there by somebody who goes to these lengths.)
    """

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(__name__=NOTEBOOK, __builtins__=dict(vars(builtins)))
        self._answers = answers

    def __missing__(self, name: str) -> Any:
        return self._answers[name]
