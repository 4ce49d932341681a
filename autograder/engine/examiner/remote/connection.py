"""What tests ask of the hand-in's process."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

from autograder.engine.examiner.remote.call_sites import place_in
from autograder.engine.examiner.remote.exceptions import Overrun, StudentGone, SubmissionError
from autograder.engine.examiner.remote.exchange import Exchange, text_or_empty
from autograder.engine.examiner.remote.handles import Handle, Link, is_remote, link_of
from autograder.engine.protocol import constants
from autograder.engine.protocol.exceptions import text_of
from autograder.engine.source.contract import is_empty

_HARMLESS = frozenset({"getattr", "type", "isinstance", "issubclass", "dir", "len", "inspect"})
_NAMING = frozenset({"name", "getattr"})


class Connection(Exchange):
    """Asks the hand-in's process, for tests and for what runs its cells."""

    def run(self, source: str | bytes, limit: int) -> tuple[list[tuple[str, str]], str]:
        """Run a cell, or code: what it showed as (kind, text), and the error that it ended with.

        A process that shows more than it was told to is no longer believed.
        """
        self.epoch += 1
        try:
            reply = self.ask("run", source, limit)
        except (StudentGone, Overrun):
            raise
        except BaseException as error:  # noqa: BLE001 - the process ran nothing, and said so as an error of any kind
            return [], f"{type(error).__name__}: {text_of(error)}"
        try:
            events, ending = reply
            if type(events) is not list or len(events) > constants.PIECES + 1:
                raise self._broken("more output than it may show")
            checked = [(text_or_empty(kind)[: constants.MAX_ERROR], text_or_empty(text)) for kind, text in events]
        except (TypeError, ValueError):
            raise self._broken("malformed outputs") from None
        if constants.cost_of(text for _, text in checked) > limit + constants.PIECE_COST:
            raise self._broken("more output than it may show")
        return checked, text_or_empty(ending)[: constants.MAX_ERROR]

    def keep(self, code: bytes) -> None:
        """Have functions of given cells kept beside the answers, for `name` to find under `kept`."""
        self._tell("keep", code)  # what is not kept is not defined when a test asks for it

    def name(self, name: str, *, kept: bool = False) -> Any:
        """The object that a name is bound to, or the function that is kept. Raises NameError."""
        try:
            value = self._exchange("name", [name, kept], read=True)
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None
        return self._noted(value, "name", [name])

    def module(self, name: str) -> Any:
        """A module of the hand-in's process. Raises ImportError."""
        return self._exchange("module", [name], read=True)

    def names(self) -> set[str]:
        """The names that are bound in the hand-in's process."""
        reply = self.ask("names")
        return set(map(text_or_empty, reply)) if type(reply) is list else set()

    def unbind(self, name: str) -> None:
        """Unbind a name of the hand-in's. Raises KeyError when it has none."""
        self.epoch += 1
        self.ask("unbind", name)

    def bound(self) -> list[list[str]]:
        """The names bound since the last question of this kind, and where their values come from."""
        reply = self.ask("bound")
        return [[text_or_empty(part) for part in entry] for entry in reply]

    def modules(self) -> list[str]:
        """The modules that cells and questions have imported: asked of the model's run only."""
        return [text_or_empty(name) for name in self.ask("modules")]

    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""
        links = [link_of(value) for value in values if issubclass(type(value), Handle)]
        sources = set().union(*(link.sources for link in links))
        called = links[0].labels if name == "call" and links and links[0].handle() is values[0] else set()
        objects = _objects(name, values)
        if self.testing and not self.call_sites.allow(name, objects, self.tests, sources=sources, called=called):
            raise SubmissionError(
                f"an object of type {links[0].name if links else 'Exception'} came where a plain value was needed"
            )
        if name not in _HARMLESS:
            self.epoch += 1
            if self.testing and self.hand_over is not None:
                self.hand_over()
        labels = _labels(name, values, links)
        if name == "call":
            function, args, kwargs = values
            values = function, tuple(args), tuple(kwargs.items())
        begins = _begins(name, values)
        self._asks_class = name == "type" or (name == "getattr" and values[1] == "__class__")
        try:
            value = self._exchange("operation", [name, self.tensors.gradients_enabled()], values, read=True)
        except StopIteration:
            if begins:
                self._came_empty()
            raise
        finally:
            self._asks_class = False
        if name == "len" and type(value) is int and value == 0:
            self._came_empty()
        return self._noted(value, name, labels)

    def _noted(self, value: Any, name: str, labels: Sequence[str]) -> Any:
        """Take note of what a question of a test was answered with: where the objects in it came from, or nothing."""
        if is_empty(value):
            self._came_empty()
        if self.testing:
            met = self._met
            sources = self.call_sites.answered(name, labels, self.tests, with_object=bool(met))
            for link in met:
                link.sources.update(sources)
                if name in _NAMING:
                    link.labels.update(labels)
        return value

    def tensor(self, name: str, *values: Any) -> Any:
        """Ask the hand-in's process for something that only tensors can do."""
        return self._exchange("tensor", [name], values, read=True)

    def evaluate(self, kind: str, *values: Any) -> Any:
        """Have a text evaluated, executed or compiled in the hand-in's process: see `for_tests.foreign_text`."""
        self.epoch += 1
        result = self._exchange("evaluate", [kind], values, read=True)
        if kind != "compile" and (type(result) is not tuple or len(result) != len(("result", "bound"))):
            raise self._broken("malformed answer")
        return result

    def takes(self, value: Any) -> bool:
        """Whether a value may be handed over."""
        self.shared.begin()
        try:
            self.write(value)
        except (TypeError, SubmissionError):
            return False
        finally:
            self.shared.abandon()
        return True

    def seed(self, key: bytes) -> None:
        """Seed the random numbers of the hand-in with a key of its own."""
        self._tell("seed", key)

    def _tell(self, name: str, *parts: Any) -> None:
        """Ask for something that gives nothing, and that is the hand-in's own loss where it fails."""
        try:
            self.ask(name, *parts)
        except (StudentGone, Overrun):
            raise
        except BaseException:  # noqa: BLE001, S110 - the process did nothing, and said so as an error of any kind
            pass

    def end_test(self) -> None:
        """Share nothing any more: what the test has changed last goes along with the next question."""
        if self.shared.known and not self.reason:
            changes: list[Any] = []
            with contextlib.suppress(Exception):  # what cannot be handed over is not
                changes = self.shared.changes(self._contents)
            self._last_news = [changes, self.shared.numbers]
        self.shared.clear()

    def _came_empty(self) -> None:
        if self.testing:
            self.empties.add(place_in(self.tests))


