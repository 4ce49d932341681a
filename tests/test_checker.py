"""The checker cell: what a student sees, what nbgrader reads, what the examiner records."""

from __future__ import annotations

import ast
import math
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

SOURCE = (Path(__file__).parent.parent / "notebooks" / "checker.py").read_text(encoding="utf-8")


class Dual:
    """The least a dual number needs; its quotient is right unless a test puts another rule in `rules`."""

    def __init__(self, value: float, dvalue: float) -> None:
        self.value, self.dvalue = value, dvalue

    def __truediv__(self, other: Dual) -> Dual:
        above = self.dvalue * other.value - self.value * other.dvalue
        return Dual(self.value / other.value, above / other.value**2)


class Node:
    """The least a reverse-mode variable needs, with a quotient whose second weight can be made wrong."""

    second = staticmethod(lambda a, b: -a / b**2)

    def __init__(self, value: float) -> None:
        self.value, self.children, self.grad_value = value, [], None

    def grad(self) -> float:
        if self.grad_value is None:
            self.grad_value = sum(weight * node.grad() for weight, node in self.children)
        return self.grad_value

    def __truediv__(self, other: Node) -> Node:
        result = Node(self.value / other.value)
        self.children.append((1 / other.value, result))
        other.children.append((self.second(self.value, other.value), result))
        return result


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The checker's names, as in a student's session."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return load()


def load(**bound: Any) -> SimpleNamespace:
    names: dict[str, Any] = dict(bound)
    exec(compile(SOURCE, "checker", "exec"), names)  # noqa: S102 - our own cell, run as a notebook runs it
    return SimpleNamespace(names=names, **{key: value for key, value in names.items() if not key.startswith("__")})


def one_check(checker: SimpleNamespace, action: Any, points: float = 1, more: float = 0) -> None:
    """A task with one check that does something, and one of `more` points that passes."""
    with checker.task("item") as check:
        with check("a check", points, hint="look again"):
            action()
        if more:
            with check("another", more):
                pass


def message(checker: SimpleNamespace, action: Any) -> str:
    with pytest.raises(checker.CheckFailed) as caught:
        action()
    return str(caught.value)


def test_checker_is_python_3_10() -> None:
    """The cell runs on the oldest Python that Colab or a student may have."""
    ast.parse(SOURCE, feature_version=(3, 10))
    assert SOURCE.startswith("#@title")


