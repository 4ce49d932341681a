"""Grades one hand-in: walks its cells, runs the student's in the sandbox and the tests in this process.

Runs in a child of the examiner's warm process. Its control socket leads to the grader, which forks the confined
processes that the cells run in, and takes the result.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import resource
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Item
from autograder.engine import wire
from autograder.engine.examiner import OVERRUN, Examiner, mirror_seeding
from autograder.engine.marks import Outcome, decide
from autograder.engine.plan import ANSWER, CHECKER, SHOW, TEST, NotebookPlan
from autograder.engine.remote import Connection, StudentGone, deadline_in
from autograder.engine.walk import Step, walk
from autograder.engine.warming import import_all, import_optimisers
from autograder.results import CellRun, ItemResult, Status

MAX_RESTARTS = 25
MEMORY_BYTES = 4 << 30  # of the examiner, above what it starts with
ERROR_TEXT = 4000
START, END, TEST_BEGINS, RESULT = b"S", b"E", b"T", b"R"
_LENGTH = struct.Struct("!I")
_OUTPUT_KINDS = {"stdout", "stderr", "result", "display", "error"}


def warm_up() -> None:
    """Import what test cells use, once, before the forks."""
    for name in ("unittest", "fractions", "numpy.testing"):
        importlib.import_module(name)
    with contextlib.suppress(ImportError):
        import torch
        import torch.nn.functional

        from autograder.engine.tensors import warm_up as warm_up_tensors

        torch.set_num_threads(1)
        warm_up_tensors()
    mirror_seeding()
    _WARM_MODULES.update(sys.modules)
    gc.collect()
    gc.freeze()


def prepare(data: bytes) -> None:
    """Import what the tests were seen to import on the model solution. `data` is JSON: a list of module names."""
    import_all(json.loads(data))
    gc.collect()
    gc.freeze()


_WARM_MODULES: set[str] = set()


def warm_up_with_optimisers() -> None:
    """The same for notebooks that use torch.optim, which imports another second's worth of modules at its first use."""
    import_optimisers()
    warm_up()


def serve(sock: socket.socket) -> None:
    """Take one order, grade, send the result."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _mapped_bytes() + MEMORY_BYTES
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    sock.settimeout(None)
    order = json.loads(receive(sock))
    plan = NotebookPlan.unpack(receive(sock))
    result = Grading(Control(sock), plan, order).grade()
    send(sock, RESULT, json.dumps(result).encode())


def send(sock: socket.socket, kind: bytes, body: bytes = b"") -> None:
    """Send a message between grader and examiner: one letter, a length, a body."""
    sock.sendall(kind + _LENGTH.pack(len(body)) + body)


def receive(sock: socket.socket) -> bytes:
    """The body of the next message. Raises ConnectionError when the other side has gone."""
    return receive_message(sock)[1]


def receive_message(sock: socket.socket) -> tuple[bytes, bytes]:
    """The letter and the body of the next message. Raises ConnectionError when the other side has gone."""
    head = _exactly(sock, 1 + _LENGTH.size)
    return head[:1], _exactly(sock, _LENGTH.unpack(head[1:])[0])


def _exactly(sock: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = sock.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise ConnectionError("the other side has gone")
        parts += part
    return bytes(parts)


class Control:
    """Asks the grader for confined processes and for their end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.peak_memory_mb = 0.0
        self.cpu_seconds = 0.0

    def start(self) -> socket.socket:
        """The socket of a new confined process."""
        send(self._sock, START)
        _, descriptors, _, _ = socket.recv_fds(self._sock, 1, 1)
        if not descriptors:
            raise ConnectionError("no confined process could be started")
        return socket.socket(fileno=descriptors[0])

    def announce(self, grade_id: str) -> None:
        """Say which test runs next: the one to blame should this process not survive it."""
        send(self._sock, TEST_BEGINS, grade_id.encode())

    def end(self) -> str:
        """End the process and say how it ended: empty when nothing is known."""
        send(self._sock, END)
        usage = json.loads(receive(self._sock))
        self.peak_memory_mb = max(self.peak_memory_mb, usage["peak_memory_mb"])
        self.cpu_seconds += usage["cpu_seconds"]
        return str(usage["reason"])


