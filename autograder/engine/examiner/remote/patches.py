"""What a test has patched: names in modules, settings of the process, the environment, names of the notebook.

A test that forbids `sorted`, or has warnings raised, means the code under test. The model's run shows at which items
this happens, and where; there it is looked at before each question, and what differs is put in place in the hand-in's
process for as long as that question lasts (`student/patches.py`). Builtins are looked at once in every test.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import sys
import types
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.callers import callers
from autograder.engine.examiner.remote.handles import CallableHandle
from autograder.engine.protocol.references import NOTEBOOK
from autograder.engine.protocol.sync.states import ENVIRONMENT, STATE, STATES, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autograder.engine.protocol.control import Patched

_MISSING = object()
_PLAIN = (bool, int, float, complex, str, type(None))
_RECORDER = ("warnings", "_showwarnmsg_impl")  # what catch_warnings(record=True) replaces
Place = tuple[str, str]


class Patches:
    """The patches of one run's tests. `learned` is None in the model's run, which then learns them."""

    def __init__(self, learned: Iterable[Patched] | None, tests: type) -> None:
        self._tests = tests
        self._learning = learned is None
        self._item = ""
        self._fresh = True
        self._seen: set[tuple[types.CodeType, int]] = set()
        self._places: dict[str, set[Place]] = {}
        for item, where, name in learned or ():
            self._places.setdefault(item, set()).add((where, name))
        self._values: dict[str, list[Any]] = {}  # the same modules' values alone, which are compared fast
        self._modules: dict[str, dict[str, Any]] = {"builtins": dict(vars(sys.modules["builtins"]))}
        for where in {where for places in self._places.values() for where, _ in places} - {
            STATE,
            ENVIRONMENT,
            NOTEBOOK,
        }:
            with contextlib.suppress(ImportError):
                self._modules[where] = dict(vars(importlib.import_module(where)))
        if self._learning:
            self._look_at_modules()
        self._states = {name: state.get() for name, state in STATES.items()}
        self._environment = dict(os.environ)

    @property
    def learned(self) -> list[Patched]:
        """Items and places, in a fixed order."""
        return sorted((item, where, name) for item, places in self._places.items() for where, name in places)

    def begin(self, item: str) -> None:
        """A test begins."""
        self._item = item
        self._fresh = True

    def now(self) -> list[tuple[Place, Any]]:
        """The places that are patched now, with what is there; `missing` where something was taken away."""
        places = self._places.get(self._item, set())
        if self._learning and self._is_new_place():
            places = self._places[self._item] = places | {*self._differing(self._modules), *self._differing_states()}
        elif self._fresh:
            self._fresh = False
            builtin = set(self._differing({"builtins": self._modules["builtins"]}))
            if builtin - places:
                places = self._places[self._item] = places | builtin
        found = [(place, self._value(place)) for place in sorted(places) if self._differs(place)] if places else []
        main = sys.modules.get(NOTEBOOK)
        if isinstance(main, Notebook):
            found += [((NOTEBOOK, name), value) for name, value in main.patched.items()]
        return found

    @staticmethod
    def is_missing(value: Any) -> bool:
        """Whether a name was taken away."""
        return value is _MISSING

    def _is_new_place(self) -> bool:
        """Whether the test has not asked from this place before: while learning everything is looked at there."""
        frame = next((frame for frame in callers() if type(frame.f_globals) is self._tests), None)
        if frame is None:
            return False
        place = frame.f_code, frame.f_lasti
        known = place in self._seen
        self._seen.add(place)
        return not known

    def _look_at_modules(self) -> None:
        for name, module in list(sys.modules.items()):
            if name not in self._modules and type(module) is types.ModuleType and name != NOTEBOOK:
                self._modules[name] = dict(vars(module))

    def _differing(self, modules: dict[str, dict[str, Any]]) -> Iterator[Place]:
        for where, before in modules.items():
            now = vars(sys.modules[where]) if where in sys.modules else before
            if _are_as_before(now, self._values_of(where, before)):
                continue
            for name, old in before.items():
                new = now.get(name, _MISSING)
                if new is not old and _counts(where, name, old, new):
                    yield where, name
            if len(now) != len(before):
                for name in now.keys() - before.keys():
                    if _counts(where, name, _MISSING, now[name]):
                        yield where, name

    def _values_of(self, where: str, before: dict[str, Any]) -> list[Any]:
        values = self._values.get(where)
        if values is None:
            values = self._values[where] = list(before.values())
        return values

    def _differing_states(self) -> Iterator[Place]:
        for name, state in STATES.items():
            if state.get() != self._states[name]:
                yield STATE, name
        for name in {*os.environ, *self._environment}:
            if os.environ.get(name) != self._environment.get(name):
                yield ENVIRONMENT, name

    def _differs(self, place: Place) -> bool:
        where, name = place
        if where == STATE:
            return bool(STATES[name].get() != self._states[name])
        if where == ENVIRONMENT:
            return os.environ.get(name) != self._environment.get(name)
        return self._value(place) is not self._modules.get(where, {}).get(name, _MISSING)

    def _value(self, place: Place) -> Any:
        where, name = place
        if where == STATE:
            return STATES[name].get()
        if where == ENVIRONMENT:
            return os.environ.get(name, _MISSING)
        value: Any = vars(sys.modules[where]).get(name, _MISSING) if where in sys.modules else _MISSING
        if where == "sys" and name in STREAMS:
            return value.readline if name == "stdin" else value.write
        return value


def _are_as_before(now: dict[str, Any], values: list[Any]) -> bool:
    """Whether a module plainly has what it had: hardly any differs, and all are looked at for each place that asks."""
    try:
        return list(now.values()) == values
    except Exception:  # noqa: BLE001 - arrays and others that cannot be compared: one of them is another one
        return False


def _counts(where: str, name: str, old: Any, new: Any) -> bool:
    """Whether a difference is a test's doing. Counters, caches and modules that are imported on the way are not."""
    if where == "sys":
        return name in STREAMS
    if name.startswith("_"):
        return (where, name) == _RECORDER
    values = [value for value in (old, new) if value is not _MISSING]
    return all(callable(value) or isinstance(value, _PLAIN) for value in values) and (
        old is not _MISSING or callable(new)
    )


