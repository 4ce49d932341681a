"""The hand-in's objects as the examiner sees them: handles that ask for everything, and never decide anything.

A comparison, a truth value, a containment or a hash of a handle raises SubmissionError: an object that pretends to be equal
to everything is an error in the hand-in, never right.
"""

from __future__ import annotations

import builtins
import time
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograder.engine.examiner.remote.call_sites import Contacts
from autograder.engine.examiner.remote.exports import Exports
from autograder.engine.examiner.remote.tensors import Tensors
from autograder.engine.protocol import wire
from autograder.engine.protocol.operations import BINARY, OPERATIONS, UNARY, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT = 4000
MAX_CALLS_BACK = 100  # calls of the hand-in into the examiner, one inside another
_HARMLESS = frozenset({"getattr", "hasattr", "type", "isinstance", "issubclass", "callable", "dir", "len"})
_ANSWER_PARTS, _ERROR_PARTS, _CALL_PARTS = 4, 8, 3
_CALLABLE, _CLASS, _EXCEPTION = 1, 2, 4


class SubmissionError(Exception):
    """The hand-in gave something with which a test cannot be decided; the message is for the student."""


class StudentGone(BaseException):
    """The hand-in's process has died, hung or broken the protocol: no test may catch this and go on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Connection:
    """Asks the hand-in's process. `deadline`, a time of time.monotonic(), holds for every question until it is moved.

    `reason` is empty while the process can be asked.
    """

    def __init__(self, channel: wire.Channel) -> None:
        self.deadline: float | None = None
        self.reason = ""
        self.epoch = 0  # grows whenever the hand-in's code may have changed something
        self.testing = False
        self.tests: type = dict  # the type of the tests' globals
        self.contacts = Contacts(None)
        self.exports = Exports()
        self.tensors = Tensors(self)
        self._channel = channel
        self._number = 0
        self._depth = 0
        self._live: weakref.WeakValueDictionary[int, _Link] = weakref.WeakValueDictionary()
        self._classes: dict[int, Any] = {}
        self.freed: list[list[int]] = []

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
            checked = [(_text(kind), _text(text)) for kind, text in events]
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
        if self.testing and not self._depth and not self.contacts.meet(name, values, self.tests):
            names = [_link(value).name for value in values if issubclass(type(value), Handle)]
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
        return wire.Writer(self._write_foreign).write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree that the hand-in's process sent."""
        try:
            return wire.Reader(self._read_foreign).read(tree)
        except wire.WireError as error:
            raise self._broken(str(error)) from None

    def ask(self, name: str, *parts: Any) -> Any:
        """Ask, answering the hand-in's own questions meanwhile. Raises what the hand-in raised, or StudentGone."""
        if self.reason:
            raise StudentGone(self.reason)
        self._number += 1
        number = self._number
        freed, self.freed = self.freed, []
        try:
            self._channel.send([number, name, freed, *parts], self.deadline)
            while True:
                reply = self._channel.receive(self.deadline)
                if reply[0] != "back":
                    break
                self._answer_back(reply)
            return self._result(number, reply)
        except wire.Gone as error:
            raise self._gone("took too long" if error.late else "ended its own process") from None
        except wire.WireError as error:
            raise self._broken(str(error)) from None

    def _result(self, number: int, reply: list[Any]) -> Any:
        if reply[0] != number or type(reply[0]) is not int or len(reply) < _ANSWER_PARTS:
            raise wire.WireError("an answer to another question")
        if reply[-1]:
            self.tensors.take_changes(reply[-1])
        if reply[1] == "ok":
            return reply[2]
        if reply[1] != "error" or len(reply) != _ERROR_PARTS:
            raise wire.WireError("malformed answer")
        raise self._exception(*reply[2:7])

    def _answer_back(self, message: list[Any]) -> None:
        try:
            if not self.testing or self._depth >= MAX_CALLS_BACK:
                answer = ["error", "RuntimeError", "this function can be called only while it is being asked about"]
            else:
                _, number, operation, args, kwargs = message
                self._depth += 1
                try:
                    answer = [
                        "ok",
                        self.write(self.exports.apply(number, operation, self.read(args), self.read(kwargs))),
                    ]
                finally:
                    self._depth -= 1
        except wire.WireError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the test's own function raises is its answer, without its source
            answer = ["error", *describe(error)]
        self._channel.send(answer, self.deadline)

    def _exception(self, base: Any, text: Any, own: Any, args: Any, instance: Any) -> BaseException:
        kind = getattr(builtins, base, None) if type(base) is str else None
        if not isinstance(kind, type) or not issubclass(kind, BaseException):
            raise wire.WireError("malformed exception")
        found: Any = self.read(own) if own is not None else None
        if isinstance(found, type) and issubclass(found, kind):
            kind = found
        values = self.read(args)
        error = make_exception(kind, values if type(values) is tuple else (), _text(text))
        if instance is not None:
            handle = self.read(instance)
            if isinstance(handle, Handle) and isinstance(kind, StudentExceptionMeta):
                error.__dict__["_student"] = handle
        return error

    def _write_foreign(self, value: Any) -> list[Any]:
        if isinstance(value, Handle):
            link = _link(value)
            if link.connection is not self:
                raise SubmissionError("an object of a process that has ended cannot be used any more")
            return [wire.HANDLE, link.number]
        if isinstance(value, StudentExceptionMeta):
            return [wire.HANDLE, value.__dict__["_number"]]
        tensor = self.tensors.write(value)
        if tensor is not None:
            return tensor
        return self.exports.write(value, self.write)

    def _read_foreign(self, tag: int, parts: list[Any]) -> Any:
        if tag == wire.HANDLE:
            return self._handle(*parts)
        if tag == wire.TENSOR:
            return self.tensors.read(*parts)
        if tag == wire.EXPORT:
            return self.exports.get(parts[0])
        if tag == wire.REFERENCE:
            return _read_reference(*parts)
        raise wire.WireError("unknown tag")

    def _handle(self, number: int, flags: int, name: str, bases: list[Any]) -> Any:
        if type(number) is not int or type(flags) is not int or type(name) is not str:
            raise wire.WireError("malformed handle")
        if number in self._classes:
            self.freed.append([number, 1])
            return self._classes[number]
        if flags & _EXCEPTION:
            self._classes[number] = made = self._exception_class(number, name, bases)
            return made
        link = self._live.get(number)
        handle = link.handle() if link is not None else None
        if link is not None and handle is not None:
            link.count += 1
            return handle
        link = _Link(self, number, flags, name)
        made = object.__new__(ClassHandle if flags & _CLASS else CallableHandle if flags & _CALLABLE else Handle)
        _set_link(made, link)
        link.handle = weakref.ref(made)
        if flags & _CLASS:
            self._classes[number] = made
        else:
            self._live[number] = link
        return made

    def _exception_class(self, number: int, name: str, bases: list[Any]) -> Any:
        found = tuple(
            base for base in map(self.read, bases) if isinstance(base, type) and issubclass(base, BaseException)
        )
        body = {"_number": number, "__module__": "__main__", "__getattr__": _student_attribute}
        for candidate in (found, found[:1], (Exception,)):
            try:
                return StudentExceptionMeta(name, candidate or (Exception,), dict(body))
            except TypeError:
                continue
        raise wire.WireError("malformed exception class")

    def _take_changes(self, values: Any, changed: Any) -> None:
        """Do to the arguments of a call what the hand-in did to its copies of them."""
        if type(changed) is not list or len(values) != _CALL_PARTS:
            raise self._broken("malformed answer")
        for entry in changed:
            try:
                (where, place), tree = entry
                target = values[1][place] if where == "args" else values[2][place]
            except (TypeError, ValueError, LookupError):
                raise self._broken("malformed answer") from None
            if type(tree) is list and tree[:1] == [wire.TENSOR] and tree[1:2] == ["plain"]:
                self.tensors.overwrite(target, tree[2:])
            else:
                _overwrite(target, self.read(tree))

    def _gone(self, reason: str) -> StudentGone:
        self.reason = self.reason or reason
        return StudentGone(self.reason)

    def _broken(self, detail: str) -> StudentGone:
        return self._gone(f"sent what is no answer ({detail})")