@dataclass
class Run:
    """What one walk through the cells found."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    cells: list[CellRun] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


class Grading:
    """The grading of one hand-in."""

    def __init__(self, control: Control, plan: NotebookPlan, order: dict[str, Any]) -> None:
        self._control = control
        self._plan = plan
        self._seed = int(order["seed"])
        self._cell_seconds = float(order["cell_seconds"])
        self._notebook_seconds = float(order["notebook_seconds"])
        self._output = int(float(order["output_mb"]) * 1_000_000)
        self._items = [
            Item(**{**item, "builds_on": tuple(item["builds_on"]), "answers": tuple(item["answers"])})
            for item in plan.items
        ]
        self._steps = walk(plan, order["content"])
        self._bad: dict[int, str] = {}
        self._restarts = 0
        self._learned: dict[str, Any] = {}
        self.stuck = frozenset(order["stuck"])  # items whose tests an examiner before this one did not survive

    def grade(self) -> dict[str, Any]:
        """Everything that grading gives, as JSON data."""
        run = self._run(set(), None)
        results = {item.grade_id: self._mark(item, run) for item in self._items}
        for names, items in self._follow_ups(results).items():
            self._follow(names, items, results)
        own = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "items": [asdict(results[item.grade_id]) for item in self._items],
            "cells": [asdict(cell) for cell in run.cells],
            "cpu_seconds": own.ru_utime + own.ru_stime + self._control.cpu_seconds,
            "peak_memory_mb": self._control.peak_memory_mb,
            "restarts": self._restarts,
            **(self._learned if self._plan.contacts is None else {}),
        }

    def _run(self, substituted: set[str], only: set[str] | None) -> Run:
        walker = Walker(self._control, self._plan, self._steps, self)
        run = walker.run(substituted, only)
        self._learned = walker.learned
        return run

    def _mark(self, item: Item, run: Run) -> ItemResult:
        result = decide(item, run.outcomes.get(item.grade_id))
        reason = next((run.faults[answer] for answer in item.answers if answer in run.faults), "")
        if reason and result.status is Status.SCORED and not result.right:
            return ItemResult(item.grade_id, result.points, item.points, Status.FAULT, reason, result.checks)
        return result

    def _follow_ups(self, results: dict[str, ItemResult]) -> dict[tuple[str, ...], list[Item]]:
        """Failed items that build on failed items, grouped by which."""
        by_name = {item.grade_id: item for item in self._items}

        def below(item: Item, seen: set[str]) -> set[str]:
            for name in item.builds_on:
                if name in by_name and name not in seen:
                    seen.add(name)
                    below(by_name[name], seen)
            return seen

        groups: dict[tuple[str, ...], list[Item]] = {}
        for item in self._items:
            if item.manual or not _failed(results[item.grade_id]):
                continue
            wanted = below(item, set()) - {item.grade_id}
            names = tuple(
                other.grade_id
                for other in self._items
                if other.grade_id in wanted and not other.manual and _failed(results[other.grade_id])
            )
            if names:
                groups.setdefault(names, []).append(item)
        return groups

    def _follow(self, names: tuple[str, ...], items: list[Item], results: dict[str, ItemResult]) -> None:
        """Mark items again with the model's answers to others put in place; the better mark counts."""
        answers = {answer for item in self._items if item.grade_id in names for answer in item.answers}
        for item in items:
            if answers & set(item.answers):
                return
        run = self._run(answers, {item.grade_id for item in items})
        for item in items:
            again = self._mark(item, run)
            before = results[item.grade_id]
            if again.points is not None and (again.points, again.earned) > (before.points or 0, before.earned):
                checks = tuple(
                    type(check)(check.name, check.points, check.max_points, check.passed, hint=check.hint)
                    for check in again.checks
                )
                results[item.grade_id] = ItemResult(
                    item.grade_id, again.points, item.points, Status.SCORED, before.message, checks, names
                )

    @property
    def limits(self) -> tuple[float, float, int]:
        """Seconds for a cell, seconds for the notebook, characters of output."""
        return self._cell_seconds, self._notebook_seconds, self._output

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self._seed

    @property
    def bad(self) -> dict[int, str]:
        """Steps that ended or hung their process, by their place, and why."""
        return self._bad

    def restarted(self) -> bool:
        """Count a restart; whether there may be another."""
        self._restarts += 1
        return self._restarts <= MAX_RESTARTS


def _failed(result: ItemResult) -> bool:
    return result.points is not None and not result.right


