"""One run over the cells of a hand-in, with a confined process that is started again when it dies.

    runner = Runner(processes, trace, limits, history, Examiner(trace, keys, watch))
    run = runner.run(steps, substituted, only)

Each cell and each test has its own seconds, whatever came before it. The time of the notebook is looked at between them
and never cuts one short, so that none is blamed for another; it stands still while a test that hangs is waited for and
made good. What happened in one run and should not happen again in the next (a cell that hangs, say) is kept in the
history, which all runs of one hand-in share.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.outputs import outputs_of
from autograder.engine.examiner.remote.connection import Connection, deadline_in
from autograder.engine.examiner.remote.exceptions import Overrun, StudentGone
from autograder.engine.examiner.steps import Step, with_substitutes
from autograder.engine.examiner.testing import OVERRUN, key_of_test
from autograder.engine.examiner.watch import Watch
from autograder.engine.protocol.constants import MAX_ERROR, cost_of
from autograder.engine.protocol.learning import Failure
from autograder.engine.source.model_trace import ANSWER, SHOW, TEST, ModelTrace, TracedCell
from autograder.marking.decide import Outcome
from autograder.model.results import CellRun, CheckResult

MAX_RESTARTS = 25  # for cells that end or hang their process; each test may do so once
MAX_STUCK = 3  # cells that an examiner may not survive before the hand-in is run no further
UNREADABLE = "the cell's process answered with something that takes too long to read"


@dataclass(frozen=True)
class Limits:
    """Seconds of wall clock for a cell and for the notebook, characters of output, and the time at which all ends."""

    cell_seconds: float
    notebook_seconds: float
    output: int
    end: float


@dataclass
class History:
    """What earlier runs of a hand-in have shown.

    `stuck` are the tests and cells, by their keys, that an examiner did not survive; `bad` the cells that ended or hung
    their process, by their keys, and why; `restarts` counts the processes that had to be started again, and
    `by_cells` those that cells were the reason of. `end` is when the notebook's time, one for all runs, is over.
    """

    end: float
    stuck: frozenset[str] = frozenset()
    bad: dict[str, str] = field(default_factory=dict)
    restarts: int = 0
    by_cells: int = 0

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.end


@dataclass
class Run:
    """What one run found.

    `faults` says of answer cells why they could not run, `modules` what was imported, `failures` how tests ended inside
    that did not hold.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    cells: list[CellRun] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)


class Tests(Protocol):
    """What decides the tests of a run: `testing.Examiner` outside the hand-in's process, `inside.Inside` in it."""

    watch: Watch

    def connect(self, connection: Connection) -> None:
        """Ask this process from now on."""

    def pass_by(self, cell: TracedCell) -> None:
        """Come to a cell of the source that is no test."""

    def examine(self, cell: TracedCell, seconds: float) -> Outcome:
        """Run a test cell. Raises StudentGone when the hand-in's process can no longer be asked."""

    def checks_so_far(self) -> tuple[CheckResult, ...]:
        """The checks that the last test cell made before it was cut off."""


class KeptCode(bytes):
    """Code of a given cell that the hand-in's process is to keep, not to run among the cells."""


