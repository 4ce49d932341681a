"""What the graders of one process share: the examiners' fork server, and what was learned of the source notebooks."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.engine.source.model_trace import ModelTrace, modules_of
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.reach import reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autograder.engine.exceptions import GraderError
    from autograder.engine.source.lesson import Lessons
    from autograder.model.course import Assignment
    from autograder.model.settings import GradingSettings

EXAMINER = "autograder.engine.examiner.worker"


@dataclass(frozen=True)
class Packed:
    """The trace of a model solution, and the same as bytes for the examiner."""

    trace: ModelTrace
    packed: bytes


class Shared:
    """What the graders of one process share, of which `lessons` keeps what was learned for the next run.

    The student's side is never shared: what a hand-in does to its limits and its forks reaches no other one. Only the
    `level` of its sandbox is, which is found out by trying. Raises LevelError when the wanted one cannot be had.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: GradingSettings,
        hidden: Sequence[Path] = (),
        lessons: Lessons | None = None,
    ) -> None:
        self.lessons = lessons
        self.level = reach(settings.sandbox)
        self._notebooks = assignment.notebooks.values()
        functions = f"{EXAMINER}:serve", f"{EXAMINER}:warm_up"
        self.examiner = ForkServer(
            settings, *functions, level=self.level, trusted=True, hidden=[assignment.course.root, *hidden]
        )
        self.learned: dict[str, Packed | GraderError] = {}
        self.learning: dict[str, threading.Lock] = {}
        self._starting = threading.Lock()
        self._reading = threading.Lock()
        self._started = False
        self._modules: list[str] | None = None

    def modules(self) -> list[str]:
        """The modules that the source notebooks use, read from them once."""
        with self._reading:
            if self._modules is None:
                self._modules = modules_of(self._notebooks)
            return self._modules

    def start(self) -> None:
        """Start the examiner, once."""
        with self._starting:
            if not self._started:
                self.examiner.start()
                self.examiner.prepare(f"{EXAMINER}:prepare", json.dumps(self.modules()).encode())
                self._started = True

    def close(self) -> None:
        """End the examiner and its children."""
        self.examiner.close()
