"""What an archive was made with, gradescope.json in it."""

from __future__ import annotations

import msgspec

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
"""When Gradescope shows a test to students."""


class Settings(msgspec.Struct, frozen=True):
    """What was chosen when the archive was made: the assignment, when hidden checks are shown, limits, the sandbox."""

    lab: str
    hidden_tests: str = "after_published"
    seconds: float = 30.0
    sandbox: str = "auto"
    seed: int = 0
