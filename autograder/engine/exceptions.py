"""What can go wrong with the grader itself; none of it is ever a hand-in's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sandbox.confined_process import Usage


class GraderError(Exception):
    """The grader cannot go on. `what` happened, `where`, the `remedy`, and the `last_lines` that its process wrote."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", last_lines: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        self.last_lines = last_lines
        place = f"{where}: " if where else ""
        advice = f"; {remedy}" if remedy else ""
        said = f" (it wrote: {last_lines})" if last_lines else ""
        super().__init__(f"{place}{what}{advice}{said}")


class ExaminerGone(Exception):  # noqa: N818 - a state of the other process, not a mistake of ours
    """The examiner's process has ended: `usage` says how. `at_work` is the test or cell that it was at, or empty."""

    def __init__(self, at_work: str, usage: Usage, detail: str) -> None:
        super().__init__(usage.reason or detail)
        self.at_work = at_work
        self.usage = usage
