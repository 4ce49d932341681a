"""The random numbers of a test: a seed of its own for each, and its own seeding noticed."""

from __future__ import annotations

import functools
import random
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograder.engine.keys import derive
from autograder.engine.protocol.sync.generators import LIBRARIES, own_generator, seed_from

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.streams import SharedStreams

_SETTERS = {
    "random": ("seed", "setstate"),
    "numpy": ("seed", "set_state"),
    "torch": ("manual_seed", "seed", "set_rng_state"),
}
"""The functions of a library that put its generator into a state, rather than draw from it."""


def seed_all(key: bytes) -> None:
    """Seed every generator that a test may use, each so that nothing of the others follows from what it gives."""
    for library in LIBRARIES:
        seed_from(library, derive(key, library))


def notice_for(streams: SharedStreams | None) -> None:
    """Tell these streams from now on which libraries the test seeds; None ends it."""
    _Noticed.by = streams


class _Noticed:
    """Who is told of a test's own seeding."""

    by: SharedStreams | None = None
    libraries: ClassVar[set[str]] = set()


def notice_seeding() -> None:
    """Make the libraries' seed functions say that they were called, of those that are there. For the examiner only."""
    torch = sys.modules.get("torch")
    modules: dict[str, list[Any]] = {
        "random": [random],
        "numpy": [np.random, np.random.mtrand],
        "torch": [torch, torch.random] if torch is not None else [],
    }
    for library, names in _SETTERS.items():
        for name in names if library not in _Noticed.libraries else ():
            noticed = None
            for module in modules[library]:
                noticed = noticed or _noticed(library, name, getattr(module, name))
                setattr(module, name, noticed)
        if modules[library]:
            _Noticed.libraries.add(library)


def _noticed(library: str, name: str, real: Any) -> Any:
    if (library, name) == ("torch", "manual_seed"):
        # torch's own also notes the stack it was called from, for devices that are not there: a millisecond lost
        real = own_generator("torch").manual_seed

    @functools.wraps(real)
    def put(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        if _Noticed.by is not None:
            _Noticed.by.seeded(library)
        return result

    return put
