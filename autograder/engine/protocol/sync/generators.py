"""Random number generators: seeded from a key, and their states as plain data.

A generator's state crosses as a tree (`state_of`), is read back by `checked` and put in place by `put`. Torch and numpy
believe whatever state they are given and read memory by the positions in it, so a state that comes from a hand-in is
held against the one that the generator has: the same parts, of the same types and sizes, each within its range.
"""

from __future__ import annotations

import math
import random
import struct
import sys
from typing import Any

import numpy as np

from autograder.engine.protocol.exceptions import WireError

LIBRARIES = ("random", "numpy", "torch")
"""The libraries with a generator of their own, which a test may seed."""

_WORDS = 624  # of the state of a Mersenne twister, each of 32 bits
_WORD = 2**32
_KIND, _RANDOM_VERSION = "kind", 3
# torch's state: the seed, what is left, whether it was seeded, the next word; the words; normal numbers kept for later
_TORCH_HEAD, _TORCH_TAIL = struct.Struct("<QiiQ"), struct.Struct("<dddi4xf?3x")
_TORCH_SIZE = _TORCH_HEAD.size + 8 * _WORDS + _TORCH_TAIL.size
_BELOW: dict[str, int] = {
    "pos": _WORDS + 1,
    "buffer_pos": 5,
    "has_uint32": 2,
    "has_gauss": 2,
    "uinteger": _WORD,
    "state": 2**128,
    "inc": 2**128,
}
"""What the whole numbers in a state of numpy's have to be less than."""


_OWN: dict[str, Any] = {"random": random._inst, "numpy": np.random.mtrand._rand}  # noqa: SLF001


def own_generator(library: str) -> Any:
    """The generator that the functions of a library draw from; None where the library is not there."""
    torch = sys.modules.get("torch")
    return _OWN.get(library) if library in _OWN or torch is None else torch.default_generator


def is_generator(value: Any) -> bool:
    """Whether a value is a generator that may be handed over."""
    if type(value) in (random.Random, np.random.Generator, np.random.RandomState):
        return True
    torch = sys.modules.get("torch")
    return torch is not None and type(value) is torch.Generator


def seed_from(library: str, key: bytes) -> None:
    """Seed a library's generator with a key of 256 bits, all of which count."""
    generator = own_generator(library)
    words = [int.from_bytes(key[place : place + 4], "big") for place in range(0, len(key), 4)]
    if library == "random":
        generator.seed(int.from_bytes(key, "big"))
    elif library == "numpy":
        generator.seed(words)
    elif generator is not None:  # by itself torch takes 32 bits of a seed
        twister = np.random.RandomState(words).get_state(legacy=False)["state"]["key"].astype("<u8").tobytes()
        head = _TORCH_HEAD.pack(int.from_bytes(key[:8], "big") >> 1, 1, 1, 0)
        put(generator, {_KIND: "torch", "words": head + twister + bytes(_TORCH_TAIL.size)})


def state_of(generator: Any) -> dict[str, Any]:
    """The state of a generator as plain data."""
    kind = type(generator)
    if kind is random.Random:
        _, words, gauss = generator.getstate()
        return {_KIND: "random", "words": np.array(words, dtype="<u4").tobytes(), "next gauss": gauss}
    if kind is np.random.RandomState:
        return {_KIND: "numpy-legacy", **generator.get_state(legacy=False)}
    if kind is np.random.Generator:
        return {_KIND: "numpy", **generator.bit_generator.state}
    return {_KIND: "torch", "words": generator.get_state().numpy().tobytes()}


def made_from(state: dict[str, Any]) -> Any:
    """A new generator of this state, which is the examiner's: for the hand-in's process."""
    kind = state[_KIND]
    if kind == "random":
        made: Any = random.Random()  # noqa: S311 - for sampling
    elif kind == "torch":
        made = sys.modules["torch"].Generator()
    else:
        bits = getattr(np.random, state["bit_generator"])()
        made = np.random.Generator(bits) if kind == "numpy" else np.random.RandomState(bits)
    put(made, state)
    return made


def put(generator: Any, state: dict[str, Any]) -> None:
    """Put a generator in a state of its own kind."""
    kind = state[_KIND]
    rest = {name: part for name, part in state.items() if name != _KIND}
    if kind == "random":
        words = np.frombuffer(state["words"], dtype="<u4").tolist()
        generator.setstate((_RANDOM_VERSION, tuple(words), state["next gauss"]))
    elif kind == "torch":
        torch = sys.modules["torch"]
        generator.set_state(torch.frombuffer(bytearray(state["words"]), dtype=torch.uint8))
    elif kind == "numpy":
        generator.bit_generator.state = rest
    else:
        generator.set_state(rest)


def checked(generator: Any, state: Any) -> dict[str, Any]:
    """A state that came from a hand-in, of which nothing is believed, for this generator. Raises WireError."""
    expected = state_of(generator)
    if not _alike(expected, state, ""):
        raise WireError("malformed state of a generator")
    kind = expected[_KIND]
    if kind == "random" and not 0 < int.from_bytes(state["words"][-4:], "little") <= _WORDS:
        raise WireError("malformed state of a generator")
    if kind == "torch" and not _is_torch(state["words"]):
        raise WireError("malformed state of a generator")
    found: dict[str, Any] = state
    return found


def _alike(expected: Any, came: Any, name: str) -> bool:
    """Whether a part of a state has the type and the size that it has to have, and is within its range."""
    if name == "next gauss":
        return came is None or (type(came) is float and math.isfinite(came))
    if type(came) is not type(expected):
        return False
    if isinstance(expected, dict):
        return came.keys() == expected.keys() and all(_alike(part, came[key], key) for key, part in expected.items())
    fits = {
        np.ndarray: lambda: came.dtype == expected.dtype and came.shape == expected.shape,
        bytes: lambda: len(came) == len(expected),
        float: lambda: math.isfinite(came),
        int: lambda: 0 <= came < _BELOW.get(name, 0),
        str: lambda: came == expected,  # which kind of generator it is
    }
    return bool(fits[type(expected)]())


def _is_torch(data: bytes) -> bool:
    """Whether torch can draw from a state: its positions lie within its words, and its words are words."""
    if len(data) != _TORCH_SIZE:
        return False
    _seed, left, seeded, following = _TORCH_HEAD.unpack_from(data)
    words = np.frombuffer(data, dtype="<u8", count=_WORDS, offset=_TORCH_HEAD.size)
    x, y, rho, kept, normal, has_normal = _TORCH_TAIL.unpack_from(data, len(data) - _TORCH_TAIL.size)
    fits = (left, following) == (1, 0) or (0 < left <= _WORDS and left + following == _WORDS + 1)
    finite = all(map(math.isfinite, (x, y, rho, normal)))
    return bool(fits and seeded == 1 and finite and kept in (0, 1) and has_normal in (0, 1) and words.max() < _WORD)