class _Link:
    """What a handle stands for. When the handle is gone, so is the examiner's claim on the object."""

    __slots__ = ("__weakref__", "connection", "count", "flags", "handle", "name", "number")

    def __init__(self, connection: Connection, number: int, flags: int, name: str) -> None:
        self.connection = connection
        self.number = number
        self.flags = flags
        self.name = name
        self.count = 1
        self.handle: Callable[[], Any] = lambda: None

    def __del__(self) -> None:
        self.connection.freed.append([self.number, self.count])


def _ask(handle: Any, name: str, *values: Any) -> Any:
    return _link(handle).connection.operation(name, *values)


def _refuse(what: str) -> Callable[..., NoReturn]:
    def refused(self: Any, *_others: Any) -> NoReturn:
        link = _link(self)
        kind = f"the class {link.name}" if link.flags & _CLASS else f"an object of type {link.name}"
        raise SubmissionError(f"{kind} came where a plain value was needed ({what})")

    return refused


_OWN = frozenset({"__copy__", "__deepcopy__"})
# What libraries ask an object for in order to follow its pointers or to build another one after its directions.
_NEVER_ASKED = frozenset(
    [
        "__array_interface__",
        "__array_struct__",
        "__cuda_array_interface__",
        "__dlpack__",
        "__dlpack_device__",
        "__dlpack_c_exchange_api__",
        "__buffer__",
        "__release_buffer__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__getnewargs__",
        "__getnewargs_ex__",
    ]
)


