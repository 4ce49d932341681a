"""Containers on both sides of the wall are what they are in one process, whatever is done to them where."""

from __future__ import annotations

import collections
import os
import socket

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engine.examiner.remote.connection import Connection
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.sync.shared import Shared
from autograder.engine.student.server import serve

ANSWERS = """
import collections
import numpy as np

kept = []

def change(x, k):
    "Something that changes a container, chosen by its kind and a number."
    if isinstance(x, np.ndarray):
        x[k % len(x)] += k
    elif isinstance(x, bytearray):
        x.append(k % 256)
    elif isinstance(x, set):
        x.symmetric_difference_update({k % 3})
    elif isinstance(x, dict):
        if k % 4 == 3 and x:
            x.pop(next(iter(x)))
        else:
            x[f"n{k % 3}"] = k
    elif k % 4 == 3 and len(x):
        x.pop()
    else:
        x.append(k)
    return x

def put(x, y):
    if isinstance(x, dict):
        x["put"] = y
    elif isinstance(x, (list, collections.deque)):
        x.append(y)

def inner(x, k):
    "A container inside another, or the container itself."
    parts = list(x.values()) if isinstance(x, dict) else list(x)
    parts = [p for q in parts for p in (q if isinstance(q, tuple) else [q])]
    parts = [p for p in parts if not isinstance(p, (int, float, np.number))]
    return parts[k % len(parts)] if parts else x

def keep(x):
    kept.append(x)

def give(k):
    return kept[k % len(kept)] if kept else None

def change_kept(k):
    if kept:
        change(give(k), k)

def drop(k):
    if kept:
        kept.pop(k % len(kept))

def made(k):
    x = {"list": [k, (k, [k])]}
    if k % 2:
        kept.append(x)
    return x

def visit(x, function, k):
    function(x)
    change(x, k)
    return function(inner(x, k))

def fail(x, k):
    change(x, k)
    raise ValueError(x)

def shown():
    return repr(kept)

def same(k, x):
    return bool(kept) and give(k) is x
"""

ROOTS = st.sampled_from(
    [
        lambda: [1, [2], ([3], 4)],
        lambda: {"a": [1], "b": {"c": (1, [2])}},
        lambda: collections.deque([1, [2]], 6),
        lambda: collections.Counter("aab"),
        lambda: collections.OrderedDict(x=[1]),
        lambda: {1, 2},
        lambda: bytearray(b"ab"),
        lambda: np.arange(3.0),
        lambda: [np.zeros(2), {"d": np.ones(2)}],
    ]
)
NUMBERS = st.integers(0, 11)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["change", "inner", "put", "keep", "give", "change_kept", "drop", "made", "visit", "fail", "same"] * 2
            + ["ours_change", "ours_inner", "ours_put"] * 3
        ),
        NUMBERS,
        NUMBERS,
    ),
    max_size=14,
)


def ran(api, ours, roots, steps):  # noqa: C901 - one branch for each kind of step
    """All that can be seen of a program: what it met on its way and in the end, and which objects are the same."""
    variables = [make() for make in roots]
    seen = []

    def visit(x):
        seen.append(repr(x))
        ours["change"](x, 2)
        variables.append(x)
        return x

    for name, i, k in steps:
        x, y = variables[i % len(variables)], variables[k % len(variables)]
        if name in ("put", "ours_put"):
            if not inside(x, y):  # nothing may end up inside itself
                (ours["put"] if name == "ours_put" else api["put"])(x, y)
        elif name in ("ours_change", "ours_inner"):
            variables.append(ours[name[5:]](x, k))
        elif name in ("give", "made"):
            got = api[name](k)
            variables.extend([] if got is None else [got])
        elif name == "visit":
            variables.append(api[name](x, visit, k))
        elif name == "fail":
            try:
                api[name](x, k)
            except ValueError as error:
                variables.append(error.args[0])
        elif name == "same":
            seen.append(api[name](k, x))
        elif name in ("change_kept", "drop"):
            api[name](k)
        elif name == "keep":
            api[name](x)
        else:
            variables.append(api[name](x, k))
    seen.append(told(api["shown"]))
    seen.append([[a is b for a in variables] for b in variables])
    return seen, told(lambda: repr(variables))