def give_tests_their_own_builtins(replaced: Mapping[str, Any]) -> None:
    """Have `import builtins` give a copy, with some of them replaced: what a test patches there is not what we use."""
    if type(sys.modules["builtins"]) is types.ModuleType and sys.modules["builtins"] is builtins:
        copy = types.ModuleType("builtins")
        vars(copy).update(vars(builtins), **replaced)
        sys.modules["builtins"] = copy


def _here(handle: Any) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        return handle(*args, **kwargs)

    return function


class Notebook(types.ModuleType):
    """`__main__` as tests have it: the notebook, which `mock.patch("__main__.name", ...)` can patch."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__(NOTEBOOK)
        vars(self).update(_namespace=namespace, _before={}, patched={})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            value = self._namespace[name]
        except KeyError:
            raise AttributeError(name) from None
        # what looks at a module from outside, as mock does, takes a function for one that is here
        return _here(value) if issubclass(type(value), CallableHandle) else value

    def __setattr__(self, name: str, value: Any) -> None:
        self._before.setdefault(name, dict.get(self._namespace, name, _MISSING))
        self.patched[name] = value
        self._namespace[name] = value

    def __delattr__(self, name: str) -> None:
        if self.patched.pop(name, _MISSING) is _MISSING:
            raise AttributeError(name)
        before = self._before.pop(name)
        if before is _MISSING:
            self._namespace.pop(name, None)
        else:
            self._namespace[name] = before

    def __dir__(self) -> list[str]:
        return list(self._namespace)
