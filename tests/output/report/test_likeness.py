"""Which pairs of hand-ins are put before a person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.output.report.fingerprints import RUN, WINDOW, fingerprints, tokens_of
from autograder.output.report.likeness import alike
from autograder.output.report.write import answers_text

GIVEN = "\n".join(f"def given_{n}(a, b):\n    return a * {n} + b ** {n}\n" for n in range(10))

OWN = """
def newton(f, x):
    step = f(x).value / f(x).dvalue
    for _ in range(50):
        if abs(step) < 1e-12:
            break
        x = DualNumber(x.value - step, 1.0)
        step = f(x).value / f(x).dvalue
    return x
def table(rows):
    result = {}
    for name, value in rows:
        result.setdefault(name, []).append(value)
    return {name: sum(values) / len(values) for name, values in result.items()}
"""
OTHER = """
def newton(function, start):
    here = start
    while True:
        dual = function(here)
        if dual.value == 0:
            return here
        here = here - dual.value * (1 / dual.dvalue)
def table(rows):
    from collections import defaultdict
    lists = defaultdict(list)
    [lists[key].append(number) for key, number in rows]
    return dict(zip(lists, map(mean, lists.values())))
"""


def test_copied_answers_with_renamed_variables_are_found() -> None:
    """Renaming what is in a copied answer does not hide it."""
    renamed = OWN.replace("step", "delta").replace("result", "averages").replace("rows", "data")
    assert [("ann", "bob")] == [(pair.first, pair.second) for pair in alike("n", "", [("ann", OWN), ("bob", renamed)])]


def test_different_answers_to_one_task_are_not_flagged() -> None:
    """Two people who solve the same task in their own way are left alone."""
    assert [] == alike("n", "", [("ann", OWN), ("bob", OTHER)])


def test_the_given_text_is_taken_out() -> None:
    """What everyone was given never makes two hand-ins alike."""
    assert [] == alike("n", GIVEN, [("ann", GIVEN + OWN), ("bob", GIVEN + OTHER)])


def test_cells_as_they_were_given_are_no_answers() -> None:
    """A given cell that a student left alone is not compared; one that was changed is."""
    content = {"cells": [{"cell_type": "code", "source": text} for text in ("x = 1\n", "y = 2", "mine = x")]}
    assert answers_text(content, {"x = 1", "y = 3"}) == "y = 2\nmine = x"


def test_the_usual_answer_of_a_class_is_taken_out() -> None:
    """An answer that most of a class has found says nothing about two of them."""
    assert [] == alike("n", "", [(f"student{n}", OWN) for n in range(40)])


def test_comments_strings_and_layout_change_nothing() -> None:
    """A copied answer with other comments, other texts and other line ends is found."""
    disguised = OWN.replace("    return", "    # at last\n\n    return").replace(", []", ",  []")
    assert fingerprints(OWN).tolist() == fingerprints(disguised).tolist()
    assert fingerprints("f('a')" + OWN).tolist() == fingerprints('f("""something else""")' + OWN).tolist()


@given(
    code=st.text(max_size=300),
    before=st.lists(st.sampled_from("x=+ 1(]:\n#"), max_size=40),
    after=st.lists(st.sampled_from("y-= 2)[,\n"), max_size=40),
)
def test_what_is_shared_over_a_whole_run_is_found(code: str, before: list[str], after: list[str]) -> None:
    """Two texts that share as many tokens in a row as a run and a window have share a fingerprint."""
    shared = "\nfor i in range(3):\n    total += weights[i] * values[i] - 7.5\n"
    assert len(tokens_of(shared)) >= RUN + WINDOW - 1
    one = fingerprints("".join(before) + shared)
    other = fingerprints(shared + "".join(after))
    assert set(one.tolist()) & set(other.tolist())
    fingerprints(code)  # whatever it is


def test_a_long_open_string_takes_no_longer_than_its_length() -> None:
    """Text that is no Python is read once from left to right: no quote is looked for again from each place."""
    tokens = tokens_of("'\\" * 50_000 + '"""' + "#'" * 50_000)
    assert len(tokens) <= 100_000