def test_failed_check_prints_one_message_alone(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """A student sees the message alone: no exception, no stack of frames, nothing on stderr."""
    one_check(checker, lambda: checker.expect(3.0, 4.0, at="x = 1", what="z", mistakes={"you forgot one": 3.0}))
    out, err = capsys.readouterr()
    assert "z at x = 1 is 3, expected 4. It looks as if you forgot one. Hint: look again" in out
    assert "Traceback" not in out
    assert err == ""


def test_success_never_says_that_all_tests_passed(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """Hidden checks are mentioned with each success."""
    one_check(checker, lambda: checker.expect(4.0, 4.0))
    assert capsys.readouterr().out == "item: visible checks passed; hidden checks use other points.\n"


@pytest.mark.parametrize("undone", [NotImplementedError("item: not done yet"), None])
def test_what_is_untouched_is_not_done_yet(
    undone: Any, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """NotImplementedError and None are never called wrong."""

    def action() -> None:
        if undone is not None:
            raise undone
        checker.expect(None, 4.0)

    one_check(checker, action)
    assert capsys.readouterr().out == "item: not done yet.\n"


def test_one_failed_check_does_not_hide_the_next(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """Each check runs, whatever the one before it raised."""
    one_check(checker, lambda: 1 / 0, more=2)
    assert "2 of the 3 points" in capsys.readouterr().out


def test_nothing_earned_raises_while_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader takes an exception for no points."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    checker = load()
    with pytest.raises(AssertionError, match="item: no points"):
        one_check(checker, lambda: checker.expect(3.0, 4.0))


@pytest.mark.parametrize(("got", "shown"), [(3.0, [2]), (4.0, [])])
def test_partial_mark_goes_to_displayhook_while_grading(
    got: float, shown: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """nbgrader reads a partial mark from the last displayed value, and full marks from none."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    seen: list[float] = []
    monkeypatch.setattr(sys, "displayhook", seen.append)
    checker = load()
    one_check(checker, lambda: checker.expect(got, 4.0), more=2)
    assert seen == shown
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("got", [3.0, 4.0])
@pytest.mark.parametrize("more", [0, 2])
def test_a_further_task_hands_over_nothing_while_grading(
    got: float, more: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader refuses more than a cell's points, which are none for a further task: nothing is raised or displayed."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    seen: list[float] = []
    monkeypatch.setattr(sys, "displayhook", seen.append)
    checker = load()
    checker.plan(("More", 5, {"item": 1 + more}, {}, True))
    one_check(checker, lambda: checker.expect(got, 4.0), more=more)
    assert seen == []


def test_examiner_gets_records_and_no_text(capsys: pytest.CaptureFixture) -> None:
    """With an examiner in its namespace the checker only records."""
    records: list[tuple] = []
    examiner = SimpleNamespace(record=lambda *parts, **texts: records.append((parts, texts)))
    checker = load(__examiner__=examiner)
    one_check(checker, lambda: checker.expect(3.0, 4.0, at="x = 1", mistakes={"you forgot one": 3.0}), more=2)
    checker.summary()
    (first, texts), (second, _) = records
    assert first == ("item", "a check", 1, False)
    assert second == ("item", "another", 2, True)
    assert (texts["mistake"], texts["inputs"], texts["got"], texts["expected"]) == ("you forgot one", "x = 1", "3", "4")
    assert capsys.readouterr().out == ""


def test_what_ends_a_process_is_not_swallowed(checker: SimpleNamespace) -> None:
    """A dead process or Ctrl-C is not a failed check."""
    with pytest.raises(KeyboardInterrupt):
        one_check(checker, lambda: (_ for _ in ()).throw(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("got", "kind"),
    [
        ("4.0", "a text"),
        (True, "True or False"),
        ([4.0], "a list"),
        (Dual(4.0, 0.0), "an object with .value and .dvalue"),
        (np.array([4.0]), "an array"),
        (4 + 0j, "a complex"),
        (lambda: 4.0, "a function that has not been called"),
    ],
)
def test_only_numbers_are_numbers(got: Any, kind: str, checker: SimpleNamespace) -> None:
    """Where a float is asked, anything else is named for what it is."""
    assert f"should be a plain number, but is {kind}" in message(checker, lambda: checker.expect(got, 4.0))


@pytest.mark.parametrize("got", [4, 4.0, np.float64(4.0), np.int64(4), np.float32(4.0)])
def test_every_kind_of_real_number_will_do(got: Any, checker: SimpleNamespace) -> None:
    """Integers and numpy's scalars are numbers."""
    checker.expect(got, 4.0)


def test_object_equal_to_everything_is_not_a_number(checker: SimpleNamespace) -> None:
    """What an object says of itself in a comparison counts for nothing."""
    liar = type("Liar", (float,), {"__eq__": lambda *_: True, "__sub__": lambda *_: 0.0, "__hash__": None})
    assert "should be a plain number" in message(checker, lambda: checker.expect(liar(7.0), 4.0))


def test_nan_is_never_right(checker: SimpleNamespace) -> None:
    """Not a number is no number."""
    assert "is nan, expected 4" in message(checker, lambda: checker.expect(math.nan, 4.0))


def test_lists_are_compared_part_by_part(checker: SimpleNamespace) -> None:
    """A matrix may be of lists, tuples or an array; its shape counts."""
    checker.expect([(1, 2), [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]])
    checker.expect(np.eye(2), [[1.0, 0.0], [0.0, 1.0]])
    message(checker, lambda: checker.expect([[1.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]]))


@pytest.mark.parametrize("size", [1.1e-9, 1.5e-8, 9e-8])
def test_order_of_magnitude_is_enough_where_it_is_asked(size: float, checker: SimpleNamespace) -> None:
    """expect_order accepts a factor of ten, and no more."""
    checker.expect_order(size, 1e-8)
    message(checker, lambda: checker.expect_order(size * 200, 1e-8))


def test_slope_is_good_to_nine_digits(checker: SimpleNamespace) -> None:
    """Central differences stand in for every derivative in the tests."""
    assert abs(checker.slope(math.tan, 0.7) - 1 / math.cos(0.7) ** 2) < 1e-8
    assert checker.slopes(lambda a, b: a * b, [2.0, 3.0]) == pytest.approx([3.0, 2.0], abs=1e-9)


def test_right_rules_pass(checker: SimpleNamespace) -> None:
    """A right quotient passes, forwards and in reverse."""
    checker.expect_rule("division", lambda a, b: a / b, Dual)
    checker.expect_weights("division", lambda a, b: a / b, Node)


ROWS = load().names["_WRONG_RULES"]
PLAIN = {
    "division": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "tan": math.tan,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "two": lambda a, b: a / b,
    "one": math.tan,
    "any": math.tan,
}


@pytest.mark.parametrize(("group", "formula", "text"), ROWS, ids=[f"{row[0]}: {row[2]}" for row in ROWS])
def test_every_known_mistake_is_recognised(group: str, formula: str, text: str, checker: SimpleNamespace) -> None:
    """A rule that makes the mistake of a row fails, and is told so in the words of that row."""
    plain = PLAIN[group]
    operands = 2 if group in ("division", "power", "two") else 1

    def wrong(*duals: Dual) -> Dual:
        values = [dual.value for dual in duals]
        weights = [*checker.slopes(plain, values), 0.0][:2]
        names = {
            "a": values[0],
            "b": values[-1],
            "da": duals[0].dvalue,
            "db": duals[-1].dvalue,
            "wa": weights[0],
            "wb": weights[1],
            **vars(math),
        }
        return Dual(plain(*values), eval(formula, names))  # noqa: S307 - a formula of our own table

    rule = {"two": "division", "one": "tan", "any": "tan"}.get(group, group)
    with pytest.raises(checker.CheckFailed) as caught:
        checker.expect_rule(rule, wrong, Dual, plain=plain, operands=operands)
    assert caught.value.parts["mistake"].startswith(f"your {rule} rule ")
    assert text in str(caught.value)


def test_wrong_weight_of_the_second_operand_is_named(checker: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of forward mode names the mistakes of reverse mode as well."""
    monkeypatch.setattr(Node, "second", staticmethod(lambda a, b: a / b**2))
    words = message(checker, lambda: checker.expect_weights("division", lambda a, b: a / b, Node))
    assert "has the wrong sign before the second operand's term" in words


def test_summary_says_what_is_done_and_what_is_open(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """The last cell lists every item with its state, and the minutes."""
    checker.plan(("First", 5, {"item": 1}, {}), ("Second", 7.5, {"other": 2}, {"why": 1}))
    one_check(checker, lambda: None)
    capsys.readouterr()
    checker.summary()
    lines = capsys.readouterr().out.splitlines()
    assert "visible checks passed" in lines[1]
    assert lines[3].split() == ["open", "other", "(2", "points)"]
    assert "read by a person" in lines[4]
    assert any("Planned: 12.5" in line for line in lines)


def test_summary_has_a_total_of_its_own_for_further_sections(
    checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """What is further is listed apart, with minutes and a count of its own."""
    checker.plan(("First", 5, {"item": 1}, {}), ("More", 7, {"other": 2, "third": 1}, {}, True))
    one_check(checker, lambda: None)
    capsys.readouterr()
    checker.summary()
    core, further = capsys.readouterr().out.split("Further")
    assert "1 of 1 exercises" in core
    assert "Planned: 5 minutes" in core
    assert "0 of 2 exercises" in further
    assert "Planned: 7 minutes" in further


def test_demonstration_waits_for_its_exercise(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """A demonstration of what is not done yet says so in one line and does not stop the notebook."""
    with checker.attempt():
        raise NotImplementedError("item: not done yet")
    assert capsys.readouterr().out == "To be seen when this is done: item: not done yet\n"
