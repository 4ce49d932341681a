"""One run over the cells of a hand-in, with a confined process that is started again when it dies.

    runner = Runner(processes, trace, limits, history, seed)
    run = runner.run(steps, substituted, only)

What happened in one run and should not happen again in the next (a cell that hangs, say) is kept in the history, which
all runs of one hand-in share.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.outputs import outputs_of
from autograder.engine.examiner.remote.connection import Connection, deadline_in
from autograder.engine.examiner.remote.exceptions import StudentGone
from autograder.engine.examiner.steps import Step, with_substitutes
from autograder.engine.examiner.testing import OVERRUN, Examiner
from autograder.engine.model_trace import ANSWER, CHECKER, SHOW, TEST, ModelTrace
from autograder.marking.decide import Outcome
from autograder.model.results import CellRun

MAX_RESTARTS = 25
ERROR_TEXT = 4000
Key = int | str
"""What a step is known by in all runs: its place in the hand-in, or its grade id when we have put it in."""


@dataclass(frozen=True)
class Limits:
    """Seconds of wall clock for a cell and for the notebook, characters of output."""

    cell_seconds: float
    notebook_seconds: float
    output: int


@dataclass
class History:
    """What earlier runs of a hand-in have shown.

    `stuck` are items whose tests an examiner did not survive, `bad` the steps that ended or hung their process, by
    their key, and why; `restarts` counts the processes that had to be started again. `end` is when the notebook's time
    is over, which is one for all runs: None before the first.
    """

    stuck: frozenset[str]
    bad: dict[Key, str] = field(default_factory=dict)
    restarts: int = 0
    end: float | None = None

    def deadline(self, seconds: float) -> float:
        """When the time of a notebook that may take so long is over, counted from the first run."""
        if self.end is None:
            self.end = time.monotonic() + seconds
        return self.end

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self.end is not None and time.monotonic() >= self.end

    def count_restart(self) -> int:
        """Count one more restart; how many there were."""
        self.restarts += 1
        return self.restarts


@dataclass
class Run:
    """What one run found. `faults` says of answer cells why they could not run, `modules` what was imported."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    cells: list[CellRun] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)


class Runner:
    """Runs the cells of one hand-in once."""

    def __init__(
        self, processes: StudentProcesses, trace: ModelTrace, limits: Limits, history: History, seed: int
    ) -> None:
        self.examiner = Examiner(trace, seed)
        self._processes = processes
        self._trace = trace
        self._limits = limits
        self._history = history
        self._connection: Connection | None = None
        self._found = Run()
        self._output = limits.output
        self._end = 0.0
        self._stopped = ""
        self._ran: list[tuple[Key, str]] = []  # what a new process has to run again

    def run(self, steps: list[Step], substituted: frozenset[str], only: frozenset[str] | None) -> Run:
        """Run. `substituted` are answers for which the model's are put, `only` the items to mark (None: all)."""
        missing = None if only is None else set(only)
        self._end = self._history.deadline(self._limits.notebook_seconds)
        try:
            self._start()
            for step in with_substitutes(steps, self._trace, substituted):
                kind = step.cell.kind if step.cell else ANSWER
                if missing is not None and not missing:
                    break
                if kind == SHOW:
                    continue
                if kind == TEST:
                    self._test(step, skip=missing is not None and step.grade_id not in missing)
                    if missing is not None:
                        missing.discard(step.grade_id)
                else:
                    self._cell(step, kind)
            if self._trace.call_sites is None and self._connection is not None:
                self._connection.deadline = deadline_in(self._limits.cell_seconds)
                self._found.modules = self._connection.modules()
        finally:
            if self._connection is not None:
                self._processes.end()
        return self._found

    def _cell(self, step: Step, kind: str) -> None:
        if kind == CHECKER and step.cell is not None:
            self.examiner.load(step.cell)
        key: Key = step.index if step.index >= 0 else step.grade_id
        reason = self._stopped or self._history.bad.get(key, "")
        events: list[tuple[str, str]] = []
        error = reason
        started = time.monotonic()
        if not reason:
            try:
                events, error = self._ask_cell(step.source, self._output)
                self._ran.append((key, step.source))
            except StudentGone as gone:
                error = reason = self._restart(gone, "the cell")
                self._history.bad[key] = reason
        if reason and step.grade_id:
            self._found.faults[step.grade_id] = reason
        outputs = tuple(outputs_of(events, error))
        self._output -= sum(len(text) for _, text in events)
        if step.index >= 0:
            self._found.cells.append(
                CellRun(step.index, step.grade_id, outputs, error[:ERROR_TEXT], round(time.monotonic() - started, 4))
            )

    def _ask_cell(self, source: str, output: int) -> tuple[list[tuple[str, str]], str]:
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        connection.deadline = min(deadline_in(self._limits.cell_seconds), self._end)
        return connection.run(source, max(output, 0))

    def _test(self, step: Step, *, skip: bool) -> None:
        cell = step.cell
        if cell is None:
            return
        self.examiner.release(cell)
        if self._stopped:
            self._found.outcomes[cell.grade_id] = Outcome(fault=self._stopped)
            return
        if cell.grade_id in self._history.stuck:
            self._found.outcomes[cell.grade_id] = Outcome(fault=OVERRUN)
        elif not skip:
            self._processes.announce(cell.grade_id)
            left = min(self._limits.cell_seconds, self._end - time.monotonic())
            try:
                self._found.outcomes[cell.grade_id] = self.examiner.examine(cell, max(left, 0.0))
            except StudentGone as gone:
                reason = self._restart(gone, "the code under test")
                self._found.outcomes[cell.grade_id] = Outcome(self.examiner.checks_so_far(), fault=reason)
        if cell.visible and not self._stopped:
            try:
                self._ask_cell(cell.visible, 0)
                self._ran.append((cell.grade_id, cell.visible))
            except StudentGone as gone:
                self._restart(gone, "the cell")

    def _start(self) -> None:
        self._connection = Connection(self._processes.start())
        self.examiner.connect(self._connection)

    def _restart(self, gone: StudentGone, what: str) -> str:
        """Start the process again, run again what ran so far, and say what happened."""
        reason = self._reason(gone, what)
        while True:
            if time.monotonic() >= self._end:
                self._stopped = f"the notebook took longer than {self._limits.notebook_seconds:g} s"
            elif self._history.count_restart() > MAX_RESTARTS:
                self._stopped = "the hand-in ended its process too often"
            if self._stopped:
                return reason
            self._start()
            if self._run_again():
                return reason

    def _run_again(self) -> bool:
        """Run again what ran before. False when a step now ends or hangs the process: it is left out the next time."""
        for key, source in list(self._ran):
            try:
                self._ask_cell(source, 0)
            except StudentGone as gone:
                self._ran.remove((key, source))
                self._history.bad[key] = self._reason(gone, "the cell")
                return False
        return True

    def _reason(self, gone: StudentGone, what: str) -> str:
        self._connection = None
        known = self._processes.end()
        if gone.reason == "took too long":
            return f"{what} took longer than {self._limits.cell_seconds:g} s"
        return f"{what} {gone.reason}" + (f" ({known})" if known else "")
