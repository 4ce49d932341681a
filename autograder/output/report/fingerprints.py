"""Fingerprints of Python code by winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003).

Code is read as tokens in which every name is the same, every string is the same, and comments, blanks and line ends are
nothing, so that renaming, rewording and laying out anew change no fingerprint. Runs of `RUN` tokens are hashed, and of
every `WINDOW` hashes in a row the smallest is kept: whatever two texts have in common over `RUN + WINDOW - 1` tokens
gives at least one fingerprint that both have. It is done on text that need not be Python, in time linear in its length.
"""

from __future__ import annotations

import functools
import hashlib
import keyword
import re

import numpy as np
import numpy.typing as npt

RUN = 12
WINDOW = 4
MAX_CHARACTERS = 100_000

Fingerprints = npt.NDArray[np.uint64]
"""Hashes, in order and each once."""

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplication by it loses no bit

# an open string ends with its line, an open long string with the text
_PROSE = re.compile(
    r"#[^\n]*"
    r"|'''(?:[^\\]|\\.)*?(?:'''|\Z)"
    r'|"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'(?:[^'\\\n]|\\.)*+'?"
    r'|"(?:[^"\\\n]|\\.)*+"?',
    re.DOTALL,
)
_TOKEN = re.compile(r"\w+|[^\w\s]")


def fingerprints(code: str) -> Fingerprints:
    """The fingerprints of a text; none when it is shorter than a run."""
    tokens = tokens_of(code[:MAX_CHARACTERS])
    if len(tokens) < RUN:
        return np.empty(0, np.uint64)
    values = np.fromiter(map(_hash, tokens), np.uint64, len(tokens))
    count = len(values) - RUN + 1
    hashes: Fingerprints = np.zeros(count, np.uint64)
    for place in range(RUN):
        hashes = hashes * _BASE + values[place : place + count]
    hashes ^= hashes >> np.uint64(29)  # the low bits of products are weak, and the smallest is chosen by all
    hashes *= _BASE
    window = min(WINDOW, count)
    smallest = np.lib.stride_tricks.sliding_window_view(hashes, window).min(axis=1)
    return np.unique(smallest)


def tokens_of(code: str) -> list[str]:
    """The tokens of a text: names, keywords, numbers and signs as they are, `"` for a string."""
    return _TOKEN.findall(_PROSE.sub(lambda found: " " if found[0][0] == "#" else '"', code))


@functools.lru_cache(maxsize=65_536)
def _hash(token: str) -> int:
    """The hash of a token; it is the same for all names."""
    kind = "name" if token.isidentifier() and not keyword.iskeyword(token) else token
    return int.from_bytes(hashlib.blake2b(kind.encode("utf-8", "replace"), digest_size=8).digest(), "big")
