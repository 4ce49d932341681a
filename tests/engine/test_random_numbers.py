"""The random numbers of a test: not known to the hand-in, and one stream with it only where the model draws from it."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
import torch
from support.graded_course import SETTINGS, GradedCourse
from support.notebooks import cell

from autograder.engine.grader import Grader, Shared
from autograder.engine.keys import derive, keys_of
from autograder.engine.protocol.sync.generators import own_generator, put, seed_from, state_of

IMPORTS = "import random\nimport numpy as np\nimport torch"
DRAWS = {
    "random": ("random.seed(2024)", "random.randint(1, 1000)"),
    "numpy": ("np.random.seed(2024)", "int(np.random.randint(1, 1000))"),
    "torch": ("torch.manual_seed(2024)", "int(torch.randint(1, 1000, (1,)))"),
}


@pytest.mark.parametrize("library", DRAWS)
def test_a_seed_in_a_test_is_not_repeated_for_the_hand_in(course, library):
    """A hand-in that draws does not get the numbers that the test has drawn, where the model does not draw."""
    seed, draw = DRAWS[library]
    test = f"{seed}\nsecret = {draw}\nclue = secret * 7\nassert guess(clue) == secret"
    model = "def guess(clue):\n    return clue // 7"
    assert course.one(model, test, model, given=IMPORTS).points == 2
    assert course.one(model, test, f"def guess(clue):\n    return {draw}", given=IMPORTS).points == 0


@pytest.mark.parametrize("library", DRAWS)
def test_what_follows_in_the_stream_is_not_told_either(course, library):
    """Where the model does not draw, no state of the test's generator crosses: its next numbers are unknown as well."""
    seed, draw = DRAWS[library]
    test = f"{seed}\nguess(0)\nsecret = {draw}\nassert guess(secret * 7) == secret"
    model = "def guess(clue):\n    return clue // 7"
    peek = f"seen = []\ndef guess(clue):\n    seen.append({draw})\n    return seen[0]"
    assert course.one(model, test, peek, given=IMPORTS).points == 0


@pytest.mark.parametrize("library", DRAWS)
@pytest.mark.parametrize(
    "test",
    [
        "SEED\ndrawn = draw()\nSEED\nassert drawn == DRAW",
        "SEED\nboth = [DRAW, draw(), DRAW, draw()]\nSEED\nassert both == [DRAW for _ in range(4)]",
        "SEED\nboth = [*draw(lambda: DRAW), DRAW]\nSEED\nassert both == [DRAW for _ in range(4)]",
    ],
    ids=["once", "in turn", "called back"],
)
def test_draws_interleave_as_in_one_process(course, library, test):
    """A seeded library is one stream for both sides, in questions and in what the hand-in calls back."""
    seed, draw = DRAWS[library]
    model = f"def draw(other=None):\n    return [{draw}, other(), {draw}] if other else {draw}"
    text = test.replace("SEED", seed).replace("DRAW", draw)
    item = course.one(model, text, model, given=IMPORTS)
    assert (item.points, item.message) == (2, "")
    twice = model.replace("return", f"{draw}; return")
    assert course.one(model, text, twice, given=IMPORTS).points == 0