class Walker:
    """One walk through the cells, with a confined process that is started again when it dies."""

    def __init__(self, control: Control, plan: NotebookPlan, steps: list[Step], grading: Grading) -> None:
        self._control = control
        self._plan = plan
        self._steps = steps
        self._grading = grading
        self._connection: Connection | None = None
        self._examiner = Examiner(plan, grading.seed)
        self._substitutes: dict[str, str] = {}
        self._found = Run()
        self._cell_seconds, self._seconds, self._output = grading.limits
        self._end = 0.0
        self._stopped = ""
        self._peers: list[tuple[int, str]] = []
        self._modules: list[str] = []

    @property
    def learned(self) -> dict[str, Any]:
        """What the model's run teaches: where the tests hand something to the hand-in's objects, what is imported."""
        return {
            "contacts": self._examiner.contacts.known,
            "student_modules": self._modules,
            "examiner_modules": sorted(set(sys.modules) - _WARM_MODULES),
        }

    def run(self, substituted: set[str], only: set[str] | None) -> Run:
        """Walk. `substituted` are answers for which the model's are put, `only` the items to mark (None: all)."""
        self._substitutes = {cell.grade_id: cell.source for cell in self._plan.cells if cell.grade_id in substituted}
        missing = set(only) if only is not None else None
        self._end = time.monotonic() + self._seconds
        steps = self._with_substitutes()
        try:
            self._start()
            for place, step in enumerate(steps):
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
                    self._cell(place, step, kind)
            if self._plan.contacts is None and self._connection is not None:
                self._connection.deadline = deadline_in(self._cell_seconds)
                self._modules = self._connection.modules()
        finally:
            if self._connection is not None:
                self._control.end()
        return self._found

    def _with_substitutes(self) -> list[Step]:
        steps = [
            Step(step.index, self._substitutes.get(step.grade_id, step.source), step.cell) if step.cell else step
            for step in self._steps
        ]
        there = {step.grade_id for step in steps}
        for grade_id, source in self._substitutes.items():
            if grade_id not in there:  # the student deleted it: it belongs before the next of our cells that are there
                cells = [cell.grade_id for cell in self._plan.cells]
                following = set(cells[cells.index(grade_id) + 1 :])
                places = (n for n, step in enumerate(steps) if step.grade_id and step.grade_id in following)
                place = next(places, len(steps))
                cell = next(cell for cell in self._plan.cells if cell.grade_id == grade_id)
                steps.insert(place, Step(-1, source, cell))
        return steps

    def _cell(self, place: int, step: Step, kind: str) -> None:
        if kind == CHECKER and step.cell is not None:
            self._examiner.load(step.cell)
        key = step.index if step.index >= 0 else -2 - place
        reason = self._stopped or self._grading.bad.get(key, "")
        events: list[tuple[str, str]] = []
        error = reason
        started = time.monotonic()
        if not reason:
            try:
                events, error = self._ask_cell(step.source, self._output)
                self._peers.append((key, step.source))
            except StudentGone as gone:
                error = reason = self._restart(gone, "the cell")
                self._grading.bad[key] = reason
        if reason and step.grade_id:
            self._found.faults[step.grade_id] = reason
        outputs = tuple(_outputs(events, error))
        self._output -= sum(len(text) for _, text in events)
        if step.index >= 0:
            self._found.cells.append(
                CellRun(step.index, step.grade_id, outputs, error[:ERROR_TEXT], round(time.monotonic() - started, 4))
            )

    def _ask_cell(self, source: str, output: int) -> tuple[list[tuple[str, str]], str]:
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        connection.deadline = min(deadline_in(self._cell_seconds), self._end)
        return connection.run(source, max(output, 0))

    def _test(self, step: Step, *, skip: bool) -> None:
        cell = step.cell
        if cell is None:
            return
        if self._stopped:
            self._found.outcomes[cell.grade_id] = Outcome(fault=self._stopped)
            return
        if cell.grade_id in self._grading.stuck:
            self._found.outcomes[cell.grade_id] = Outcome(fault=OVERRUN)
        elif not skip:
            self._control.announce(cell.grade_id)
            left = min(self._cell_seconds, self._end - time.monotonic())
            try:
                self._found.outcomes[cell.grade_id] = self._examiner.examine(cell, max(left, 0.0))
            except StudentGone as gone:
                reason = self._restart(gone, "the code under test")
                self._found.outcomes[cell.grade_id] = Outcome(self._examiner.checks_so_far(), fault=reason)
        if cell.visible and not self._stopped:
            try:
                self._ask_cell(cell.visible, 0)
                self._peers.append((-1, cell.visible))
            except StudentGone as gone:
                self._restart(gone, "the cell")

    def _start(self) -> None:
        self._connection = Connection(wire.Channel(self._control.start()))
        self._examiner.connect(self._connection)

    def _restart(self, gone: StudentGone, what: str) -> str:
        """Start the process again, replay what ran so far, and say what happened."""
        reason = self._reason(gone, what)
        while True:
            if time.monotonic() >= self._end:
                self._stopped = f"the notebook took longer than {self._seconds:g} s"
            elif not self._grading.restarted():
                self._stopped = "the hand-in ended its process too often"
            if self._stopped:
                return reason
            self._start()
            for key, source in list(self._peers):
                try:
                    self._ask_cell(source, 0)
                except StudentGone as again:
                    self._peers.remove((key, source))
                    self._grading.bad[key] = self._reason(again, "the cell")
                    break
            else:
                return reason

    def _reason(self, gone: StudentGone, what: str) -> str:
        known = self._control.end()
        self._connection = None
        if gone.reason == "took too long":
            return f"{what} took longer than {self._cell_seconds:g} s"
        return f"{what} {gone.reason}" + (f" ({known})" if known else "")


def _outputs(events: list[tuple[str, str]], error: str) -> list[dict[str, Any]]:
    """nbformat outputs of text only."""
    found: list[dict[str, Any]] = []
    for kind, text in events:
        if kind not in _OUTPUT_KINDS:
            continue
        if kind in ("stdout", "stderr"):
            found.append({"output_type": "stream", "name": kind, "text": text})
        elif kind == "error":
            name, _, value = error.partition(": ")
            found.append({"output_type": "error", "ename": name, "evalue": value, "traceback": text.splitlines()})
        elif kind == "result":
            found.append(
                {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": text}}
            )
        else:
            found.append({"output_type": "display_data", "metadata": {}, "data": {"text/plain": text}})
    return found


def _mapped_bytes() -> int:
    with Path("/proc/self/status").open(encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
