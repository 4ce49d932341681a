"""What can be wrong with a course, said with its place and what to do."""

from __future__ import annotations

from pathlib import Path


class CourseError(Exception):
    """The course directory or an assignment in it cannot be used.

    `file` is the file or folder that is wrong, `place` the cell or the setting in it, `what` says of the place (or of
    the file, or by itself where neither is given) what is wrong, `remedy` what to do. Its text is one line of these.
    """

    def __init__(self, what: str, *, file: Path | None = None, place: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = " ".join(what.split()).removesuffix(".")
        self.file = file
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        """The sentence for the terminal."""
        file = str(self.file) if self.file else ""
        where = ": ".join(part for part in (file, self.place) if part)
        sentence = f"{where} {self.what}" if where else self.what
        return f"{sentence}; {self.remedy}" if self.remedy else sentence
