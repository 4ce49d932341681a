"""Asks the hand-in's process, and answers what its code asks of the examiner's own objects meanwhile."""

from __future__ import annotations

import builtins
import itertools
import time
import weakref
from typing import Any

import numpy as np

from autograder.engine.examiner.remote.call_sites import CallSites
from autograder.engine.examiner.remote.exceptions import (
    MAX_TEXT,
    StudentExceptionMeta,
    StudentGone,
    SubmissionError,
    describe,
    make_exception,
    student_attribute,
)
from autograder.engine.examiner.remote.exports import Exports
from autograder.engine.examiner.remote.handles import Handle, Link, link_of, make_handle
from autograder.engine.examiner.remote.tensors import Tensors
from autograder.engine.own_numbers import plain_throughout
from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.messages import Answer, CallBack, Question, Raised, Refused, Returned, read_reply
from autograder.engine.protocol.references import read_type
from autograder.engine.protocol.wire import Reader, Writer

MAX_CALLS_BACK = 100  # calls of the hand-in into the examiner, one inside another
MAX_EVENTS = 10_000  # pieces of what a cell has shown
_HARMLESS = frozenset({"getattr", "type", "isinstance", "issubclass", "dir", "len"})
_CALL_VALUES = 3  # function, positional arguments, keyword arguments