MADE = {
    "random": ("random.Random(5)", "rng.random()"),
    "numpy": ("np.random.default_rng(5)", "float(rng.random())"),
    "philox": ("np.random.Generator(np.random.Philox(5))", "float(rng.normal())"),
    "numpy, old": ("np.random.RandomState(5)", "float(rng.normal())"),
    "torch": ("torch.Generator().manual_seed(5)", "float(torch.randn(1, generator=rng))"),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_generator_that_is_handed_over_is_drawn_from_by_both(course, kind):
    """What the hand-in draws from a generator of the test's moves that on, at the call and when it was kept."""
    made, draw = MADE[kind]
    model = f"def draw(rng):\n    global kept\n    kept = rng\n    return {draw}\ndef more():\n    return draw(kept)"
    test = (
        f"rng = {made}\nmixed = [draw(rng), {draw}, draw(rng), more(), {draw}]\nrng = {made}\n"
        f"assert mixed == [{draw} for _ in range(5)]"
    )
    assert course.one(model, test, model, given=IMPORTS).points == 2
    assert (
        course.one(model, test, model.replace(f"return {draw}", f"return {draw} * {draw}"), given=IMPORTS).points == 0
    )


def test_a_generator_is_not_moved_on_where_the_model_leaves_it(course):
    """A hand-in cannot choose a test's numbers by drawing from a generator that the model does not draw from."""
    test = "rng = random.Random(5)\nname(rng)\nassert rng.random() == random.Random(5).random()"
    model = "def name(rng):\n    return 'x'"
    assert course.one(model, test, "def name(rng):\n    return rng.random()", given=IMPORTS).points == 2


LIES = {
    "random: position": "state['words'] = state['words'][:-4] + (10**6).to_bytes(4, 'little')",
    "random: short": "state['words'] = state['words'][:100]",
    "numpy: position": "state['state']['pos'] = 10**6",
    "numpy: text": "state['gauss'] = 'x'",
    "torch: position": "state['words'] = state['words'][:16] + (600).to_bytes(8, 'little') + state['words'][24:]",
    "torch: words": "state['words'] = state['words'][:24] + b'\\xff' * 4992 + state['words'][5016:]",
    "torch: no number": "state['words'] = state['words'][:5016] + b'\\xff' * 40",
    "random: other": "state = {'kind': 'random', 'words': repr(next(count))}",
    "random: list": "state = [next(count)]",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_state_that_is_none_is_refused(course, lie):
    """A made-up state of a generator never reaches the test's: the process is no longer believed."""
    library = lie.partition(":")[0]
    seed, draw = DRAWS[library]
    model = f"def draw():\n    return {draw}"
    test = f"{seed}\ndrawn = draw()\n{draw}\nassert True"
    forged = (
        "import itertools\nfrom autograder.engine.protocol.sync import streams\n"
        "count = itertools.count()\nreal = streams.state_of\n"
        f"def state_of(generator):\n    state = real(generator)\n    {LIES[lie]}\n    return state\n"
        "streams.state_of = state_of\n"
    )
    item = course.one(model, test, forged + model, given=IMPORTS)
    assert (item.points, "no answer" in item.message) == (0, True)


def test_no_seed_leads_from_the_hand_ins_numbers_to_the_tests():
    """The two keys of a student follow from different roots, into which goes the source that no student has."""
    source = {"cells": ["hidden"]}
    keys = keys_of(7, source, "ada", "one")
    others = [keys_of(8, source, "ada", "one"), keys_of(7, source, "bob", "one"), keys_of(7, source, "ada", "two")]
    others.append(keys_of(7, {"cells": ["other"]}, "ada", "one"))
    every = {key for one in (keys, *others) for key in (one.examiner, one.student)}
    assert len(every) == 10
    assert {len(key) for key in every} == {32}
    assert keys == keys_of(7, source, "ada", "one")
    assert derive(keys.student, "f") != derive(keys.examiner, "f") != derive(keys.examiner, "g")


@pytest.mark.parametrize("library", DRAWS)
def test_every_bit_of_a_key_counts(library):
    """A generator seeded from a key is in a state that only that key gives, not one of 2**32."""
    generator = own_generator(library)
    kept = state_of(generator)
    try:
        states = []
        for place in (0, 8, 16, 31):
            key = bytearray(32)
            key[place] = 1
            seed_from(library, bytes(key))
            drawn = {"random": random.random, "numpy": np.random.rand, "torch": lambda: float(torch.rand(1))}[library]()
            states.append((repr(state_of(generator)), drawn))
        assert len({state for state, _ in states}) == len({drawn for _, drawn in states}) == 4
    finally:
        put(generator, kept)


def test_students_and_seeds_have_numbers_of_their_own(course):
    """Another student, or another seed, is tested with other numbers and draws others; the same ones again do not."""
    name = course.notebook(
        cell("import random\ndef f(x):\n    return x", "answer", "f-answer"),
        cell("import random\nx = random.random()\ny = f(x)\nassert y == x, f'{x} {y}'", "test", "f", 1),
    )
    wrong = {"f-answer": "import random\ndef f(x):\n    return random.random()"}
    said = {student: course.grade(name, wrong, student=student).items[0].message for student in ("ada", "bob")}
    again = course.grade(name, wrong, student="ada").items[0].message
    assert said["ada"] == again
    other = dataclasses.replace(SETTINGS, seed=SETTINGS.seed + 1)
    assignment = course.grader.assignment
    shared = Shared(assignment, other)
    try:
        with Grader(assignment, other, shared) as grader:
            elsewhere = GradedCourse(grader).grade(name, wrong).items[0].message
    finally:
        shared.close()
    numbers = [number for text in (*said.values(), elsewhere) for number in text.split()]
    assert len(set(numbers)) == len(numbers) == 6
