"""How a question and its answer cross, and what the hand-in's code asks of the examiner's own objects meanwhile."""

from __future__ import annotations

import builtins
import contextlib
import weakref
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.call_sites import CallSites
from autograder.engine.examiner.remote.exceptions import (
    CROSSED,
    StudentExceptionMeta,
    StudentGone,
    SubmissionError,
    describe,
    make_exception,
    student_attribute,
)
from autograder.engine.examiner.remote.exports import Exports
from autograder.engine.examiner.remote.handles import Handle, Link, link_of, make_handle
from autograder.engine.examiner.remote.patches import Patches
from autograder.engine.examiner.remote.streams import SharedStreams
from autograder.engine.examiner.remote.tensors import Tensors
from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.messages import Answer, CallBack, Question, Raised, Refused, Returned, read_reply
from autograder.engine.protocol.references import NOTEBOOK, read_class, read_type
from autograder.engine.protocol.sync.shared import Shared
from autograder.engine.protocol.wire.reader import Reader
from autograder.engine.protocol.wire.writer import Writer
from autograder.engine.source.own_numbers import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CALLS_BACK = 100  # calls of the hand-in into the examiner, one inside another
_NOTHING = object()


class Exchange(ABC):
    """One end of the wire to the hand-in's process.

    `deadline`, a time of time.monotonic(), holds for every question until it is moved.

    `reason` is empty while the process can be asked. `epoch` grows whenever the hand-in's code may have changed
    something. `given` knows the functions that both sides have, by name; `asking` is told before a test's question.
    `hand_over` is called before one that runs the hand-in's code.
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
        self.hand_over: Callable[[], None] | None = None
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
        self._asks_class = False  # whether the answer may be a class of any library: it says what an object is
        self.constant_text: Callable[[BaseException], str] = lambda _error: ""

    @abstractmethod
    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""

    @abstractmethod
    def tensor(self, name: str, *values: Any) -> Any:
        """Ask the hand-in's process for something that only tensors can do."""

    def write(self, value: Any) -> Any:
        """A value as a tree. Raises TypeError for what may not be handed over."""
        return self._writer().write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree that the hand-in's process sent."""
        try:
            return self._read(tree)
        except WireError as error:
            raise self._broken(str(error)) from None

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
            patches = self._patched() if values is not _NOTHING and self.testing else []
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
        return Writer(self._write_foreign, self.shared, ORDINARY)

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
        error = make_exception(kind, values if type(values) is tuple else (), text_or_empty(raised.text))
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
            says_class = self._asks_class and len(parts) == len(("module", "name", "handle"))
            return self._class(*parts) if says_class else read_type(*parts)
        raise WireError("unknown tag")

    def _class(self, module: Any, name: Any, otherwise: Any) -> Any:
        """The class that an object is of: a library's that is imported here, or what else the hand-in says of it."""
        found = read_class(module, name)
        return found if found is not None else self.read(otherwise)

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
        body = {"_number": number, "__module__": NOTEBOOK, "__getattr__": student_attribute}
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


def text_or_empty(value: Any) -> str:
    """A text that came, or an empty one for what is none."""
    return value if type(value) is str else ""