class Runner:
    """Runs the cells of one hand-in once."""

    def __init__(
        self, processes: StudentProcesses, trace: ModelTrace, limits: Limits, history: History, tests: Tests
    ) -> None:
        self._tests = tests
        self._watch = tests.watch
        self._processes = processes
        self._trace = trace
        self._limits = limits
        self._history = history
        self._connection: Connection | None = None
        self._found = Run()
        self._output = limits.output
        self._stopped = ""
        self._stuck = 0
        self._ran: list[tuple[str, str | bytes]] = []  # what a new process has to run again, or to keep

    def run(
        self,
        steps: list[Step],
        substituted: frozenset[str],
        only: frozenset[str] | None,
        left_out: frozenset[str] = frozenset(),
    ) -> Run:
        """Run. `substituted` are answers for which the model's are put, `only` the items to mark (None: all).

        The tests of the items in `left_out` do not run.
        """
        missing = None if only is None else set(only)
        try:
            self._start()
            for step in with_substitutes(steps, self._trace, substituted):
                kind = step.cell.kind if step.cell else ANSWER
                if missing is not None and not missing:
                    break
                if kind == SHOW:
                    continue
                self._look_at_the_time()
                if kind == TEST:
                    skip = step.grade_id in left_out or (missing is not None and step.grade_id not in missing)
                    self._test(step, skip=skip)
                    if missing is not None:
                        missing.discard(step.grade_id)
                else:
                    self._cell(step)
            if self._trace.learning and self._connection is not None:
                self._connection.deadline = deadline_in(self._limits.cell_seconds)
                self._found.modules = self._connection.modules()
        finally:
            if self._connection is not None:
                self._processes.end()
        return self._found

    def _look_at_the_time(self) -> None:
        """Go no further when the notebook's time is over."""
        if not self._stopped and (self._history.over or time.monotonic() >= self._limits.end):
            self._stopped = f"the notebook took longer than {self._limits.notebook_seconds:g} s"

    def _cell(self, step: Step) -> None:
        if step.cell is not None:
            self._tests.pass_by(step.cell)
        if step.index >= 0 or step.source:
            self._run_cell(step)
        if step.cell is not None and step.cell.kept:
            self._attempt(f"kept {step.grade_id}", KeptCode(step.cell.kept), 0)

    def _run_cell(self, step: Step) -> None:
        started = time.monotonic()
        events, error, fault = self._attempt(step.key, step.source, self._output)
        if fault and step.grade_id:
            self._found.faults[step.grade_id] = fault
        self._output -= cost_of(text for _, text in events)
        if step.index >= 0:
            outputs = tuple(outputs_of(events, error))
            self._found.cells.append(
                CellRun(step.index, step.grade_id, outputs, error[:MAX_ERROR], round(time.monotonic() - started, 4))
            )

    def _attempt(self, key: str, source: str | bytes, output: int) -> tuple[list[tuple[str, str]], str, str]:
        """Run or keep something, unless it is known to end badly: what it showed, its error, why it could not run."""
        fault = self._stopped or self._history.bad.get(key, "")
        if not fault and key in self._history.stuck:
            fault = UNREADABLE
            self._stuck += 1
            if self._stuck >= MAX_STUCK:
                self._stopped = UNREADABLE
        if fault:
            return [], fault, fault
        try:
            events, error = self._ask_cell(key, source, output)
        except StudentGone as gone:
            fault = self._history.bad[key] = self._restart(gone, "the cell", by_cell=True)
            return [], fault, fault
        self._ran.append((key, source))
        return events, error, ""

    def _ask_cell(self, key: str, source: str | bytes, output: int) -> tuple[list[tuple[str, str]], str]:
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        try:
            with self._watch.over(key, self._limits.cell_seconds):
                connection.deadline = deadline_in(self._limits.cell_seconds)
                if isinstance(source, KeptCode):
                    connection.keep(source)
                    return [], ""
                return connection.run(source, max(output, 0))
        except Overrun:
            raise connection.given_up() from None

    def _test(self, step: Step, *, skip: bool) -> None:
        cell = step.cell
        if cell is None:
            return
        if self._stopped:
            self._found.outcomes[cell.grade_id] = Outcome(fault=self._stopped)
            return
        if key_of_test(cell.grade_id) in self._history.stuck:
            self._found.outcomes[cell.grade_id] = Outcome(fault=OVERRUN)
        elif not skip:
            started = time.monotonic()
            try:
                self._found.outcomes[cell.grade_id] = self._tests.examine(cell, self._limits.cell_seconds)
            except StudentGone as gone:
                reason = self._restart(gone, "the code under test", by_cell=False)
                self._found.outcomes[cell.grade_id] = Outcome(self._tests.checks_so_far(), fault=reason)
                self._history.end += time.monotonic() - started  # which does not count
        if cell.visible:
            self._attempt(step.key, cell.visible, 0)

    def _start(self) -> None:
        self._connection = Connection(self._processes.start())
        self._tests.connect(self._connection)

    def _restart(self, gone: StudentGone, what: str, *, by_cell: bool) -> str:
        """Start the process again, run again what ran so far, and say what happened."""
        reason = self._reason(gone, what)
        while True:
            self._history.restarts += 1
            self._history.by_cells += by_cell
            if self._history.by_cells > MAX_RESTARTS:
                self._stopped = "the hand-in ended its process too often"
            elif time.monotonic() >= self._limits.end:
                self._look_at_the_time()
            if self._stopped:
                return reason
            self._start()
            if self._run_again():
                return reason
            by_cell = True

    def _run_again(self) -> bool:
        """Run again what ran before. False when a step now ends or hangs the process: it is left out the next time."""
        for key, source in list(self._ran):
            try:
                self._ask_cell(key, source, 0)
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
