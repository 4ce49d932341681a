"""What the examiner hands to the hand-in's code: functions, and classes of test cells with their instances.

A function can be called and nothing else. An object of a test cell's class gives its public attributes, its operators
and its calls. Nothing else leaves: no module, no frame, no dictionary of globals.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograder.engine.protocol import constants
from autograder.engine.protocol.constants import CLASS, FUNCTION, INSTANCE, ITERATOR
from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.references import NOTEBOOK, reference_to_library
from autograder.engine.protocol.sync.generators import is_generator

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.streams import SharedStreams

_FUNCTIONS = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    functools.partial,
    np.ufunc,
    np.vectorize,
)
_NEVER = frozenset(
    [
        "__class__",
        "__dict__",
        "__getattribute__",
        "__getattr__",
        "__setattr__",
        "__delattr__",
        "__init__",
        "__new__",
        "__del__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__init_subclass__",
        "__subclasshook__",
        "__dir__",
        "__sizeof__",
        "__weakref__",
        "__slots__",
        "__doc__",
        "__module__",
        "__annotations__",
        "__dataclass_fields__",
        "__dataclass_params__",
        "__match_args__",
        "__orig_bases__",
        "__parameters__",
        "__abstractmethods__",
        "__set_name__",
        "__class_getitem__",
        "__static_attributes__",
        "__firstlineno__",
    ]
)


class Exports:
    """The examiner's objects that the hand-in has a proxy of, until `clear`."""

    def __init__(self, streams: SharedStreams) -> None:
        self._streams = streams
        self._objects: dict[int, tuple[Any, str]] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1

    def clear(self) -> None:
        """Forget everything: what was handed over for one test cell is of no use in the next."""
        self._objects.clear()
        self._numbers.clear()

    def get(self, number: Any) -> Any:
        """The object of a number that comes back: for one of an earlier test a function that refuses.

        Raises WireError.
        """
        if type(number) is not int or not 0 < number < self._next:
            raise WireError("an object that was never handed over")
        return self._objects[number][0] if number in self._objects else _of_an_earlier_test

    def write(self, value: Any) -> list[Any]:  # noqa: PLR0911 - one return for each kind
        """How a value that is not plain data crosses. Raises TypeError when it may not."""
        reference = reference_to_library(value)
        if reference is not None:
            return [constants.REFERENCE, *reference]
        if is_generator(value):
            return [constants.GENERATOR, *self._streams.hand_over(value)]
        if isinstance(value, type):
            if value.__module__ == NOTEBOOK:
                return self._export(value, CLASS, value.__name__, 0, _special_methods(value))
        elif isinstance(value, _FUNCTIONS):
            return self._export(value, FUNCTION, _name(value), 0, [])
        elif type(value).__module__ == NOTEBOOK:
            kind: Any = type(value)
            class_number = self._number(kind, CLASS)
            return self._export(value, INSTANCE, kind.__name__, class_number, _special_methods(kind))
        elif isinstance(value, Iterator) and not callable(value):  # a mock has every method
            return self._export(value, ITERATOR, "iterator", 0, [])
        elif callable(value) and not isinstance(value, types.ModuleType):
            return self._export(value, FUNCTION, _name(value), 0, [])
        raise TypeError(f"a test cannot hand an object of type {type(value).__name__} to the hand-in")

    def apply(self, number: Any, operation: Any, args: Any, kwargs: Any) -> Any:
        """Do what the hand-in asks of one of our objects. Raises what that raises, or AttributeError."""
        value = self.get(number)
        if number not in self._objects:
            value()
        kind = self._objects[number][1]
        if type(operation) is not str or type(args) is not list or type(kwargs) is not dict:
            raise WireError("malformed question")
        if operation == "call" and kind in (FUNCTION, CLASS):
            return value(*args, **kwargs)
        if operation == "next" and kind == ITERATOR:
            try:
                return (next(value),)
            except StopIteration:
                return ()
        if operation == "getattr" and kind in (CLASS, INSTANCE):
            return getattr(value, _public(args))
        if operation == "setattr" and kind == INSTANCE and len(args) == len(("name", "value")):
            setattr(value, _public(args[:1]), args[1])
            return None
        own: Any = type(value)
        if kind == INSTANCE and operation in _special_methods(own):
            return getattr(type(value), operation)(value, *args, **kwargs)
        raise AttributeError("this is not given to a hand-in")

    def _export(self, value: Any, kind: str, name: str, class_number: int, methods: list[str]) -> list[Any]:
        return [constants.EXPORT, self._number(value, kind), kind, name, class_number, methods]

    def _number(self, value: Any, kind: str) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = self._next
            self._objects[number] = (value, kind)
            self._next += 1
        return number


def _of_an_earlier_test(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RuntimeError("what a test has handed over can be used only while it runs")


def _public(args: list[Any]) -> str:
    (name,) = args
    if type(name) is not str or name.startswith("_") or name in ("mro", "gi_frame", "gi_code", "cr_frame", "f_globals"):
        raise AttributeError("this is not given to a hand-in")
    return name


def _name(value: Any) -> str:
    name = getattr(value, "__name__", "function")
    return (
        name if isinstance(name, str) and name.isidentifier() and type(value) is not types.FunctionType else "function"
    )


@functools.lru_cache(maxsize=256)
def _special_methods(kind: Any) -> list[str]:
    """The operators that a test cell's class defines itself."""
    found = set()
    for cls in kind.__mro__:
        if cls.__module__ == NOTEBOOK:
            found |= {
                name
                for name, value in vars(cls).items()
                if name.startswith("__") and name.endswith("__") and name not in _NEVER and callable(value)
            }
    return sorted(found)
