"""What a person can put right: each error says what is wrong, where, and what to do; its text is the sentence to show.

The command line shows the text and ends with status 1 (`commands.options.logged`). A traceback is for faults of our own
and goes to the log.
"""

from __future__ import annotations

from pathlib import Path


class AutograderError(Exception):
    """Something that the user can put right: `what` is wrong, `where` (a file, a folder, an address), and the `remedy`.

    The last two may be empty.
    """

    def __init__(self, what: str, *, where: Path | str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = str(where)
        self.remedy = remedy

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.what}" if self.where else self.what
        return f"{sentence}; {self.remedy}" if self.remedy else sentence


class OutDirError(AutograderError):
    """OUT cannot be used: another run is at work in it, it cannot be written, or a file of its state is damaged."""


class ResourceError(AutograderError):
    """This machine lacks something: a disk that can be read, descriptors, memory. It says nothing about a hand-in."""


class UnreadableSubmissionError(AutograderError):
    """A notebook that was taken in cannot be read any more."""


class GradebookError(AutograderError):
    """The gradebook cannot be read or written."""


class OutcomeError(AutograderError):
    """There is no result to show, or what is there is out of date."""


class ExportError(AutograderError):
    """There are no marks to export."""


class ExecutorError(AutograderError):
    """Nothing can be graded: no grader starts here, or the cluster cannot be used."""


class InternalError(AutograderError):
    """A fault of the autograder itself."""
