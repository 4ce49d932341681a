"""Asks the hand-in's process, and answers what its code asks of the examiner's own objects meanwhile."""

from __future__ import annotations

import builtins
import contextlib
import time
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograder.engine.contract import is_empty
from autograder.engine.examiner.remote.call_sites import CallSites, place_in
from autograder.engine.examiner.remote.exceptions import (
    CROSSED,
    Overrun,
    StudentExceptionMeta,
    StudentGone,
    SubmissionError,
    describe,
    make_exception,
    student_attribute,
    text_of,
)
from autograder.engine.examiner.remote.exports import Exports
from autograder.engine.examiner.remote.handles import Handle, Link, is_remote, link_of, make_handle
from autograder.engine.examiner.remote.patches import Patches
from autograder.engine.examiner.remote.streams import SharedStreams
from autograder.engine.examiner.remote.tensors import Tensors
from autograder.engine.own_numbers import OWN, plain
from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.messages import Answer, CallBack, Question, Raised, Refused, Returned, read_reply
from autograder.engine.protocol.references import NOTEBOOK, read_type
from autograder.engine.protocol.shared import Shared
from autograder.engine.protocol.wire import Reader, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CALLS_BACK = 100  # calls of the hand-in into the examiner, one inside another
_HARMLESS = frozenset({"getattr", "type", "isinstance", "issubclass", "dir", "len"})
_NAMING = frozenset({"name", "getattr"})
_OWN_NUMBERS = dict.fromkeys(OWN, plain)
_NOTHING = object()


