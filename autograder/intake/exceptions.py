"""What cannot be taken in, and why: of one file (Refusal), or of the whole run (IntakeError)."""

from __future__ import annotations

from pathlib import Path


class Refusal(Exception):  # noqa: N818 - it is one, and is called so everywhere
    """A file cannot be used. `reason` says why, `remedy` what to do where something can be done; the rest goes on."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason}; {remedy}" if remedy else reason)
        self.reason = reason
        self.remedy = remedy


class IntakeError(Exception):
    """What was given to be taken in cannot be used: `path`, `line`, what is wrong, what to do."""

    def __init__(self, what: str, *, path: Path, line: int = 0, remedy: str = "") -> None:
        where = f"{path}, line {line}:" if line else str(path)
        super().__init__(f"{where} {what}{f'; {remedy}' if remedy else ''}")
        self.what = what
        self.path = path
        self.line = line
        self.remedy = remedy


class MappingError(IntakeError):
    """The mapping file cannot be used."""