def told(show):
    """What is shown, or why nothing is: a Counter that holds arrays has no repr."""
    try:
        return show()
    except ValueError as error:
        return f"ValueError: {error}"


def inside(x, y):
    """Whether one container is found in another."""
    if x is y:
        return True
    if isinstance(y, dict):
        return any(inside(x, part) for part in y.values())
    return isinstance(y, (list, tuple, collections.deque)) and any(inside(x, part) for part in y)


@pytest.fixture(scope="module")
def connection():
    """A student's process without a sandbox, that has run the answers."""
    mine, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            mine.close()
            serve(theirs)
        finally:
            os._exit(0)
    theirs.close()
    made = Connection(Channel(mine))
    made.run(ANSWERS, 1000)
    made.testing = True
    made.call_sites.allow = lambda *_, **__: True
    yield made
    mine.close()


@settings(max_examples=400)
@given(st.lists(ROOTS, min_size=1, max_size=3), STEPS)
def test_a_program_sees_the_same_on_both_sides_as_in_one_process(connection, roots, steps):
    """Calls and changes in any order: values, identities and what callbacks see are those of one process."""
    alone = {}
    exec(ANSWERS, alone)  # noqa: S102
    names = [name for name, value in alone.items() if callable(value)]
    connection.run("kept.clear()", 0)
    try:
        across = ran({name: connection.name(name) for name in names}, alone, roots, steps)
    finally:
        connection.end_test()
    again = {}
    exec(ANSWERS, again)  # noqa: S102
    assert across == ran(again, again, roots, steps)


def test_nothing_is_kept_of_ordinary_questions(connection):
    """A container that neither side keeps is shared no longer than its question lasts."""
    change, give = connection.name("change"), connection.name("made")
    values = [1, [2], {"a": np.ones(3)}]
    for k in range(0, 20, 2):
        change(values, 1)
        give(k)
    assert connection.shared.numbers == []


def test_a_kept_container_is_shared_until_the_test_ends(connection):
    """As long as both sides hold it, and no longer than the test."""
    keep, drop, values = connection.name("keep"), connection.name("drop"), [1]
    connection.run("kept.clear()", 0)
    keep(values)
    assert connection.shared.number_of(values) in connection.shared.numbers
    drop(0)
    assert connection.shared.numbers == []
    keep(values)
    connection.end_test()
    assert connection.shared.numbers == []
    connection.name("give")(0).append(2)
    assert values == [1]


@pytest.mark.parametrize("number", [1, 0, 7, "a", True, None, 1.5])
def test_numbers_of_ones_own_are_not_taken_from_the_other_side(number):
    """The hand-in's process numbers its own containers only."""
    shared = Shared(1)
    shared.begin()
    with pytest.raises(WireError):
        shared.register(number, [1])


@pytest.mark.parametrize(
    "view",
    [
        (1, "<f8", [2], [8], 24),
        (1, "<f8", [2], [-8], 0),
        (1, "|O", [1], [8], 0),
        (1, "<f8", [2, 2], [8], 0),
        (1, "<f8", ["2"], [8], 0),
        (2, "<f8", [1], [8], 0),
        (1, "<f8", [2**40], [0], 0),
    ],
)
def test_a_view_stays_inside_its_array(view):
    """A view is of memory that the array has, or it is refused."""
    shared = Shared(1)
    array = np.arange(3.0)
    shared.begin()
    shared.introduce(array)
    with pytest.raises((WireError, ValueError)):
        shared.read_view(*view)
    assert list(shared.read_view(1, "<f8", [2], [8], 8)) == [1, 2]