class Connection:
    """Asks the hand-in's process. `deadline`, a time of time.monotonic(), holds for every question until it is moved.

    `reason` is empty while the process can be asked. `epoch` grows whenever the hand-in's code may have changed
    something. `given` knows the functions that both sides have, by name; `asking` is told before a test's question.
    `texts` says whether any text of the hand-in's has come since it was last set to False, `empties` are the places in
    the test at which something empty came in answer.
    """

    def __init__(self, channel: Channel) -> None:
        self.deadline: float | None = None
        self.reason = ""
        self.epoch = 0
        self.testing = False
        self.texts = False
        self.empties: set[int] = set()
        self.tests: type = dict  # the type of the tests' globals
        self.call_sites = CallSites(None)
        self.given: Callable[[Any], str | None] = lambda _value: None
        self.asking: Callable[[], None] | None = None
        self.patches: Patches | None = None
        self.streams = SharedStreams()
        self.exports = Exports(self.streams)
        self.freed: list[tuple[int, int]] = []
        self.tensors = Tensors(self)
        self.shared = Shared(1)
        self._last_news: list[Any] = []
        self._channel = channel
        self._number = 0
        self._depth = 0
        self._live: weakref.WeakValueDictionary[int, Link] = weakref.WeakValueDictionary()
        self._classes: dict[int, Any] = {}
        self._met: list[Link] = []
        self.constant_text: Callable[[BaseException], str] = lambda _error: ""

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
            if type(events) is not list or len(events) * constants.PIECE_COST > limit + constants.PIECE_COST:
                raise self._broken("more output than it may show")
            checked = [(_text(kind)[: constants.MAX_ERROR], _text(text)) for kind, text in events]
        except (TypeError, ValueError):
            raise self._broken("malformed outputs") from None
        if constants.cost_of(text for _, text in checked) > limit + constants.PIECE_COST:
            raise self._broken("more output than it may show")
        return checked, _text(ending)[: constants.MAX_ERROR]

    def keep(self, code: bytes) -> None:
        """Have functions of given cells kept beside the answers, for `name` to find under `kept`."""
        try:
            self.ask("keep", code)
        except StudentGone:
            raise
        except BaseException:  # noqa: BLE001, S110 - what is not kept then is not defined when a test asks for it
            pass

    def name(self, name: str, *, kept: bool = False) -> Any:
        """The object that a name is bound to, or the function that is kept. Raises NameError."""
        try:
            value = self._exchange("name", [name, kept], read=True)
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None
        return self._noted(value, "name", [name])

    def bound(self) -> list[list[str]]:
        """The names bound since the last question of this kind, and where their values come from."""
        reply = self.ask("bound")
        return [[_text(part) for part in entry] for entry in reply]

    def modules(self) -> list[str]:
        """The modules that cells and questions have imported: asked of the model's run only."""
        return [_text(name) for name in self.ask("modules")]

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
        labels = _labels(name, values, links)
        if name == "call":
            function, args, kwargs = values
            values = function, tuple(args), tuple(kwargs.items())
        begins = _begins(name, values)
        try:
            value = self._exchange("operation", [name, self.tensors.gradients_enabled()], values, read=True)
        except StopIteration:
            if begins:
                self._came_empty()
            raise
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
        """Have a text evaluated, executed or compiled in the hand-in's process: see `student.foreign_text`."""
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
        try:
            self.ask("seed", key)
        except (StudentGone, Overrun):
            raise
        except BaseException:  # noqa: BLE001, S110 - generators that cannot be seeded are the hand-in's own loss
            pass

    def write(self, value: Any) -> Any:
        """A value as a tree. Raises TypeError for what may not be handed over."""
        return self._writer().write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree that the hand-in's process sent."""
        try:
            return self._read(tree)
        except WireError as error:
            raise self._broken(str(error)) from None

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

    def ask(self, name: str, *parts: Any) -> Any:
        """Ask, answering the hand-in's own questions meanwhile. Raises what the hand-in raised, or StudentGone."""
        return self._exchange(name, list(parts))

    def _exchange(self, name: str, parts: list[Any], values: Any = _NOTHING, *, read: bool = False) -> Any:
        """Ask with `values` as the last part, and read the answer as a tree if it is one."""
        if self.reason:
            raise StudentGone(self.reason)
        self.shared.begin()
        try:
            news = self._news() if self.shared.known or self._last_news else []
            if values is not _NOTHING:
                parts.append(self.write(values))
            patches = self._patched() if self.patches is not None and values is not _NOTHING and self.testing else []
        except BaseException:
            self.shared.abandon()
            raise
        self._number += 1
        if self.asking is not None and self.testing:
            self.asking()
        number = self._number  # the hand-in may have more questions asked before it answers this one
        freed, self.freed = self.freed, []
        question = Question(number, name, freed, self.streams.changed(), parts, news, patches)
        try:
            reply = self._reply(question)
            self.streams.take_back(reply.streams)
            if reply.changes:
                self.tensors.take_changes(reply.changes)
            held = self._take_news(reply.news) if reply.news else []
            if isinstance(reply, Answer):
                self._met = []
                value = self._read(reply.value) if read else reply.value
                self.shared.settle(held)
                return value
            raised = self._exception(reply)
            self.shared.settle(held)
        except Gone as gone:
            raise self._gone("took too long" if gone.late else "ended its own process") from None
        except WireError as error:
            raise self._broken(str(error)) from None
        raise raised

    def _reply(self, question: Question) -> Answer | Raised:
        """Send a question and wait for its answer."""
        reply: Answer | Raised | CallBack | None = None
        try:
            self._channel.send(question.packed(), self.deadline)
            while isinstance(reply := read_reply(self._channel.receive(self.deadline), question.number), CallBack):
                self._channel.send(self._answer(reply).packed(), self.deadline)
        except (Gone, WireError):
            raise
        except BaseException:
            # the alarm, say: the answer may still come, and would be taken for that to the next test's first question
            self.given_up()
            raise
        return reply

    def _answer(self, asked: CallBack) -> Returned | Refused:
        self.streams.take_back(asked.streams)
        if not self.testing or self._depth >= MAX_CALLS_BACK:
            return Refused("RuntimeError", "this function can be called only while it is being asked about")
        self._depth += 1
        self.shared.begin()
        changes: list[Any] = []
        refused: list[str] | None = None
        tree: Any = None
        try:
            value = self._apply(asked)
            changes = self.shared.changes(self._contents)
            tree = self.write(value)
            del value  # so that it counts as held only when the test holds it
        except WireError:
            raise
        except Exception as error:  # noqa: BLE001 - what the test's own function raises is its answer, without its source
            refused = describe(error, self.constant_text)
            with contextlib.suppress(Exception):
                changes += self.shared.changes(self._contents)
        finally:
            self._depth -= 1
        held = self.shared.held()
        news = [changes, held] if changes or held else []
        streams = self.streams.changed()
        return Refused(refused[0], refused[1], streams, news) if refused else Returned(tree, streams, news)

    def _apply(self, asked: CallBack) -> Any:
        if asked.news:
            self._take_news(asked.news)
        args, kwargs = self._read(asked.args), self._read(asked.kwargs)
        self.shared.note()
        return self.exports.apply(asked.target, asked.operation, args, kwargs)

    def _news(self) -> list[Any]:
        """What is to be known of shared containers before a question."""
        news, self._last_news = self._last_news, []
        if news:
            return news
        changes = self.shared.changes(self._contents)
        released = self.shared.released() if self.shared.outermost else []
        return [changes, released] if changes or released else []

    def _patched(self) -> list[Any]:
        """What the test has patched, as it crosses."""
        found = [] if self.patches is None else self.patches.now()
        return [
            [where, name, missing, None if missing else self.write(value)]
            for (where, name), value in found
            for missing in [Patches.is_missing(value)]
        ]

    def _take_news(self, news: Any) -> Any:
        """Do what has changed on the other side, and give the numbers that came along. Raises WireError."""
        if type(news) is not list or len(news) != len(("changes", "numbers")):
            raise WireError("malformed news")
        self.shared.take(news[0], self._read)
        return news[1]

    def _writer(self) -> Writer:
        return Writer(self._write_foreign, self.shared, _OWN_NUMBERS)

    def _contents(self, value: Any) -> Any:
        return self._writer().contents(value)

    def _read(self, tree: Any) -> Any:
        reader = Reader(self._read_foreign, self.shared, constants.MAX_KEYS)
        value = reader.read(tree)
        self.texts = self.texts or reader.text
        return value

    def _exception(self, raised: Raised) -> BaseException:
        kind = getattr(builtins, raised.base, None) if type(raised.base) is str else None
        if not isinstance(kind, type) or not issubclass(kind, BaseException):
            raise WireError("malformed exception")
        found: Any = self.read(raised.own) if raised.own is not None else None
        if isinstance(found, type) and issubclass(found, kind):
            kind = found
        self.texts = self.texts or bool(raised.text)
        values = self.read(raised.args)
        error = make_exception(kind, values if type(values) is tuple else (), _text(raised.text))
        error.__dict__[CROSSED] = True
        if raised.instance is not None:
            handle = self.read(raised.instance)
            if isinstance(handle, Handle) and isinstance(kind, StudentExceptionMeta):
                error.__dict__["_student"] = handle
        return error

    def _write_foreign(self, value: Any) -> list[Any]:
        if isinstance(value, Handle):
            link = link_of(value)
            if link.connection is not self:
                raise SubmissionError("an object of a process that has ended cannot be used any more")
            return [constants.HANDLE, link.number]
        if isinstance(value, StudentExceptionMeta):
            return [constants.HANDLE, value.__dict__["_number"]]
        number = self.shared.number_of(value)
        if number is not None:
            return [constants.SAME, number]
        tensor = self.tensors.write(value)
        if tensor is not None:
            plain_one = tensor[0] == constants.TENSOR and tensor[1] == "value"
            return [constants.SHARED, self.shared.introduce(value), tensor] if plain_one else tensor
        given = self.given(value)
        if given is not None:
            return [constants.REFERENCE, NOTEBOOK, given]
        return self.exports.write(value)

    def _read_foreign(self, tag: int, parts: list[Any]) -> Any:
        if tag == constants.HANDLE:
            return self._handle(*parts)
        if tag == constants.TENSOR:
            return self.tensors.read(*parts)
        if tag == constants.EXPORT:
            return self.exports.get(parts[0])
        if tag == constants.REFERENCE:
            return read_type(*parts)
        raise WireError("unknown tag")

    def _handle(self, number: int, flags: int, name: str, bases: list[Any]) -> Any:
        if type(number) is not int or type(flags) is not int or type(name) is not str:
            raise WireError("malformed handle")
        if number in self._classes:
            self.freed.append((number, 1))
            self._meet(self._classes[number])
            return self._classes[number]
        if flags & constants.EXCEPTION_FLAG:
            self.texts = True  # its name
            self._classes[number] = made = self._exception_class(number, name, bases)
            return made
        link = self._live.get(number)
        handle = link.handle() if link is not None else None
        if link is not None and handle is not None:
            link.count += 1
            self._met.append(link)
            return handle
        link = Link(self, number, flags, name)
        self._met.append(link)
        made = make_handle(link)
        if flags & constants.CLASS_FLAG:
            self._classes[number] = made
        else:
            self._live[number] = link
        return made

    def _meet(self, known: Any) -> None:
        if isinstance(known, Handle):
            self._met.append(link_of(known))

    def _exception_class(self, number: int, name: str, bases: list[Any]) -> Any:
        found = tuple(
            base for base in map(self.read, bases) if isinstance(base, type) and issubclass(base, BaseException)
        )
        body = {"_number": number, "__module__": "__main__", "__getattr__": student_attribute}
        for candidate in (found, found[:1], (Exception,)):
            try:
                return StudentExceptionMeta(name, candidate or (Exception,), dict(body))
            except TypeError:
                continue
        raise WireError("malformed exception class")

    def given_up(self) -> StudentGone:
        """Ask no more: what comes may be the answer to a question that was broken off."""
        return self._gone("took too long")

    def _gone(self, reason: str) -> StudentGone:
        self.reason = self.reason or reason
        return StudentGone(self.reason)

    def _broken(self, detail: str) -> StudentGone:
        return self._gone(f"sent what is no answer ({detail})")


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


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def deadline_in(seconds: float) -> float:
    """The time of time.monotonic() that many seconds from now."""
    return time.monotonic() + seconds