class Connection:
    """Asks the hand-in's process. `deadline`, a time of time.monotonic(), holds for every question until it is moved.

    `reason` is empty while the process can be asked. `epoch` grows whenever the hand-in's code may have changed
    something. `follows` says that the test's own numbers are followed, and have to be made plain to cross.
    """

    def __init__(self, channel: Channel) -> None:
        self.deadline: float | None = None
        self.reason = ""
        self.epoch = 0
        self.testing = False
        self.follows = False
        self.tests: type = dict  # the type of the tests' globals
        self.call_sites = CallSites(None)
        self.exports = Exports()
        self.freed: list[tuple[int, int]] = []
        self.tensors = Tensors(self)
        self._channel = channel
        self._number = 0
        self._depth = 0
        self._live: weakref.WeakValueDictionary[int, Link] = weakref.WeakValueDictionary()
        self._classes: dict[int, Any] = {}

    def run(self, source: str, limit: int) -> tuple[list[tuple[str, str]], str]:
        """Run a cell: what it showed as (kind, text), and the error that it ended with."""
        self.epoch += 1
        try:
            reply = self.ask("run", source, limit)
        except StudentGone:
            raise
        except BaseException as error:  # noqa: BLE001 - the process ran nothing, and said so as an error of any kind
            return [], f"{type(error).__name__}: {describe(error)[1]}"
        try:
            events, ending = reply
            checked = []
            for kind, text in itertools.islice(events, MAX_EVENTS):  # it was asked for no more, but may be anybody's
                checked.append((_text(kind), _text(text)[: max(limit, 0)]))
                limit -= len(checked[-1][1])
            return checked, _text(ending)[:MAX_TEXT]
        except (TypeError, ValueError):
            raise self._broken("malformed outputs") from None

    def name(self, name: str) -> Any:
        """The object that a name is bound to. Raises NameError."""
        try:
            return self.read(self.ask("name", name))
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None

    def bound(self) -> list[list[str]]:
        """The names bound since the last question of this kind, and where their values come from."""
        reply = self.ask("bound")
        return [[_text(part) for part in entry] for entry in reply]

    def modules(self) -> list[str]:
        """The modules that cells and questions have imported: asked of the model's run only."""
        return [_text(name) for name in self.ask("modules")]

    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""
        if self.testing and not self._depth and not self.call_sites.allow(name, values, self.tests):
            names = [link_of(value).name for value in values if issubclass(type(value), Handle)]
            raise SubmissionError(
                f"an object of type {names[0] if names else 'Exception'} came where a plain value was needed"
            )
        if name not in _HARMLESS:
            self.epoch += 1
        reply = self.ask("operation", name, self.write(list(values)), self.tensors.gradients_enabled())
        try:
            result, changed = reply
        except (TypeError, ValueError):
            raise self._broken("malformed answer") from None
        if changed:
            self._take_changes(values, changed)
        return self.read(result)

    def tensor(self, name: str, *values: Any) -> Any:
        """Ask the hand-in's process for something that only tensors can do."""
        return self.read(self.ask("tensor", name, self.write(list(values))))

    def seed(self, seed: int) -> None:
        """Seed the random numbers of the hand-in."""
        try:
            self.ask("seed", seed)
        except StudentGone:
            raise
        except BaseException:  # noqa: BLE001, S110 - generators that cannot be seeded are the hand-in's own loss
            pass

    def library_seed(self, library: str, seed: Any) -> None:
        """Repeat a test's own seeding."""
        self.ask("library_seed", library, self.write(seed))

    def write(self, value: Any) -> Any:
        """A value as a tree. Raises TypeError for what may not be handed over."""
        return Writer(self._write_foreign).write(plain_throughout(value) if self.follows else value)

    def read(self, tree: Any) -> Any:
        """The value of a tree that the hand-in's process sent."""
        try:
            return Reader(self._read_foreign).read(tree)
        except WireError as error:
            raise self._broken(str(error)) from None

    def ask(self, name: str, *parts: Any) -> Any:
        """Ask, answering the hand-in's own questions meanwhile. Raises what the hand-in raised, or StudentGone."""
        if self.reason:
            raise StudentGone(self.reason)
        self._number += 1
        number = self._number  # the hand-in may have more questions asked before it answers this one
        freed, self.freed = self.freed, []
        question = Question(number, name, freed, list(parts))
        try:
            reply = self._reply(question)
            if reply.changes:
                self.tensors.take_changes(reply.changes)
            if isinstance(reply, Answer):
                return reply.value
            raised = self._exception(reply)
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
            self._gone("took too long")
            raise
        return reply

    def _answer(self, asked: CallBack) -> Returned | Refused:
        if not self.testing or self._depth >= MAX_CALLS_BACK:
            return Refused("RuntimeError", "this function can be called only while it is being asked about")
        self._depth += 1
        try:
            value = self.exports.apply(asked.target, asked.operation, self.read(asked.args), self.read(asked.kwargs))
            return Returned(self.write(value))
        except WireError:
            raise
        except Exception as error:  # noqa: BLE001 - what the test's own function raises is its answer, without its source
            return Refused(*describe(error))
        finally:
            self._depth -= 1

    def _exception(self, raised: Raised) -> BaseException:
        kind = getattr(builtins, raised.base, None) if type(raised.base) is str else None
        if not isinstance(kind, type) or not issubclass(kind, BaseException):
            raise WireError("malformed exception")
        found: Any = self.read(raised.own) if raised.own is not None else None
        if isinstance(found, type) and issubclass(found, kind):
            kind = found
        values = self.read(raised.args)
        error = make_exception(kind, values if type(values) is tuple else (), _text(raised.text))
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
        tensor = self.tensors.write(value)
        if tensor is not None:
            return tensor
        return self.exports.write(value, self.write)

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
            return self._classes[number]
        if flags & constants.EXCEPTION_FLAG:
            self._classes[number] = made = self._exception_class(number, name, bases)
            return made
        link = self._live.get(number)
        handle = link.handle() if link is not None else None
        if link is not None and handle is not None:
            link.count += 1
            return handle
        link = Link(self, number, flags, name)
        made = make_handle(link)
        if flags & constants.CLASS_FLAG:
            self._classes[number] = made
        else:
            self._live[number] = link
        return made

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

    def _take_changes(self, values: Any, changed: Any) -> None:
        """Do to the arguments of a call what the hand-in did to its copies of them."""
        if type(changed) is not list or len(values) != _CALL_VALUES:
            raise self._broken("malformed answer")
        for entry in changed:
            try:
                (where, place), tree = entry
                target = values[1][place] if where == "args" else values[2][place]
            except (TypeError, ValueError, LookupError):
                raise self._broken("malformed answer") from None
            if type(tree) is list and tree[:1] == [constants.TENSOR] and tree[1:2] == ["plain"]:
                self.tensors.overwrite(target, tree[2:])
            else:
                _overwrite(target, self.read(tree))

    def _gone(self, reason: str) -> StudentGone:
        self.reason = self.reason or reason
        return StudentGone(self.reason)

    def _broken(self, detail: str) -> StudentGone:
        return self._gone(f"sent what is no answer ({detail})")


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _overwrite(target: Any, value: Any) -> None:
    if type(target) is not type(value):
        return
    if type(target) in (list, bytearray):
        target[:] = value
    elif type(target) in (dict, set):
        target.clear()
        target.update(value)
    elif type(target) is np.ndarray and target.shape == value.shape and target.dtype == value.dtype:
        target[...] = value


def deadline_in(seconds: float) -> float:
    """The time of time.monotonic() that many seconds from now."""
    return time.monotonic() + seconds
