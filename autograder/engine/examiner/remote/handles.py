"""Handles: the hand-in's objects, which ask for everything in its process and never decide anything here.

A comparison, a truth value, a containment or a hash of a handle raises SubmissionError: an object that pretends to be
equal to everything is an error in the hand-in, never right. What needs no word of the hand-in's is answered: no object
is None, and functions and classes are true, and equal to themselves alone.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from autograder.engine.examiner.remote.exceptions import StudentExceptionMeta, SubmissionError
from autograder.engine.protocol.constants import CALLABLE_FLAG, CLASS_FLAG, FUNCTION_FLAG
from autograder.engine.protocol.operations import BINARY, UNARY

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked(Protocol):
    """What a handle needs of the connection that it came over."""

    freed: list[tuple[int, int]]

    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""


class Link:
    """What a handle stands for. When the handle is gone, so is the examiner's claim on the object.

    `begun` says of an iterator that it has been asked for an item. `labels` are the names by which tests have met the
    object, `sources` where it came from (`call_sites.py`).
    """

    __slots__ = (
        "__weakref__",
        "begun",
        "connection",
        "count",
        "flags",
        "handle",
        "labels",
        "name",
        "number",
        "sources",
    )

    def __init__(self, connection: Asked, number: int, flags: int, name: str) -> None:
        self.connection = connection
        self.number = number
        self.flags = flags
        self.name = name
        self.count = 1
        self.begun = False
        self.handle: Callable[[], Any] = lambda: None
        self.labels: set[str] = set()
        self.sources: set[str] = set()

    def __del__(self) -> None:
        self.connection.freed.append((self.number, self.count))


def ask(handle: Any, name: str, *values: Any) -> Any:
    """Apply an operation in the process that a handle belongs to."""
    return link_of(handle).connection.operation(name, *values)


def _refuse(what: str) -> Callable[..., NoReturn]:
    def refused(self: Any, *_others: Any) -> NoReturn:
        link = link_of(self)
        kind = f"the class {link.name}" if link.flags & CLASS_FLAG else f"an object of type {link.name}"
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
        return ask(self, "getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        ask(self, "setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        ask(self, "delattr", self, name)

    def __eq__(self, other: object) -> bool:
        return False if other is None else _refuse("a comparison")(self)

    def __ne__(self, other: object) -> bool:
        return True if other is None else _refuse("a comparison")(self)

    __lt__ = _refuse("a comparison")
    __le__ = _refuse("a comparison")
    __gt__ = _refuse("a comparison")
    __ge__ = _refuse("a comparison")
    __bool__ = _refuse("a truth value")
    __contains__ = _refuse("a search")
    __hash__ = _refuse("a key")

    def __len__(self) -> int:
        return _of_type(int, ask(self, "len", self))

    def __iter__(self) -> Any:
        return ask(self, "iter", self)

    def __next__(self) -> Any:
        return ask(self, "next", self)

    def __reversed__(self) -> Any:
        return ask(self, "reversed", self)

    def __getitem__(self, key: Any) -> Any:
        return ask(self, "getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        ask(self, "setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        ask(self, "delitem", self, key)

    def __str__(self) -> str:
        return _of_type(str, ask(self, "str", self))

    def __repr__(self) -> str:
        return _of_type(str, ask(self, "repr", self))

    def __format__(self, spec: str) -> str:
        return _of_type(str, ask(self, "format", self, spec))

    def __float__(self) -> float:
        return _of_type(float, ask(self, "float", self))

    def __int__(self) -> int:
        return _of_type(int, ask(self, "int", self))

    def __complex__(self) -> complex:
        return _of_type(complex, ask(self, "complex", self))

    def __index__(self) -> int:
        return _of_type(int, ask(self, "index", self))

    def __bytes__(self) -> bytes:
        return _of_type(bytes, ask(self, "bytes", self))

    def __dir__(self) -> Any:
        return ask(self, "dir", self)

    def __copy__(self) -> Any:
        return ask(self, "copy", self)

    def __deepcopy__(self, _memo: Any) -> Any:
        return ask(self, "deepcopy", self)

    def __round__(self, *digits: Any) -> Any:
        return ask(self, "round", self, *digits)

    def __trunc__(self) -> Any:
        return ask(self, "trunc", self)

    def __floor__(self) -> Any:
        return ask(self, "floor", self)

    def __ceil__(self) -> Any:
        return ask(self, "ceil", self)

    def __divmod__(self, other: Any) -> Any:
        return ask(self, "divmod", self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return ask(self, "divmod", other, self)

    def __enter__(self) -> Any:
        return ask(self, "call", ask(self, "getattr", self, "__enter__"), [], {})

    def __exit__(self, *_raised: object) -> Any:
        # a hand-in's context manager must not swallow what a test raises
        ask(self, "call", ask(self, "getattr", self, "__exit__"), [None, None, None], {})
        return False

    def __array__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        _refuse("an array")(self)

    __array_ufunc__ = None  # numpy leaves operators to the reflected ones below


class CallableHandle(Handle):
    """A function, or another object that can be called."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the hand-in's process."""
        return ask(self, "call", self, args, kwargs)


class FunctionHandle(CallableHandle):
    """A function or a class of the hand-in's. Two of them compare by identity: that needs no word of the hand-in's."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:  # type: ignore[override]
        return link_of(self).number

    def __bool__(self) -> bool:  # type: ignore[override]
        return True


class ClassHandle(FunctionHandle):
    """A class of the hand-in's."""

    __slots__ = ()

    def __instancecheck__(self, instance: Any) -> bool:
        return _of_type(bool, ask(self, "isinstance", instance, self)) if is_remote(instance) else False

    def __subclasscheck__(self, subclass: Any) -> bool:
        return _of_type(bool, ask(self, "issubclass", subclass, self)) if is_remote(subclass) else False


link_of = Handle.__dict__["_link"].__get__
"""What a handle stands for: read past `__getattribute__`, which asks the hand-in's process."""

_set_link = Handle.__dict__["_link"].__set__


def make_handle(link: Link) -> Handle:
    """The handle for what the student's process described."""
    kinds = (CLASS_FLAG, ClassHandle), (FUNCTION_FLAG, FunctionHandle), (CALLABLE_FLAG, CallableHandle)
    kind = next((one for flag, one in kinds if link.flags & flag), Handle)
    made: Handle = object.__new__(kind)
    _set_link(made, link)
    link.handle = weakref.ref(made)
    return made


def _binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        return ask(self, name, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return ask(self, name, other, self)

    def inplace(self: Any, other: Any) -> Any:
        return ask(self, f"i{name}", self, other)

    return forward, reflected, inplace


def _unary(name: str) -> Callable[..., Any]:
    return lambda self: ask(self, name, self)


for _name in BINARY:
    _methods = _binary(_name)
    for _prefix, _method in zip(("", "r", "i"), _methods, strict=True):
        setattr(Handle, f"__{_prefix}{_name}__", _method)
for _name in UNARY:
    setattr(Handle, f"__{_name}__", _unary(_name))


def is_remote(value: Any) -> bool:
    """Whether a value stands for something in the hand-in's process."""
    return issubclass(type(value), Handle) or type(value) is StudentExceptionMeta


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise SubmissionError(f"something that is no {kind.__name__} came where one was needed")
    return value
