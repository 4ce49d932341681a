"""What may cross the wall, and that nothing else does: the wire format, fuzzed."""

from __future__ import annotations

import collections
import os
import socket
import struct
import time
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.patience import HANG_SECONDS

from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.wire.reader import Reader
from autograder.engine.protocol.wire.writer import Writer

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
KEYS = st.text() | st.integers() | st.booleans() | st.tuples(st.integers(), st.text())
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
        | st.builds(slice, st.integers(), st.integers())
        | st.builds(range, st.integers(0, 99))
    ),
    max_leaves=20,
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(st.integers(-1, 25), inner).map(list)
        | st.tuples(st.integers(-1, 25), inner, inner, inner).map(list)
    ),
    max_leaves=30,
)


def refuse(*_parts):
    raise WireError("foreign")


def foreign(_value):
    return [constants.HANDLE, 1]


def through(value):
    tree = Writer(foreign).write(value)
    return Reader(lambda *parts: ("foreign", *parts)).read(
        msgpack.unpackb(msgpack.packb(tree, unicode_errors="surrogatepass"), unicode_errors="surrogatepass")
    )


@given(PLAIN)
def test_plain_data(value):
    """Plain data arrive as they were, with their exact types."""
    got = through(value)
    assert (type(value), value) == (type(got), got)


@pytest.mark.parametrize(
    "value",
    [
        Fraction(1, 3),
        Decimal("1.5"),
        collections.Counter("aab"),
        collections.OrderedDict(b=1, a=2),
        collections.deque([1, 2], 5),
        bytearray(b"x"),
        Ellipsis,
        2**200,
        -(2**63) - 1,
        "\ud800",
        float("inf"),
        (),
        {},
        {(1, (2, 3)): None},
    ],
)
def test_more_plain_data(value):
    """The standard library's own exact types count as plain."""
    assert (type(value), value) == (type(through(value)), through(value))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.array(5),
        np.array([], dtype=np.int8),
        np.array(["a", "bcd"]),
        np.array([True]),
        np.zeros((0, 3)),
        np.arange(6)[::2],
        np.array([1 + 2j]),
        np.asfortranarray(np.ones((2, 2))),
        np.datetime64("2026-01-01", "D").reshape(1),
    ],
)
def test_arrays(array):
    """Arrays cross by dtype, shape and bytes, and are writable."""
    got = through(array)
    np.testing.assert_array_equal(array, got)
    assert (array.dtype, True) == (got.dtype, got.flags.writeable)
    if array.size:
        assert type(array.ravel()[0]) is type(through(array.ravel()[0]))


class Text(str):
    __slots__ = ()


class Number(float):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Text("a"),
        Number(1),
        object(),
        type,
        len,
        os,
        [1, object()][1],
        np.zeros(1, dtype="V3"),
        time.localtime(0),
    ],
)
def test_foreign(value):
    """A subclass, a function, a module and whatever else is not plain is left to the foreign hook."""
    assert ("foreign", constants.HANDLE, [1]) == through(value)


def test_cyclic_and_deep():
    """A list that holds itself, or one nested too deeply, is foreign as a whole."""
    cyclic = []
    cyclic.append(cyclic)
    deep = []
    for _ in range(200):
        deep = [deep]
    assert ("foreign", constants.HANDLE, [1]) == through(cyclic) == through(deep)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_any_tree(tree):
    """Any tree is either a value of plain types or a WireError, never anything else."""
    try:
        value = Reader(refuse).read(tree)
    except WireError:
        return
    assert type(value).__module__.split(".")[0] in {"builtins", "numpy", "collections", "decimal", "fractions"}


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes(body):
    """Any bytes on the socket are a message, a WireError or an end, within the deadline."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!I", len(body)) + body)
        theirs.close()
        channel = Channel(ours)
        try:
            message = channel.receive(time.monotonic() + HANG_SECONDS)
        except (WireError, Gone):
            return
        assert type(message) is list


@pytest.mark.parametrize(
    "tree",
    [
        [constants.ARRAY, "|O", [1], b"12345678"],
        [constants.ARRAY, "i4,(", [0], b""],
        [constants.SCALAR, ",", b""],
        [constants.ARRAY, "<f8", [2], b"12345678"],
        [constants.ARRAY, "<f8", [-1], b""],
        [constants.ARRAY, "<f8", [2**39, 2**39], b""],
        [constants.ARRAY, "V8", [1], b"12345678"],
        [constants.DICT, [[constants.LIST, []], 1]],
        [constants.DICT, [1]],
        [constants.SET, [[constants.LIST, []]]],
        [constants.COMPLEX, 1, 2],
        [constants.INTEGER, b"1" * 10**6],
        [constants.RANGE, "a", 1, 1],
        [constants.SINGLETON, "exit"],
        [constants.STANDARD, "Popen", []],
        [constants.STANDARD, "Fraction", [1, 0]],
        [constants.OBJECTS, [2**39], []],
        [],
        [True],
        ["x"],
        [constants.LIST],
        [constants.LIST, 5],
        [99, 1],
        {},
        [constants.SLICE, 1, 2, 3, 4],
    ],
)
def test_forged(tree):
    """A forged value is a WireError."""
    with pytest.raises(WireError):
        Reader(refuse).read(tree)


def test_oversized():
    """A length beyond the limit is refused before anything is read or kept."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!I", 2**32 - 1) + b"x")
        with pytest.raises(WireError):
            Channel(ours).receive(time.monotonic() + HANG_SECONDS)
        with pytest.raises(WireError):
            Channel(theirs).send([b"x" * (constants.MAX_MESSAGE + 1)])


def test_deadline():
    """A message that never comes, or never ends, is late."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!I", 10) + b"x")
        with pytest.raises(Gone) as gone:
            Channel(ours).receive(time.monotonic() + 0.2)
        assert gone.value.late
