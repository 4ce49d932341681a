"""Late work: how late a notebook was handed in, how many points that costs, and what is left then."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autograder.model.course import Course
from autograder.model.submission import KnownStudent
from autograder.model.times import seconds
from autograder.text import counted


@dataclass(frozen=True)
class Late:
    """How late one notebook was handed in, in minutes that have begun, and the points that are taken off for it."""

    minutes: int = 0
    penalty: float = 0.0

    @property
    def text(self) -> str:
        """One sentence without its full stop, empty for what was in time."""
        if not self.minutes:
            return ""
        days, rest = divmod(self.minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
        length = " ".join(counted(number, unit) for number, unit in parts if number)
        off = counted(self.penalty, "point") if self.penalty else "nothing"
        return f"handed in {length} late: {off} taken off"


IN_TIME = Late()


def after_penalty(points: float, penalty: float) -> float:
    """The points that are left of some when late work has cost `penalty`: never less than none."""
    return max(0.0, points - penalty)


class Deadline:
    """When hand-ins of an assignment are due, None for never; each student may have an extension."""

    def __init__(self, course: Course, due: datetime | None) -> None:
        self._course = course
        self.due = due

    def extension(self, known: KnownStudent) -> timedelta | None:
        """How much later than others a student may hand in, None where there is nothing to say."""
        if self.due is None:
            return None
        own = seconds(known.due)
        if own is not None:
            return timedelta(seconds=own - self.due.timestamp())
        return timedelta(minutes=known.extension) if known.extension else None

    def late(self, student: str, known: KnownStudent, notebook: str, points: float) -> Late:
        """How late a notebook with so many points is. What nobody knows the time of is in time."""
        handed_in = seconds(known.handed_in[notebook].time) if notebook in known.handed_in else None
        if self.due is None or handed_in is None:
            return IN_TIME
        extension = self.extension(known) or timedelta(0)
        over = handed_in - self.due.timestamp() - extension.total_seconds()
        if over <= 0:
            return IN_TIME
        return Late(math.ceil(over / 60), self._course.late_penalty(student, points, over))

    def handed_in(self, known: KnownStudent) -> datetime | None:
        """When the last notebook of a student came in, as nbgrader's gradebook has it: in UTC and without a zone."""
        times = [time for one in known.handed_in.values() if (time := seconds(one.time)) is not None]
        return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None) if times else None
