"""States of generators: they come back as they went, and one that was tampered with is refused or harmless."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.sync.generators import checked, made_from, put, state_of
from autograder.engine.protocol.sync.streams import read_state, tree_of

DRAW = {
    "random": (random.Random, lambda rng: [rng.random(), rng.gauss(0, 1), rng.getrandbits(70)]),
    "legacy": (np.random.RandomState, lambda rng: [*rng.normal(size=3), rng.randint(9)]),
    "PCG64": (np.random.default_rng, lambda rng: [*rng.normal(size=3), rng.integers(9)]),
    "Philox": (lambda n: np.random.Generator(np.random.Philox(n)), lambda rng: [*rng.random(5), rng.integers(9)]),
    "MT19937": (lambda n: np.random.Generator(np.random.MT19937(n)), lambda rng: list(rng.random(3))),
    "SFC64": (lambda n: np.random.Generator(np.random.SFC64(n)), lambda rng: list(rng.random(3))),
    "torch": (lambda n: torch.Generator().manual_seed(n), lambda rng: torch.randn(3, generator=rng).tolist()),
}


@pytest.mark.parametrize("kind", DRAW)
@given(seed=st.integers(0, 2**32 - 1), before=st.integers(0, 700))
def test_a_state_comes_back(kind, seed, before):
    """A generator that is made from a state, or put into it, goes on as the one that had it."""
    make, draw = DRAW[kind]
    generator = make(seed)
    for _ in range(before % 7):
        draw(generator)
    if before > 600:
        for _ in range(before):
            draw(generator)
    state = read_state(tree_of(generator))
    other = make(1)
    put(other, checked(other, state))
    assert draw(made_from(state)) == draw(other) == draw(generator)


@pytest.mark.parametrize("kind", DRAW)
@given(data=st.data())
def test_a_state_that_was_tampered_with(kind, data):
    """Whatever a hand-in puts into a state, it is refused, or the generator gives numbers as before."""
    make, draw = DRAW[kind]
    generator = make(3)
    draw(generator)
    state = read_state(tree_of(generator))
    places = [(state, key) for key in state]
    places += [(part, key) for part in state.values() if isinstance(part, dict) for key in part]
    where, key = data.draw(st.sampled_from(places), label="place")
    old = where[key]
    number = st.integers(-(2**130), 2**130) | st.integers(0, 700)
    if isinstance(old, bytes):
        at = data.draw(st.integers(0, len(old)) | st.integers(0, 24), label="at")
        where[key] = old[:at] + data.draw(st.binary(max_size=8), label="bytes") + old[at + 8 :]
    else:
        where[key] = data.draw(number | st.floats() | st.text(max_size=3) | st.none(), label="value")
    try:
        taken = checked(generator, state)
    except WireError:
        return
    put(generator, taken)
    assert len([*draw(generator), *draw(generator)]) >= 6
    assert checked(generator, state_of(generator))
