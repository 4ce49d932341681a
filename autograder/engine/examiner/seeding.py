"""The random numbers of a test: a stream for each side, and a test's own seeding done to both."""

from __future__ import annotations

import hashlib
import random
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.connection import Connection


def derive(seed: int, *parts: str) -> int:
    """A seed of 63 bits for one purpose, from the seed of the run."""
    digest = hashlib.sha256("\0".join([str(seed), *parts]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def seed_all(seed: int) -> None:
    """Seed every generator that a test may use."""
    _REAL["random"](seed)
    _REAL["numpy"](seed % 2**32)
    if "torch" in sys.modules:
        _REAL.get("torch", lambda _seed: None)(seed)


def mirror_to(connection: Connection | None) -> None:
    """Repeat a test's own seeding in the hand-in's process from now on; None ends it."""
    _mirror.connection = connection


class _Mirror:
    """Where a test's own seeding is repeated, so that both sides draw the same numbers, as in one process."""

    connection: Connection | None = None


_mirror = _Mirror()
_REAL: dict[str, Any] = {"random": random.seed, "numpy": np.random.seed}


def mirror_seeding() -> None:
    """Make the libraries' seed functions seed both sides. For the examiner's process only; once."""
    torch = sys.modules.get("torch")
    if torch is not None:
        # torch.manual_seed also notes the stack it was called from, for devices that are not there: a millisecond lost
        _REAL["torch"] = torch.default_generator.manual_seed
    for library, module, name in (
        ("random", random, "seed"),
        ("numpy", np.random, "seed"),
        ("torch", torch, "manual_seed"),
    ):
        if module is not None:
            setattr(module, name, _mirrored(library))


def _mirrored(library: str) -> Any:
    def seed(*args: Any, **kwargs: Any) -> Any:
        result = _REAL[library](*args, **kwargs)
        values = [*args, *kwargs.values()]
        if _mirror.connection is not None and values and isinstance(values[0], (int, float, str, bytes)):
            _mirror.connection.library_seed(library, values[0])
        return result

    return seed
