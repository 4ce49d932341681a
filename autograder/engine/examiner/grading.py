"""Grades one hand-in: a run over all its cells, then one more for items that build on others that failed."""

from __future__ import annotations

import json
import resource
from dataclasses import asdict

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.runner import History, Limits, Run, Runner
from autograder.engine.examiner.steps import steps_of
from autograder.engine.model_trace import ModelTrace
from autograder.engine.preload import imported_since
from autograder.engine.protocol.control import Graded, Learned, Order
from autograder.marking.decide import decide
from autograder.model.course import Item
from autograder.model.results import ItemResult, Status


class Grading:
    """The grading of one hand-in."""

    def __init__(self, processes: StudentProcesses, trace: ModelTrace, order: Order) -> None:
        self._processes = processes
        self._trace = trace
        self._order = order
        self._items = [
            Item(**{**item, "builds_on": tuple(item["builds_on"]), "answers": tuple(item["answers"])})
            for item in trace.items
        ]
        self._steps = steps_of(trace, json.loads(order.content))
        self._limits = Limits(order.cell_seconds, order.notebook_seconds, int(order.output_mb * 1_000_000))
        self._history = History(frozenset(order.stuck))

    def grade(self) -> Graded:
        """Everything that grading gives."""
        runner, run = self._run(frozenset(), None)
        results = {item.grade_id: self._mark(item, run) for item in self._items}
        for names, items in self._follow_ups(results).items():
            if not self._history.over:
                self._follow(names, items, results)
        own = resource.getrusage(resource.RUSAGE_SELF)
        found = {
            "items": [asdict(results[item.grade_id]) for item in self._items],
            "cells": [asdict(cell) for cell in run.cells],
            "cpu_seconds": own.ru_utime + own.ru_stime + self._processes.cpu_seconds,
            "peak_memory_mb": self._processes.peak_memory_mb,
            "restarts": self._history.restarts,
        }
        return Graded(json.dumps(found).encode(), self._learned(runner, run))

    def _run(self, substituted: frozenset[str], only: frozenset[str] | None) -> tuple[Runner, Run]:
        runner = Runner(self._processes, self._trace, self._limits, self._history, self._order.seed)
        return runner, runner.run(self._steps, substituted, only)

    def _learned(self, runner: Runner, run: Run) -> Learned | None:
        if self._trace.call_sites is not None:
            return None
        examiner = runner.examiner
        return Learned(
            call_sites=examiner.call_sites.known,
            numbers=examiner.numbers,
            student_modules=run.modules,
            examiner_modules=imported_since(),
        )

    def _mark(self, item: Item, run: Run) -> ItemResult:
        result = decide(item, run.outcomes.get(item.grade_id))
        reason = next((run.faults[answer] for answer in item.answers if answer in run.faults), "")
        if reason and result.status is Status.SCORED and not result.right:
            return ItemResult(item.grade_id, result.points, item.points, Status.FAULT, reason, result.checks)
        return result

    def _follow_ups(self, results: dict[str, ItemResult]) -> dict[tuple[str, ...], list[Item]]:
        """Failed items that build on failed items, grouped by which."""
        groups: dict[tuple[str, ...], list[Item]] = {}
        for item in self._items:
            if item.manual or not _failed(results[item.grade_id]):
                continue
            wanted = self._below(item) - {item.grade_id}
            names = tuple(
                other.grade_id
                for other in self._items
                if other.grade_id in wanted and not other.manual and _failed(results[other.grade_id])
            )
            if names:
                groups.setdefault(names, []).append(item)
        return groups

    def _below(self, item: Item) -> set[str]:
        """The items that an item builds on, and those that these build on."""
        by_name = {other.grade_id: other for other in self._items}
        found: set[str] = set()
        waiting = list(item.builds_on)
        while waiting:
            name = waiting.pop()
            if name in by_name and name not in found:
                found.add(name)
                waiting.extend(by_name[name].builds_on)
        return found

    def _follow(self, names: tuple[str, ...], items: list[Item], results: dict[str, ItemResult]) -> None:
        """Mark items again with the model's answers to others put in place; the better mark counts."""
        answers = frozenset(answer for item in self._items if item.grade_id in names for answer in item.answers)
        if any(answers & set(item.answers) for item in items):
            return
        _, run = self._run(answers, frozenset(item.grade_id for item in items))
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


def _failed(result: ItemResult) -> bool:
    return result.points is not None and not result.right
