"""Things that both sides have and that therefore cross by name: types, dtypes, functions of libraries."""

from __future__ import annotations

import builtins
import importlib
import sys
import sysconfig
import types
from pathlib import PurePath
from typing import Any

import numpy as np

from autograder.engine.protocol.exceptions import WireError

_DTYPE = "numpy.dtype"
NOTEBOOK = "__main__"
"""What the notebook's own functions and classes call their module: each side has its own."""
_LIBRARIES = frozenset(
    {
        "builtins",
        "math",
        "cmath",
        "operator",
        "numpy",
        "torch",
        "random",
        "itertools",
        "functools",
        "collections",
        "statistics",
        "fractions",
        "decimal",
        "string",
        "_operator",
        "_functools",
        "_collections",
    }
)
"""The libraries of which modules cross as well: of any other one that is installed, functions and types do."""

_OURS = __name__.partition(".")[0]
_SITES = frozenset({"site-packages", "dist-packages"})
_PYTHONS_OWN = sysconfig.get_path("stdlib")
_NAMELESS = {value: name for name, value in vars(types).items() if isinstance(value, type)}
"""Types that say of themselves that they are builtins, and are not: what the module `types` calls them."""

_BUILTIN_TYPES = frozenset(value for value in vars(builtins).values() if isinstance(value, type))

Reference = tuple[str, str]
"""A module and a dotted name in it."""


def resolve(module: str, name: str) -> Any:
    """The object of a dotted name in a module that can be imported. Raises ImportError or AttributeError."""
    found = importlib.import_module(module)
    for part in name.split(".") if name else ():
        found = getattr(found, part)
    return found


def reference_to_type(value: Any) -> Reference | None:  # noqa: PLR0911 - one return for each kind
    """The name of a type, dtype or library that both sides have, None for anything else."""
    if isinstance(value, types.ModuleType):
        return _library(value)
    if isinstance(value, type):
        if value in _BUILTIN_TYPES:
            return "builtins", value.__name__
        if value is np.ndarray or (issubclass(value, np.generic) and value.__module__ == "numpy"):
            return "numpy", value.__name__
        if value.__module__ == "torch" and value.__name__ == "Tensor":
            return "torch", "Tensor"
        return None
    if isinstance(value, np.dtype):
        return _DTYPE, value.str
    return _torch_dtype(value)


def is_installed(module: Any) -> bool:
    """Whether a module is one of Python's own or of an installed library: the same one on both sides."""
    name = module.partition(".")[0] if type(module) is str else ""
    if name in (NOTEBOOK, _OURS, ""):
        return False
    file = getattr(sys.modules.get(name), "__file__", None)
    if type(file) is not str:
        return name in sys.stdlib_module_names
    return file.startswith(_PYTHONS_OWN) or not _SITES.isdisjoint(PurePath(file).parts)


def reference_to_class(value: Any) -> Reference | None:
    """The name of a class of an installed library, None for anything else."""
    if type(value) is type and value in _NAMELESS:
        return "types", _NAMELESS[value]
    if not isinstance(value, type) or not is_installed(value.__module__):
        return None
    try:
        same = resolve(value.__module__, value.__qualname__) is value
    except (ImportError, AttributeError, ValueError):
        return None
    return (value.__module__, value.__qualname__) if same else None


def read_class(module: Any, name: Any) -> Any:
    """The class that the hand-in says an object of its own to be of, None unless its library is imported here.

    Python's own are not among them, but for those that have a name in `types`: what is made of a class that somebody
    else has chosen should not be able to do more than a library for data. Raises WireError.
    """
    if type(module) is not str or type(name) is not str:
        raise WireError("malformed reference")
    if module == "builtins":
        return read_type(module, name)
    if module != "types" and (module.partition(".")[0] in sys.stdlib_module_names or not is_installed(module)):
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if isinstance(found, (type, types.ModuleType)) else None
    return found if isinstance(found, type) else None


def reference_to_library(value: Any) -> Reference | None:
    """The name of a function, type or dtype of a library that a test may hand over, None for anything else."""
    if isinstance(value, np.dtype):
        return None if value.hasobject else (_DTYPE, value.str)
    if (dtype := _torch_dtype(value)) is not None:
        return dtype
    if isinstance(value, types.ModuleType):
        return _library(value)
    return reference_to_class(value) if isinstance(value, type) else _reference_to_function(value)


def _reference_to_function(value: Any) -> Reference | None:
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(value, np.ufunc):
        module, name = "numpy", value.__name__
    if module is None and isinstance(value, types.BuiltinFunctionType):
        module = "torch" if getattr(sys.modules.get("torch"), value.__name__, None) is value else None
    if not isinstance(module, str) or not isinstance(name, str) or not is_installed(module):
        return None
    try:
        return (module, name) if resolve(module, name) is value else None
    except (ImportError, AttributeError, ValueError):
        return None


def read_reference(module: str, name: str) -> Any:
    """What the examiner refers to, on the student's side, which trusts it."""
    return np.dtype(name) if module == _DTYPE else resolve(module, name)


def read_type(module: Any, name: Any) -> Any:
    """The type, dtype or library that the hand-in refers to: nothing but these. Raises WireError."""
    if type(name) is not str:
        raise WireError("malformed reference")
    found: Any = None
    if not name:
        found = sys.modules.get(module) if _is_library(module) else None
    elif module == "builtins":
        found = getattr(builtins, name, None)
        found = found if isinstance(found, type) else None
    elif module == _DTYPE:
        found = np.dtype(name[:32])
    elif module == "numpy":
        found = getattr(np, name, None)
        found = found if isinstance(found, type) and issubclass(found, (np.generic, np.ndarray)) else None
    elif module == "torch":
        found = resolve("torch", name)
        found = found if type(found).__name__ in ("dtype", "_TensorMeta") else None
    if found is None:
        raise WireError("a reference to something else than a type")
    return found


def _library(value: types.ModuleType) -> Reference | None:
    """The name of a module of the libraries above, with an empty name in it: each side has its own."""
    name = value.__name__
    return (name, "") if _is_library(name) and sys.modules.get(name) is value else None


def _is_library(name: Any) -> bool:
    return type(name) is str and name.split(".")[0] in _LIBRARIES


def _torch_dtype(value: Any) -> Reference | None:
    if type(value).__module__ == "torch" and type(value).__name__ == "dtype":
        return "torch", str(value).removeprefix("torch.")
    return None
