"""Which pairs of hand-ins are put before a person."""

from __future__ import annotations

from autograder.output.report.likeness import alike

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


def test_the_usual_answer_of_a_class_is_taken_out() -> None:
    """An answer that most of a class has found says nothing about two of them."""
    assert [] == alike("n", "", [(f"student{n}", OWN) for n in range(40)])
