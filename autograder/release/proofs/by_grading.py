"""What can be proved of a release by grading it with this engine, which decides elsewhere than stock nbgrader."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.results import Decided, Status
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.submission import Submission
from autograder.notebook.regions import Delimiters
from autograder.release.proofs.subject import Note, Problem, Subject
from autograder.release.running import CELL_SECONDS
from autograder.sandbox.exceptions import LevelError
from autograder.sandbox.reach import reach

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.engine.grader import Grader
    from autograder.model.decision import Decision
    from autograder.model.results import ItemResult

MODEL, UNTOUCHED = "the model solution", "the untouched release"
STUDENTS = {MODEL: "model", UNTOUCHED: "untouched"}


class OwnGrader:
    """Grades a lab's own notebooks; it starts for the first that asks, and serves all of them.

    What is graded is ours: where this machine has no sandbox it goes without.
    """

    def __init__(self, root: Path, sources: Iterable[tuple[str, Any, Delimiters]]) -> None:
        notebooks = {name: Notebook(name, items_of(source), source, marks) for name, source, marks in sources}
        self._assignment = Assignment("release", Course(root), notebooks)
        self._open = contextlib.ExitStack()
        self._grader: Grader | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> OwnGrader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def decisions(self, name: str) -> list[Decision]:
        """Where the items of a notebook are decided."""
        return self._started().decisions(name)

    def grade(self, name: str, content: Any, whose: str) -> tuple[ItemResult, ...]:
        """The marks of a notebook."""
        return self._started().grade(Submission(STUDENTS[whose], name, content)).items

    def _started(self) -> Grader:
        from autograder.engine.grader import Grader

        with self._starting:
            if self._grader is None:
                policy = SandboxPolicy.AUTO
                try:
                    reach(policy)
                except LevelError:
                    policy = SandboxPolicy.NONE
                seconds = float(CELL_SECONDS)
                settings = GradingSettings(0, seconds, 4 * seconds, sandbox=policy)
                self._grader = self._open.enter_context(Grader(self._assignment, settings))
            return self._grader


def graded_by_this_engine(subject: Subject) -> Iterator[Problem | Note]:
    """The model solution has full marks and the untouched release none by this engine as well.

    What it decides inside the hand-in's process is listed.
    """
    with contextlib.ExitStack() as stack:
        grader = subject.grader or stack.enter_context(_alone(subject))
        undecidable = set()
        for decision in grader.decisions(subject.name):
            where = f"line {decision.line}, {decision.text}: " if decision.line else ""
            if decision.decided is Decided.UNDECIDABLE:
                undecidable.add(decision.item)
                found = f"it cannot be graded: the model solution fails it ({where}{decision.reason})"
                yield Problem(subject.name, decision.item, found, decision.instead)
            elif decision.decided is Decided.INSIDE:
                found = f"decided inside the hand-in's process ({where}{decision.reason}); {decision.instead}"
                yield Note(subject.name, decision.item, found)
        for whose, content in ((MODEL, subject.source), (UNTOUCHED, subject.released)):
            for item in grader.grade(subject.name, content, whose):
                if item.item not in undecidable and item.status is not Status.MANUAL:
                    yield from _problems(subject, whose, item)


def _problems(subject: Subject, whose: str, item: ItemResult) -> Iterator[Problem]:
    marks = "no mark" if item.points is None else f"{item.points:g} of {item.max_points:g}"
    found = f"this engine gives {whose} {marks}: {item.for_markers or item.message}".removesuffix(": ")
    if whose == MODEL and not item.right:
        yield Problem(subject.name, item.item, found, "correct the solution or the test")
    elif whose == UNTOUCHED and (item.points is None or item.points > 0 or item.earned > 0):
        yield Problem(subject.name, item.item, found, "let a check ask for what the given code does not do")


def _alone(subject: Subject) -> OwnGrader:
    from pathlib import Path

    return OwnGrader(Path("/nonexistent"), [(subject.name, subject.source, subject.delimiters)])
