"""Grades one hand-in: a run over all its cells, then one more for items that build on others that failed."""

from __future__ import annotations

import json
import resource
import time
from dataclasses import asdict, replace

from autograder.engine.examiner.control import StudentProcesses
from autograder.engine.examiner.inside import Inside
from autograder.engine.examiner.runner import History, Limits, Run, Runner
from autograder.engine.examiner.steps import model_steps, steps_of
from autograder.engine.examiner.testing import Examiner
from autograder.engine.examiner.watch import Watch
from autograder.engine.keys import Keys
from autograder.engine.preload import imported_since
from autograder.engine.protocol.conduct import Conduct
from autograder.engine.protocol.constants import whole_time
from autograder.engine.protocol.control import Graded, Order
from autograder.engine.protocol.learning import INSIDE, UNDECIDABLE, Learned, records
from autograder.engine.source.contract import falls_short, held
from autograder.engine.source.decisions import left_out
from autograder.engine.source.model_trace import ModelTrace
from autograder.marking.decide import Outcome, decide
from autograder.model.course import Item
from autograder.model.results import Decided, ItemResult, Status

REFUSED = "this item can only be decided inside the hand-in's own process, which this run refuses"
UNDECIDED = "this item cannot be graded: the model solution itself has not full marks for it"


class Grading:
    """The grading of one hand-in."""

    def __init__(self, processes: StudentProcesses, trace: ModelTrace, order: Order) -> None:
        self._processes = processes
        self._trace = trace
        self._order = order
        self._items = trace.items
        self._steps = steps_of(trace, json.loads(order.content))
        now = time.monotonic()
        self._left_out = left_out(trace)
        self._inside = trace.decided(INSIDE) if not order.refuse_inside else frozenset()
        end = now + whole_time(order.notebook_seconds, order.cell_seconds, len(self._items), inside=bool(self._inside))
        self._limits = Limits(order.cell_seconds, order.notebook_seconds, int(order.output_mb * 1_000_000), end)
        self._keys = Keys(order.examiner_key, order.student_key)
        self._history = History(now + order.notebook_seconds, frozenset(order.stuck))

    def grade(self) -> Graded:
        """Everything that grading gives."""
        learned = None
        if self._order.inside_alone:
            run = self._run_inside(frozenset(), self._inside)
        else:
            examiner, run = self._run_outside(frozenset(), None)
            learned = self._learned(examiner, run)
            self._add_inside(run, frozenset(), None)
        results = {item.grade_id: self._mark(item, run) for item in self._items}
        restarts = self._history.restarts
        for names, items in self._follow_ups(results).items():
            if not self._history.over:
                self._follow(names, items, results)
        own = resource.getrusage(resource.RUSAGE_SELF)
        found = {
            "items": [asdict(results[item.grade_id]) for item in self._items],
            "cells": [asdict(cell) for cell in run.cells],
            "cpu_seconds": own.ru_utime + own.ru_stime + self._processes.cpu_seconds,
            "peak_memory_mb": self._processes.peak_memory_mb,
            "restarts": restarts,
        }
        return Graded(json.dumps(found).encode(), learned, run.failures)

    def _run_outside(self, substituted: frozenset[str], only: frozenset[str] | None) -> tuple[Examiner, Run]:
        examiner = self._examiner()
        runner = Runner(self._processes, self._trace, self._limits, self._history, examiner)
        run = runner.run(self._steps, substituted, only, self._left_out)
        run.failures = examiner.failures
        self._hold(run, examiner.conducts)
        return examiner, run

    def _examiner(self) -> Examiner:
        return Examiner(self._trace, self._keys, Watch(self._processes), show_hidden=self._order.show_hidden)

    def _run_inside(self, substituted: frozenset[str], items: frozenset[str]) -> Run:
        """One more run, of which nothing is shown, for the tests that are decided inside."""
        now = time.monotonic()
        history = replace(self._history, end=now + self._order.notebook_seconds)
        tests = Inside(
            self._trace, self._keys, Watch(self._processes), self._processes, show_hidden=self._order.show_hidden
        )
        limits = replace(self._limits, output=0)
        run = Runner(self._processes, self._trace, limits, history, tests).run(self._steps, substituted, items)
        run.failures = tests.failures
        self._history.restarts = history.restarts
        return run

    def _add_inside(self, run: Run, substituted: frozenset[str], only: frozenset[str] | None) -> None:
        """Add to a run what is decided inside."""
        items = self._inside if only is None else self._inside & only
        for item in self._trace.decided(INSIDE):
            run.outcomes.pop(item, None)  # its test has run outside for the names that it binds
        if items:
            run.outcomes.update(self._run_inside(substituted, items).outcomes)

    def _hold(self, run: Run, conducts: dict[str, Conduct]) -> None:
        """Hold what the tests did against what they did with the model solution, under the same random numbers."""
        known = self._trace.conducts
        short = [item for item, conduct in conducts.items() if item in known and falls_short(conduct, known[item])]
        if not short:
            return
        examiner = self._examiner()
        history = History(time.monotonic() + self._limits.notebook_seconds)
        model = Runner(self._processes, self._trace, self._limits, history, examiner)
        model.run(model_steps(self._trace), frozenset(), frozenset(short), self._left_out)
        for item in short:
            contract = examiner.conducts.get(item)
            run.outcomes[item] = (
                Outcome(grader="the model solution does not come through this test with these random numbers")
                if contract is None
                else held(run.outcomes[item], conducts[item], contract)
            )

    def _learned(self, examiner: Examiner, run: Run) -> Learned | None:
        if not self._trace.learning:
            return None
        return Learned(
            call_sites=examiner.call_sites.known,
            plain_sources=sorted(examiner.call_sites.plain_sources),
            object_sources=sorted(examiner.call_sites.object_sources),
            expected={place: sorted(parts) for place, parts in examiner.disclosure.expected.items()},
            tests=records(
                examiner.conducts,
                examiner.numbers,
                examiner.shared_streams,
                examiner.texts.evaluated,
                examiner.patches.learned,
            ),
            distrusted=examiner.distrusted,
            asked_by=examiner.asked_by,
            student_modules=run.modules,
            examiner_modules=imported_since(),
        )

    def _mark(self, item: Item, run: Run) -> ItemResult:
        outcome = run.outcomes.get(item.grade_id)
        known = self._trace.test(item.grade_id)
        why = known.why
        if known.decided == UNDECIDABLE:
            outcome = Outcome(grader=UNDECIDED, for_markers=f"{UNDECIDED} ({why})")
        elif known.decided == INSIDE and item.grade_id not in self._inside:
            outcome = Outcome(grader=REFUSED, for_markers=f"{REFUSED} ({why})")
        result = decide(item, outcome)
        if not item.manual:
            result = replace(result, decided=Decided(known.decided), decided_why=why)
        reason = next((run.faults[answer] for answer in item.answers if answer in run.faults), "")
        if reason and result.status is Status.SCORED and not result.right:
            return replace(result, status=Status.FAULT, message=reason, for_markers="")
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
        """Mark items again with the model's answers to others put in place: passed or failed, and nothing else is kept.

        Whatever more is told of such a run could be used, by a hand-in that looks at the model's answers there, to tell
        the student about them.
        """
        answers = frozenset(answer for item in self._items if item.grade_id in names for answer in item.answers)
        if any(answers & set(item.answers) for item in items):
            return
        if not all(cell.prepared for cell in self._trace.cells if cell.grade_id in answers):
            return
        wanted = frozenset(item.grade_id for item in items)
        run = Run()
        if outside := wanted - self._trace.decided(INSIDE, UNDECIDABLE):
            _, run = self._run_outside(answers, outside)
        self._add_inside(run, answers, wanted)
        for item in items:
            if self._mark(item, run).right:
                results[item.grade_id] = ItemResult(
                    item.grade_id,
                    item.points,
                    item.points,
                    Status.SCORED,
                    follow_through=names,
                    decided=results[item.grade_id].decided,
                    decided_why=results[item.grade_id].decided_why,
                )


def _failed(result: ItemResult) -> bool:
    return result.points is not None and not result.right
