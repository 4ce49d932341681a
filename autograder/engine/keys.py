"""The keys that random numbers come from: two for each student and notebook, made from the secret of the run.

The examiner's key and that of the hand-in's process come from two roots of which neither can be computed from the
other, so that nothing that the hand-in's process is told, or draws, says anything about the examiner's numbers. The
source notebook goes into both roots: whoever has chosen a small number for `--seed` has not thereby chosen something
that can be found out by trying all small numbers, since nobody tries without the source.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, repr=False)
class Keys:
    """The keys for one student and notebook, of 256 bits each. Of the secret of the run they tell nothing."""

    examiner: bytes
    student: bytes


def derive(key: bytes, *purpose: str) -> bytes:
    """A key of 256 bits for one purpose. Nothing of `key`, or of a key for another purpose, follows from it."""
    text = json.dumps(purpose).encode()  # so that no two purposes have the same bytes
    return hmac.digest(key, text, hashlib.sha256)


def keys_of(seed: int, source: Mapping[str, Any], student: str, notebook: str) -> Keys:
    """The keys of a student and a notebook in the run with this seed."""
    text = json.dumps([seed, source], sort_keys=True).encode()
    examiner, own = (hashlib.sha256(label + text).digest() for label in (b"examiner\0", b"student\0"))
    return Keys(derive(examiner, student, notebook), derive(own, student, notebook))