class Handle:
    """An object in the hand-in's process."""

    __slots__ = ("__weakref__", "_link")

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN:
            return object.__getattribute__(self, name)
        if name in _NEVER_ASKED:
            raise AttributeError(name)
        return _ask(self, "getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        _ask(self, "delattr", self, name)

    __eq__ = _refuse("a comparison")
    __ne__ = _refuse("a comparison")
    __lt__ = _refuse("a comparison")
    __le__ = _refuse("a comparison")
    __gt__ = _refuse("a comparison")
    __ge__ = _refuse("a comparison")
    __bool__ = _refuse("a truth value")
    __contains__ = _refuse("a search")
    __hash__ = _refuse("a key")

    def __len__(self) -> int:
        return _of_type(int, _ask(self, "len", self))

    def __iter__(self) -> Any:
        return _ask(self, "iter", self)

    def __next__(self) -> Any:
        return _ask(self, "next", self)

    def __reversed__(self) -> Any:
        return _ask(self, "reversed", self)

    def __getitem__(self, key: Any) -> Any:
        return _ask(self, "getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _ask(self, "setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        _ask(self, "delitem", self, key)

    def __str__(self) -> str:
        return _of_type(str, _ask(self, "str", self))

    def __repr__(self) -> str:
        return _of_type(str, _ask(self, "repr", self))

    def __format__(self, spec: str) -> str:
        return _of_type(str, _ask(self, "format", self, spec))

    def __float__(self) -> float:
        return _of_type(float, _ask(self, "float", self))

    def __int__(self) -> int:
        return _of_type(int, _ask(self, "int", self))

    def __complex__(self) -> complex:
        return _of_type(complex, _ask(self, "complex", self))

    def __index__(self) -> int:
        return _of_type(int, _ask(self, "index", self))

    def __bytes__(self) -> bytes:
        return _of_type(bytes, _ask(self, "bytes", self))

    def __dir__(self) -> Any:
        return _ask(self, "dir", self)

    def __copy__(self) -> Any:
        return _ask(self, "copy", self)

    def __deepcopy__(self, _memo: Any) -> Any:
        return _ask(self, "deepcopy", self)

    def __round__(self, *digits: Any) -> Any:
        return _ask(self, "round", self, *digits)

    def __trunc__(self) -> Any:
        return _ask(self, "trunc", self)

    def __floor__(self) -> Any:
        return _ask(self, "floor", self)

    def __ceil__(self) -> Any:
        return _ask(self, "ceil", self)

    def __divmod__(self, other: Any) -> Any:
        return _ask(self, "divmod", self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return _ask(self, "divmod", other, self)

    def __enter__(self) -> Any:
        return _ask(self, "call", _ask(self, "getattr", self, "__enter__"), [], {})

    def __exit__(self, *_raised: object) -> Any:
        # a hand-in's context manager must not swallow what a test raises
        _ask(self, "call", _ask(self, "getattr", self, "__exit__"), [None, None, None], {})
        return False

    def __array__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        _refuse("an array")(self)

    __array_ufunc__ = None  # numpy leaves operators to the reflected ones below


class CallableHandle(Handle):
    """A function, or another object that can be called."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the hand-in's process."""
        return _ask(self, "call", self, list(args), kwargs)


class ClassHandle(CallableHandle):
    """A class of the hand-in's. Two of them compare by identity: that needs no word of the hand-in's."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return self is other

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return self is not other

    def __hash__(self) -> int:  # type: ignore[override]
        return _link(self).number

    def __bool__(self) -> bool:  # type: ignore[override]
        return True

    def __instancecheck__(self, instance: Any) -> bool:
        return _of_type(bool, _ask(self, "isinstance", instance, self)) if is_remote(instance) else False

    def __subclasscheck__(self, subclass: Any) -> bool:
        return _of_type(bool, _ask(self, "issubclass", subclass, self)) if is_remote(subclass) else False


_link = Handle.__dict__["_link"].__get__
_set_link = Handle.__dict__["_link"].__set__


def _binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        return _ask(self, name, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return _ask(self, name, other, self)

    def inplace(self: Any, other: Any) -> Any:
        return _ask(self, f"i{name}", self, other)

    return forward, reflected, inplace


def _unary(name: str) -> Callable[..., Any]:
    return lambda self: _ask(self, name, self)


for _name in BINARY:
    _methods = _binary(_name)
    for _prefix, _method in zip(("", "r", "i"), _methods, strict=True):
        setattr(Handle, f"__{_prefix}{_name}__", _method)
for _name in UNARY:
    setattr(Handle, f"__{_name}__", _unary(_name))


class StudentExceptionMeta(type):
    """The examiner's own copies of the hand-in's exception classes, so that `except TheirError` works."""


def _student_attribute(error: BaseException, name: str) -> Any:
    """An attribute that the hand-in gave to an exception of its own."""
    handle = error.__dict__.get("_student")
    if handle is None or name.startswith("_"):
        raise AttributeError(name)
    return getattr(handle, name)


def make_exception(kind: type[BaseException], args: tuple[Any, ...], text: str) -> BaseException:
    """An exception of a type with the text that the hand-in's had, whatever its constructor wants."""
    try:
        error = kind.__new__(kind, *args)
        error.args = args
        if str(error) != text:
            error.args = (text,)
    except Exception:  # noqa: BLE001 - a constructor with arguments of its own, or arguments that cannot be shown
        error = kind.__new__(kind)
        error.args = (text,)
    return error


def describe(error: BaseException) -> list[str]:
    """A built-in exception type and a text for an exception of the examiner's: no source, no frames."""
    name = next((cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"), "Exception")
    try:
        return [name, str(error)[:MAX_TEXT]]
    except Exception:  # noqa: BLE001 - an exception that shows one of the hand-in's objects
        return [name, ""]


def is_remote(value: Any) -> bool:
    """Whether a value stands for something in the hand-in's process."""
    return issubclass(type(value), Handle) or type(value) is StudentExceptionMeta


def connection_of(value: Any) -> Connection:
    """The connection of a handle."""
    return _link(value).connection


def ask(handle: Any, name: str, *values: Any) -> Any:
    """Apply an operation in the process that a handle belongs to."""
    if name not in OPERATIONS:
        raise ValueError(name)
    return _ask(handle, name, *values)


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise SubmissionError(f"something that is no {kind.__name__} came where one was needed")
    return value


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


def _read_reference(module: str, name: str) -> Any:
    if type(name) is not str:
        raise wire.WireError("malformed reference")
    found: Any = None
    if module == "builtins":
        found = getattr(builtins, name, None)
        found = found if isinstance(found, type) else None
    elif module == "numpy.dtype":
        found = np.dtype(name[:32])
    elif module == "numpy":
        found = getattr(np, name, None)
        found = found if isinstance(found, type) and issubclass(found, (np.generic, np.ndarray)) else None
    elif module == "torch":
        found = resolve("torch", name)
        found = found if type(found).__name__ in ("dtype", "_TensorMeta") else None
    if found is None:
        raise wire.WireError("a reference to something else than a type")
    return found


def deadline_in(seconds: float) -> float:
    """The time of time.monotonic() that many seconds from now."""
    return time.monotonic() + seconds
