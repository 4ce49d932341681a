"""Runs test cells: on the trusted side, with the hand-in's objects behind handles."""

from __future__ import annotations

import contextlib
import marshal
import sys
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.disclosure import Disclosure
from autograder.engine.examiner.remote.call_sites import CallSites
from autograder.engine.examiner.remote.connection import deadline_in
from autograder.engine.examiner.remote.exceptions import Overrun, StudentGone, SubmissionError
from autograder.engine.examiner.remote.handles import is_remote
from autograder.engine.examiner.remote.patches import Notebook, Patches, give_tests_their_own_builtins
from autograder.engine.examiner.surroundings.files import StudentFiles
from autograder.engine.examiner.surroundings.foreign_text import EVALUATORS, Texts
from autograder.engine.examiner.surroundings.given_names import GivenNames
from autograder.engine.examiner.surroundings.namespace import Namespace
from autograder.engine.examiner.surroundings.seeding import notice_for, seed_all
from autograder.engine.examiner.surroundings.shell import TestShell
from autograder.engine.keys import Keys, derive
from autograder.engine.protocol.conduct import Check, Conduct
from autograder.engine.protocol.exceptions import text_of
from autograder.engine.protocol.learning import Failure
from autograder.engine.protocol.references import NOTEBOOK
from autograder.engine.source import own_numbers
from autograder.engine.source.contract import RECORDER
from autograder.engine.source.model_trace import CHECKER, file_name
from autograder.marking.decide import Outcome
from autograder.model.results import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.engine.examiner.remote.connection import Connection
    from autograder.engine.examiner.remote.streams import SharedBy
    from autograder.engine.examiner.watch import Watch
    from autograder.engine.source.model_trace import ModelTrace, TracedCell

MAX_MESSAGE = 2000  # characters of a message to the student
MAX_CHECKS = 500
FAILED = "A test of this exercise does not hold."
OVERRUN = "the tests took too long on what the hand-in gave them"
TOO_MUCH = "the hand-in gave more data than the tests can hold"


class Recorder:
    """`__examiner__` in the namespace of test cells: what the checker reports to."""

    def __init__(self, disclosure: Disclosure) -> None:
        self.checks: list[CheckResult] = []
        self.conduct = Conduct()
        self.connection: Connection | None = None
        self._disclosure = disclosure

    def begin(self, connection: Connection) -> None:
        """A test cell begins to ask over this connection."""
        self.checks, self.conduct, self.connection = [], Conduct(), connection
        connection.empties = set()

    def end(self) -> None:
        """The test cell has come to its end: what came empty after its last check is for none."""
        self.conduct.empty |= self._came_empty()

    def reach(self, number: int) -> None:
        """The test cell comes to one of its assertions."""
        self.conduct.reached.add(number)

    def _came_empty(self) -> frozenset[int]:
        if self.connection is None:
            return frozenset()
        found, self.connection.empties = frozenset(self.connection.empties), set()
        return found

    def compares(self, want: Any) -> None:
        """Take note of what the comparison that is made now expects."""
        self._disclosure.compares(want)

    def record(  # noqa: PLR0913 - the parts of a check, as docs/architecture.md names them
        self,
        item: str,  # noqa: ARG002 - as the checker reports it
        name: str,
        points: float,
        passed: bool,  # noqa: FBT001
        *,
        message: str = "",
        hint: str = "",
        mistake: str = "",
        inputs: str = "",
        got: str = "",
        expected: str = "",
        diagnosis: str = "",
    ) -> None:
        """Record one check of the test cell that runs now, whatever item it names.

        The `diagnosis` is what can be said of a failure without a word on what was asked and expected.
        """
        if len(self.checks) >= MAX_CHECKS:
            return
        full, hint, mistake, inputs, got, expected = map(_bounded, (message, hint, mistake, inputs, got, expected))
        said, for_markers = full, ""
        error = sys.exc_info()[1]
        if passed is not True and self._disclosure.withholds(error):
            said = self._disclosure.say(error, _bounded(diagnosis))
            for_markers, inputs, got, expected = full, "", "", ""
        earned, hidden = float(points) if passed is True else 0.0, self._disclosure.is_hidden()
        texts = said, hint, mistake, inputs, got, expected, for_markers
        self.checks.append(CheckResult(_bounded(name), earned, float(points), passed is True, *texts, hidden))
        self.conduct.checks.append(Check(_bounded(name), float(points), self._came_empty(), hidden))


