"""Which objects cross as their parts, besides the plain data that writer.py and reader.py know by themselves.

A kind is a type with two functions: one takes an object apart into plain data, the other makes an object out of such
parts, believing nothing of them. What is made is an ordinary object of the library's, here, and nothing of the
hand-in's lives on in it: parts hold no handles, unless the kind is `open`, as a container is that holds whatever it is
given.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograder.engine.protocol.exceptions import NotPlainError, WireError


@dataclass(frozen=True)
class Kind:
    """Objects of exactly one type. `name` is what they are called on the wire.

    `parts` takes an object apart and raises NotPlainError when it cannot; `build` makes one of parts, of which only
    their plain types are certain, and raises any exception when it cannot. `put` gives an object the content of another
    one: objects that have it can change, and are shared as other containers are (`sync/shared.py`). `key` says that an
    object may be a key of a dictionary. `believed` is `build` on the side that trusts the other one, where it differs.
    """

    name: str
    type: type
    parts: Callable[[Any], list[Any]]
    build: Callable[..., Any]
    put: Callable[[Any, Any], None] | None = None
    key: bool = False
    open: bool = False
    believed: Callable[..., Any] | None = None


_HOMES = {
    "builtins": "standard",
    "collections": "standard",
    "datetime": "standard",
    "pathlib": "standard",
    "uuid": "standard",
    "zoneinfo": "standard",
    "numpy": "numeric",
    "pandas": "frames",
    "scipy": "sparse",
}
"""The module here that has the kinds of a library."""

_BY_TYPE: dict[type, Kind | None] = {}
_BY_NAME: dict[str, Kind] = {}
_LOADED: set[str] = set()


def kind_of(cls: type) -> Kind | None:
    """The kind of the objects of a type, None when they do not cross as parts."""
    try:
        return _BY_TYPE[cls]
    except KeyError:
        library = str(cls.__module__).partition(".")[0]
    if library not in _HOMES:
        return None
    if _HOMES[library] not in _LOADED:
        _load(library)
    return _BY_TYPE.setdefault(cls, None)


def kind_named(name: Any) -> Kind:
    """The kind that is called so on the wire. Raises WireError when there is none, or its library is not installed."""
    if type(name) is not str:
        raise WireError("malformed kind")
    found = _BY_NAME.get(name)
    if found is None:
        library = name.partition(".")[0]
        if library in _HOMES and _HOMES[library] not in _LOADED:
            try:
                _load(library)
            except ImportError:
                raise WireError(f"an object of {library}, which is not installed") from None
            found = _BY_NAME.get(name)
    if found is None:
        raise WireError("an object of an unknown kind")
    return found


def built(kind: Kind, parts: Any, *, believed: bool) -> Any:
    """The object of these parts. Raises WireError when they are none of it."""
    build = kind.believed if believed and kind.believed is not None else kind.build
    if type(parts) is not list:
        raise WireError("malformed parts")
    try:
        return build(*parts)
    except WireError:
        raise
    except Exception as error:  # noqa: BLE001 - a library says in many ways that it cannot make anything of them
        raise WireError(f"malformed {kind.name}: {type(error).__name__}") from None


def taken_apart(kind: Kind, value: Any) -> list[Any]:
    """The parts of an object. Raises NotPlainError when it does not cross as parts."""
    try:
        return kind.parts(value)
    except NotPlainError:
        raise
    except Exception as error:  # noqa: BLE001 - an object in a state that its library does not expect
        raise NotPlainError(f"{kind.name}: {type(error).__name__}") from None


def _load(library: str) -> None:
    home = _HOMES[library]
    kinds: Iterable[Kind] = importlib.import_module(f"{__package__}.{home}").KINDS
    _LOADED.add(home)
    for kind in kinds:
        _BY_TYPE[kind.type] = kind
        _BY_NAME[kind.name] = kind