def _begins(name: str, values: tuple[Any, ...]) -> bool:
    """Whether the hand-in's iterator is asked for its first item; it is not from now on."""
    if name != "next" or not isinstance(values[0], Handle):
        return False
    link = link_of(values[0])
    begins, link.begun = not link.begun, True
    return begins


def _objects(name: str, values: tuple[Any, ...]) -> list[bool]:
    """Which operands are the hand-in's objects. The arguments of a call are one, the name of an attribute is none."""
    if name == "call":
        function, args, kwargs = values
        return [is_remote(function), all(map(is_remote, [*args, *kwargs.values()]))]
    return [is_remote(value) for place, value in enumerate(values) if name != "setattr" or place != 1]


def _labels(name: str, values: tuple[Any, ...], links: list[Link]) -> list[str]:
    """What a question names: an attribute, or what is called, and which of the arguments are objects."""
    if name == "getattr":
        return [str(values[1])]
    if name == "call" and links and links[0].labels:
        _, args, kwargs = values
        kinds = "".join("o" if is_remote(arg) else "." for arg in [*args, *kwargs.values()])
        return [f"{label}({kinds})" for label in sorted(links[0].labels)]
    return [""]


def deadline_in(seconds: float) -> float:
    """The time of time.monotonic() that many seconds from now."""
    return time.monotonic() + seconds
