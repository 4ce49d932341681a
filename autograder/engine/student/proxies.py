"""What student code gets in place of the examiner's own functions and objects.

A proxy knows a number and a kind, and asks the examiner for everything; what may be asked is decided there.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from collections.abc import Iterator as AnyIterator
from typing import Any, Protocol

from autograder.engine.protocol.constants import CLASS, FUNCTION, INSTANCE
from autograder.engine.protocol.exceptions import WireError

MATH = "__math__"
"""What the functions of `math` ask for in an object of a test cell's class, as numpy's ask for `__array_ufunc__`."""


class Asker(Protocol):
    """What proxies need of the server that made them."""

    def ask_back(self, target: int, operation: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Ask the examiner to do something with an object of its own."""


class Proxies:
    """Makes proxies, each once for a number, and knows them again."""

    def __init__(self, server: Asker) -> None:
        self._server = server
        self._made: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._mathematical = False

    def new_test(self) -> None:
        """A test begins, and has handed nothing over yet."""
        self._mathematical = False

    @contextlib.contextmanager
    def mathematics(self, names: dict[str, Any]) -> AnyIterator[None]:
        """While this lasts the functions of math, by whatever names the hand-in has them, ask proxies for __math__.

        Nothing is done unless such a proxy was made for the test that runs.
        """
        if not self._mathematical:
            yield
            return
        functions = {name: value for name, value in vars(math).items() if callable(value)}
        aware = {id(function): _aware(name, function) for name, function in functions.items()}
        kept = [(vars(math), name, function) for name, function in functions.items()]
        kept += [(names, name, value) for name, value in list(names.items()) if id(value) in aware]
        self._mathematical = False  # what is asked meanwhile need not do it again
        try:
            for where, name, function in kept:
                where[name] = aware[id(function)]
            yield
        finally:
            self._mathematical = True
            for where, name, function in kept:
                where[name] = function

    def number_of(self, value: Any) -> int | None:
        """The number of the examiner's object that a proxy stands for, None for anything else."""
        number = self._numbers.get(id(value))
        return number if number is not None and self._made.get(number) is value else None

    def make(self, number: int, kind: str, name: str, class_number: int, methods: list[str]) -> Any:
        """The proxy for one of the examiner's objects."""
        if number not in self._made:
            if kind == CLASS:
                made: Any = self._make_class(number, name, methods)
            elif kind == INSTANCE:
                made = object.__new__(self._class(class_number, name, methods))
                object.__setattr__(made, "_number", number)
                self._mathematical = self._mathematical or MATH in methods
            else:
                made = self._make_function(number, name) if kind == FUNCTION else Iterator(self, number)
            self._made[number] = made
            self._numbers[id(made)] = number
        return self._made[number]

    def ask(self, number: int, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Ask the examiner to do something with its object."""
        return self._server.ask_back(number, operation, list(args), kwargs)

    def _class(self, number: int, name: str, methods: list[str]) -> type:
        if number not in self._made:
            self._made[number] = made = self._make_class(number, name, methods)
            self._numbers[id(made)] = number
        return self._made[number]

    def _make_function(self, number: int, name: str) -> Any:
        def function(*args: Any, **kwargs: Any) -> Any:
            return self.ask(number, "call", *args, **kwargs)

        function.__name__ = function.__qualname__ = name
        return function

    def _make_class(self, number: int, name: str, methods: list[str]) -> type:
        proxies = self

        class Meta(type):
            def __call__(cls, *args: Any, **kwargs: Any) -> Any:
                return proxies.ask(number, "call", *args, **kwargs)

            def __getattr__(cls, attribute: str) -> Any:
                return proxies.ask(number, "getattr", attribute)

        def getter(instance: Any, attribute: str) -> Any:
            return proxies.ask(object.__getattribute__(instance, "_number"), "getattr", attribute)

        def setter(instance: Any, attribute: str, value: Any) -> None:
            proxies.ask(object.__getattribute__(instance, "_number"), "setattr", attribute, value)

        def special(method: str) -> Any:
            def call(instance: Any, *args: Any, **kwargs: Any) -> Any:
                return proxies.ask(object.__getattribute__(instance, "_number"), method, *args, **kwargs)

            call.__name__ = method
            return call

        body: dict[str, Any] = {"__slots__": ("_number", "__weakref__"), "__getattr__": getter, "__setattr__": setter}
        body.update({method: special(method) for method in methods})
        if "__eq__" in methods and "__hash__" not in methods:
            body["__hash__"] = None
        return Meta(name, (), body)


def _aware(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        for arg in args:
            method = getattr(type(arg), MATH, None)
            if method is not None:
                return method(arg, name, *args)
        return function(*args, **kwargs)

    return call


class Iterator:
    """Stands for a generator or an iterator of the examiner's."""

    def __init__(self, proxies: Proxies, number: int) -> None:
        self._proxies = proxies
        self._number = number

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        result = self._proxies.ask(self._number, "next")
        if type(result) is not tuple:
            raise WireError("malformed answer")
        if not result:
            raise StopIteration
        return result[0]