class Examiner:
    """The examiner of one run of one hand-in.

    While it learns from the model solution (the trace has no call sites yet), `numbers` collects the items whose test
    cells end in a number, `distrusted` the names of given cells that are not the same on both sides, and `asked_by`
    the number of questions that functions of given cells ask.

    `conducts` are what the test cells did that came to their ends, by item, `failures` where others broke off.
    """

    def __init__(self, trace: ModelTrace, keys: Keys, watch: Watch, *, show_hidden: bool = False) -> None:
        self._trace = trace
        self._keys = keys
        self.watch = watch
        self.disclosure = Disclosure(trace, show_hidden=show_hidden)
        self._recorder = Recorder(self.disclosure)
        self._checker = Namespace(trace.names)
        self._namespace = Namespace(trace.names, self._checker)
        self._namespace.kept = frozenset(trace.kept)
        self._checker[RECORDER] = self._namespace[RECORDER] = self._recorder
        self._connection: Connection | None = None
        self.call_sites = CallSites(trace.call_sites, trace.plain_sources)
        self.texts = Texts(trace.evaluates)
        self.files = StudentFiles()
        give_tests_their_own_builtins(EVALUATORS)
        self._bound_by_tests: set[str] = set()
        self.patches = Patches(trace.patched, Namespace, self._bound)
        sys.modules[NOTEBOOK] = Notebook(self._namespace)
        self.numbers: list[str] = []
        self.shared_streams: SharedBy = {}
        self.conducts: dict[str, Conduct] = {}
        self.failures: dict[str, Failure] = {}
        self.asked_by: dict[str, int] = {}
        self._given = GivenNames(self._namespace)
        shell = TestShell(self._namespace)
        self._namespace["get_ipython"] = self._checker["get_ipython"] = lambda: shell
        self._namespace[own_numbers.HELPERS] = own_numbers.Helpers()

    def connect(self, connection: Connection) -> None:
        """Ask this process from now on."""
        self._connection = self._namespace.connection = self._checker.connection = connection
        connection.call_sites, connection.tests = self.call_sites, Namespace
        connection.patches, connection.hand_over = self.patches, self.files.hand_over
        connection.given = self._given.name_of
        if self._learning:
            connection.asking = self._count_asked
        connection.constant_text = self.disclosure.constant_text
        self._namespace.forget_remote()
        self._checker.forget_remote()

    @property
    def distrusted(self) -> list[str]:
        """The names of given cells that were found to have other values in the model's process: learned, see above."""
        return sorted(self._given.distrusted)

    def pass_by(self, cell: TracedCell) -> None:
        """Come to a cell of the source that is no test: the names that it binds are the notebook's from now on.

        The helpers of the checker, and what tests need of given cells, are run here for the tests.
        """
        if cell.kind == CHECKER and cell.code:
            exec(marshal.loads(cell.code), self._checker)  # noqa: S102, S302 - our own cell, compiled by our own process
            return
        self._bound_by_tests.difference_update(cell.binds)
        self._given.release(cell.binds)
        self._namespace.release(cell.binds)
        if not self._learning:
            self._given.run(cell)
        elif cell.trusted:
            self._given.try_out(cell)

    def _bound(self) -> dict[str, Any]:
        """The functions that tests have bound where the notebook's functions look them up: the hand-in gets those."""
        held = {name: self._namespace[name] for name in self._bound_by_tests if self._namespace.holds(name)}
        return {
            name: value
            for name, value in held.items()
            if callable(value) and not is_remote(value) and self._given.name_of(value) is None
        }

    def _count_asked(self) -> None:
        name = self._given.caller()
        if name:
            self.asked_by[name] = self.asked_by.get(name, 0) + 1

    @property
    def _learning(self) -> bool:
        return self._trace.learning

    def examine(self, cell: TracedCell, seconds: float) -> Outcome:
        """Run a test cell. Raises StudentGone when the hand-in's process can no longer be asked."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("no process to ask")
        self._recorder.begin(connection)
        self._bound_by_tests.update(set(cell.binds).intersection(self._trace.read_late))
        if cell.error:
            return Outcome(grader=cell.error)
        self.call_sites.item = cell.grade_id
        try:
            with self.watch.over(key_of_test(cell.grade_id), seconds), self._testing(connection, cell, seconds):
                outcome = self._run(cell)
        except StudentGone as gone:
            if connection.reason:
                raise
            outcome = Outcome(self.checks_so_far(), gone.reason)
        except Overrun:
            outcome = Outcome(self.checks_so_far(), fault=OVERRUN)
        if connection.reason:  # the test swallowed it
            raise StudentGone(connection.reason)
        self._recorder.end()
        if not (outcome.error or outcome.fault or outcome.grader):
            self.conducts[cell.grade_id] = self._recorder.conduct
        return outcome

    def checks_so_far(self) -> tuple[CheckResult, ...]:
        """The checks that the last test cell made before it was cut off."""
        return tuple(self._recorder.checks)

    @contextlib.contextmanager
    def _testing(self, connection: Connection, cell: TracedCell, seconds: float) -> Iterator[None]:
        """Both sides are seeded, and may hand things over until the test ends."""
        connection.deadline = deadline_in(seconds)
        if self._learning:
            self._given.compare(connection)
        connection.seed(derive(self._keys.student, cell.grade_id))
        seed_all(derive(self._keys.examiner, cell.grade_id))
        streams = connection.streams
        streams.begin(cell.grade_id, self._trace.shared_streams)
        notice_for(streams)
        codes = [marshal.loads(code) for code in (cell.code, cell.last) if code]  # noqa: S302 - our own cell
        self.patches.begin(cell.grade_id)
        self.texts.begin(cell.grade_id, codes, self._namespace, connection)
        connection.testing = True
        self.files.begin(connection)
        try:
            yield
        finally:
            self.files.end()
            self.texts.end(cell.binds)
            connection.testing = False
            connection.end_test()
            connection.exports.clear()
            notice_for(None)
            streams.end()
            self.shared_streams.update(streams.drawn)

    def _run(self, cell: TracedCell) -> Outcome:
        last: Any = None
        try:
            exec(marshal.loads(cell.code), self._namespace)  # noqa: S102, S302
            if cell.last:
                last = eval(marshal.loads(cell.last), self._namespace)  # noqa: S307, S302
        except MemoryError:
            return Outcome(self.checks_so_far(), fault=TOO_MUCH)
        except (StudentGone, Overrun):
            raise
        except BaseException as raised:  # noqa: BLE001 - whatever a test raises means that it failed
            full = explain(raised)
            if self._learning:
                self.failures[cell.grade_id] = Failure(full, _line_of(raised, cell))
            if self.disclosure.withholds(raised):
                return Outcome(self.checks_so_far(), self.disclosure.explain(raised, full), for_markers=full)
            return Outcome(self.checks_so_far(), full)
        if self._learning and own_numbers.is_number(last):
            self.numbers.append(cell.grade_id)
        if not cell.number:
            return Outcome(self.checks_so_far())
        own = own_numbers.is_own(last)
        return Outcome(self.checks_so_far(), partial=float(last) if own else None, ends_in_number=True)


def _line_of(error: BaseException, cell: TracedCell) -> int:
    """The line of a test cell at which it broke off, 0 where that cannot be told."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file_name(cell):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line + cell.skipped if line else 0


def key_of_test(grade_id: str) -> str:
    """What a test is called to the grader."""
    return f"test {grade_id}"


def explain(error: BaseException) -> str:
    """A message for the student: what went wrong, never a line of the test."""
    text = text_of(error)[:MAX_MESSAGE]
    if isinstance(error, AssertionError):
        return text or FAILED
    if isinstance(error, NotImplementedError):
        return text or "not done yet"
    if isinstance(error, SubmissionError):
        return text[:1].upper() + text[1:] + "."
    if isinstance(error, NameError):
        name = getattr(error, "name", None) or (text.split("'")[1] if "'" in text else text)
        return f"The name {name!r} is not defined."
    kind = type(error).__name__
    return f"{FAILED} It ended with {kind}: {text}" if text else f"{FAILED} It ended with {kind}."


def _bounded(text: Any) -> str:
    return text[:MAX_MESSAGE] if type(text) is str else ""
