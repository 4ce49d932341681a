"""What a student may read of a check that failed. The one place where this is decided.

Of a visible line everything. A line is hidden that stands in a region of hidden tests, and so is all that it calls.
Of hidden lines nothing is said that was computed, for what they ask and expect is the same for everybody, and
somebody may hand in again: only what the author wrote down to be said, what kind of thing went wrong, and a known
mistake. A comparison at random inputs is no help to anybody else, and is shown: one that expected something else in
each part when the model was graded with another key. So is what else goes wrong inside one call on a hidden line,
where all comparisons made in that call were of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.callers import callers
from autograder.engine.examiner.remote.exceptions import SubmissionError
from autograder.engine.source.model_trace import TEST, file_name

if TYPE_CHECKING:
    from types import CodeType, TracebackType

    from autograder.engine.source.model_trace import ModelTrace

HIDDEN = "It does not hold at the inputs of a hidden check."
NOT_DONE = "not done yet."
CALL = " > ..."
MAX_PARTS = 1000
"""The parts of one expected value that are noted: of a larger one the first."""


@dataclass(frozen=True)
class _Step:
    """A place in a test cell that is on the way to something: a function's code, an instruction in it and its line."""

    code: CodeType
    instruction: int
    line: int

    @property
    def key(self) -> str:
        return f"{self.code.co_filename}:{self.code.co_firstlineno}:{self.instruction}"


class Disclosure:
    """What may be told of the test cells of one source notebook. `expected` has what hidden comparisons expected."""

    def __init__(self, trace: ModelTrace, *, show_hidden: bool) -> None:
        self._cells = {file_name(cell): cell for cell in trace.cells if cell.kind == TEST}
        self._hidden = {name: frozenset(cell.hidden) for name, cell in self._cells.items()}
        self._compared = frozenset(trace.compared)
        self._drawn = frozenset(trace.drawn)
        self._show_hidden = show_hidden
        self.expected: dict[str, set[str]] = {}

    def compares(self, want: Any) -> None:
        """Note what the comparison that the test makes now expects."""
        steps = self._on_stack()
        if self._are_hidden(steps):
            parts = _parts_of(want)
            for place in {_place(steps), self._call_of(steps)}:
                self.expected.setdefault(place, set()).update(parts)

    def is_hidden(self) -> bool:
        """Whether a hidden line does what the test does now, so that students do not have it."""
        return self._are_hidden(self._on_stack())

    def withholds(self, error: BaseException | None) -> bool:
        """Whether something may not be told in full: what is said now, or `error`, which ended a test or a check."""
        steps = self._steps(error)
        if self._show_hidden or not self._are_hidden(steps):
            return False
        place = _place(steps)
        return (place if place in self._compared else self._call_of(steps)) not in self._drawn

    def constant_text(self, error: BaseException | None) -> str:
        """What the author wrote to be said where this error was raised, and is said by it; empty where nothing was."""
        steps = self._steps(error)
        if error is None or not steps:
            return ""
        last, text = steps[-1], _text_of(error)
        said = [words for first, end, words in self._cells[last.code.co_filename].constants
                if first <= last.line <= end and words in text]  # fmt: skip
        return " ".join(dict.fromkeys(said))

    def say(self, error: BaseException | None, diagnosis: str) -> str:
        """What a student may read of a check that may not be told in full, and of which the checker says this."""
        if isinstance(error, NotImplementedError):
            return NOT_DONE
        reason = diagnosis or self.constant_text(error)
        return f"{HIDDEN} {reason[:1].upper()}{reason[1:]}".strip()

    def explain(self, error: BaseException, full: str) -> str:
        """What a student may read of the error that ended a test cell, where `full` may not be told."""
        if isinstance(error, (SubmissionError, NameError)):
            return full  # our own words, and a name
        if isinstance(error, NotImplementedError):
            return NOT_DONE
        said = self.constant_text(error)
        if isinstance(error, AssertionError) or said:
            return said or HIDDEN
        return f"{HIDDEN} It ended with {type(error).__name__}."

    def _are_hidden(self, steps: list[_Step]) -> bool:
        return any(map(self._is_hidden, steps))

    def _call_of(self, steps: list[_Step]) -> str:
        """The last hidden line on the way, as the place of all that happens in what it calls."""
        last = max(place for place, step in enumerate(steps) if self._is_hidden(step))
        return _place(steps[: last + 1]) + ("" if last + 1 == len(steps) else CALL)

    def _is_hidden(self, step: _Step) -> bool:
        return step.line in self._hidden[step.code.co_filename]

    def _on_stack(self) -> list[_Step]:
        steps = [
            _Step(frame.f_code, frame.f_lasti, frame.f_lineno)
            for frame in callers()
            if frame.f_code.co_filename in self._cells
        ]
        return steps[::-1]

    def _steps(self, error: BaseException | None) -> list[_Step]:
        """The way to where an error was raised: what called whoever catches it now, and what that called."""
        steps = self._on_stack()
        trace: TracebackType | None = error.__traceback__ if error is not None else None
        raised = []
        while trace is not None:
            if trace.tb_frame.f_code.co_filename in self._cells:
                raised.append(_Step(trace.tb_frame.f_code, trace.tb_lasti, trace.tb_lineno))
            trace = trace.tb_next
        if raised and steps and steps[-1].code is raised[0].code:
            steps.pop()  # the one that catches it is where both begin
        return [*steps, *raised]


def _place(steps: list[_Step]) -> str:
    return " > ".join(step.key for step in steps)


def _parts_of(want: Any) -> set[str]:
    """The numbers and texts that an expected value consists of."""
    noted: set[str] = set()
    waiting = [want]
    while waiting and len(noted) < MAX_PARTS:
        value = waiting.pop()
        if hasattr(value, "tolist"):
            value = value.tolist()
        if type(value) in (list, tuple, set, frozenset):
            waiting.extend(value)
        elif type(value) is dict:
            waiting.extend([*value, *value.values()])
        else:
            noted.add(_text_of(value)[:100])
    return noted


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - it shows one of the hand-in's objects
        return ""
