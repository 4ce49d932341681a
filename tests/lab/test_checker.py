"""The checker cell: what a student sees, what nbgrader reads, what the examiner records."""

from __future__ import annotations

import ast
import copy
import json
import linecache
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder.build import build_notebook
from autograder.engine.grader import Grader
from autograder.model.course import Assignment, Course, Notebook, items_of
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission
from autograder.notebook.cells import nbgrader_metadata

SOURCE = (Path(__file__).parents[2] / "notebooks" / "checker.py").read_text(encoding="utf-8")


class Dual:
    """The least a dual number needs; its quotient is right unless a test puts another rule in `rules`."""

    def __init__(self, value: float, dvalue: float) -> None:
        self.value, self.dvalue = value, dvalue

    def __truediv__(self, other: Dual) -> Dual:
        above = self.dvalue * other.value - self.value * other.dvalue
        return Dual(self.value / other.value, above / other.value**2)


class Node:
    """The least a reverse-mode variable needs, with a quotient whose second weight can be made wrong."""

    first = staticmethod(lambda _a, b: 1 / b)
    second = staticmethod(lambda a, b: -a / b**2)

    def __init__(self, value: float) -> None:
        self.value, self.children, self.grad_value = value, [], None

    def grad(self) -> float:
        if self.grad_value is None:
            self.grad_value = sum(weight * node.grad() for weight, node in self.children)
        return self.grad_value

    def __truediv__(self, other: Node) -> Node:
        result = Node(self.value / other.value)
        self.children.append((self.first(self.value, other.value), result))
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
    assert "z at x = 1 is 3, expected 4. It looks as if you forgot one." in out
    assert "Traceback" not in out
    assert err == ""


def test_success_never_says_that_all_tests_passed(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """Hidden checks are mentioned with each success."""
    one_check(checker, lambda: checker.expect(4.0, 4.0))
    assert capsys.readouterr().out == "item: visible checks passed; hidden checks use other numbers.\n"


def undone(*_args: Any) -> None:
    raise NotImplementedError("item: not done yet")


@pytest.mark.parametrize(
    "action",
    [
        undone,
        lambda checker: checker.expect(..., 4.0),
        lambda checker: checker.expect(..., [4.0]),
        lambda checker: checker.expect(..., want=True),
        lambda checker: checker.expect(..., np.eye(2)),
        lambda checker: checker.expect_order(..., 4.0),
        lambda checker: checker.expect_rule("cos", undone, Dual, plain=math.cos, operands=1),
    ],
)
def test_what_is_untouched_is_not_done_yet(
    action: Any, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """NotImplementedError and the `...` that stands where an answer will stand are never called wrong."""
    one_check(checker, lambda: action(checker))
    assert capsys.readouterr().out == "item: not done yet.\n"


@pytest.mark.parametrize(
    "action",
    [
        lambda checker: checker.expect(None, 4.0),
        lambda checker: checker.expect(None, [4.0]),
        lambda checker: checker.expect(None, want=True),
        lambda checker: checker.expect(None, np.eye(2)),
        lambda checker: checker.expect_order(None, 4.0),
        lambda checker: checker.expect_rule("cos", lambda _: None, Dual, plain=math.cos, operands=1),
        lambda checker: checker.expect_rule("cos", lambda _: Dual(1.0, None), Dual, plain=math.cos, operands=1),
        lambda checker: checker.expect_weights("division", lambda *_: None, Node, plain=lambda a, b: a / b),
        lambda checker: checker.expect_value("division", lambda *_: None, Node, plain=lambda a, b: a / b),
    ],
)
def test_nothing_returned_is_wrong_and_named(
    action: Any, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """None is an answer that returns nothing, and is told so; it is never taken for an open task."""
    one_check(checker, lambda: action(checker))
    out = capsys.readouterr().out
    assert "is None: nothing was returned. Is a `return` missing?" in out
    assert "not done yet" not in out


def test_help_comes_in_stages(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """The first failure says what differs, then the hints come one by one, the gentlest first, and last the rule."""

    def fail() -> str:
        with checker.task("item") as check, check("a check", 1, hint=("a hint", "the way")):
            checker.expect_rule(
                "division", lambda a, b: Dual(a.value / b.value, a.dvalue / b.dvalue), Dual, PLAIN["two"]
            )
        return capsys.readouterr().out

    outs = [fail() for _ in range(5)]
    words = ("Your dvalue is da/db", "Hint: a hint", "Hint: the way", "The quotient rule is (da*b - a*db)/b**2.")
    assert [[word in out for word in words] for out in outs] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
        [True, True, True, True],
    ]
    promised = [re.findall("you will get (.*) hint", out) for out in outs]
    assert promised == [["a"], ["another"], ["another"], [], []]


def test_a_fault_of_another_kind_does_not_use_up_the_help(
    checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """Running the checks of an open task gives nothing away."""
    one_check(checker, undone)
    one_check(checker, undone)
    one_check(checker, lambda: checker.expect(3.0, 4.0))
    assert "look again" not in capsys.readouterr().out


def test_everything_is_said_while_marking(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no second try after the marks: the rule and every hint are in the record and in nbgrader's message."""
    rule = {
        "rule": "division",
        "f": lambda a, b: Dual(a.value / b.value, b.dvalue),
        "make": Dual,
        "plain": PLAIN["two"],
    }
    records: list[dict] = []
    examiner = SimpleNamespace(record=lambda *_, **texts: records.append(texts), compares=lambda _: None)
    checker = load(__examiner__=examiner)
    with checker.task("item") as check, check("a check", 1, hint=("one", "two")):
        checker.expect_rule(**rule)
    assert "The quotient rule is" in records[0]["message"]
    assert records[0]["mistake"].endswith("the quotient rule is (da*b - a*db)/b**2")
    assert records[0]["hint"] == "one; two"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match=r"Hint: two\. The quotient rule is"):
        one_rule(load(), rule)


def one_rule(checker: SimpleNamespace, rule: dict[str, Any]) -> None:
    with checker.task("item") as check, check("a check", 1, hint=("one", "two")):
        checker.expect_rule(**rule)


def test_a_secret_is_kept(checker: SimpleNamespace) -> None:
    """A task to predict something says only whether the prediction is too large or too small."""
    assert message(checker, lambda: checker.expect(5.0, 4.0, secret=True)) == "the result is 5, which is too large."
    assert message(checker, lambda: checker.expect("b", "a", secret=True)) == "the result is 'b', which is not right."
    words = message(checker, lambda: checker.expect_order(1e-3, 4.0, secret=True))
    assert words == "the result is 0.001, which is too small."


def test_one_failed_check_does_not_hide_the_next(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """Each check runs, whatever the one before it raised."""
    one_check(checker, lambda: 1 / 0, more=2)
    assert "2 of 3 points" in capsys.readouterr().out


def test_what_waits_for_another_exercise_says_so(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """An exercise that is done, but is checked together with one that is not, is not called undone itself."""

    def action() -> None:
        raise NotImplementedError("other: not done yet")

    one_check(checker, action, more=1)
    assert "a check: waits for other, which is not done yet." in capsys.readouterr().out


def test_one_point_is_a_point(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """The count of points is English whatever their number."""
    one_check(checker, lambda: 1 / 0)
    assert "; 0 of 1 point in these checks." in capsys.readouterr().out


@pytest.mark.parametrize(
    "action",
    [
        lambda checker: checker.expect(None, 4.0),
        lambda _: lost_name,  # type: ignore[name-defined]  # noqa: F821
        lambda checker: checker.expect_rule("cos", changes_its_operand, Dual, plain=math.cos, operands=1),
    ],
)
def test_hints_do_not_follow_a_diagnosis_of_something_else(
    action: Any, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """A missing return is not followed by hints about the rule."""
    for _ in range(3):
        one_check(checker, lambda: action(checker))
    assert "look again" not in capsys.readouterr().out
    one_check(checker, lambda: checker.expect(3.0, 4.0))
    assert "Hint: look again." in capsys.readouterr().out


def changes_its_operand(x: Dual) -> Dual:
    x.value = 7.0
    return Dual(1.0, 1.0)


def test_an_exponent_is_not_a_step(checker: SimpleNamespace) -> None:
    """Who writes -8 for 1e-8 is told so, and the secret is kept."""
    words = message(checker, lambda: checker.expect_order(-8, 2e-8, secret=True))
    assert words.startswith("the result is -8, which is too small. It looks as if you gave the exponent")


CELLS = {
    "division": "def divide(a, b):\n    return helper(a.value, b.value)\ndef helper(a, b):\n    return a / (b - b)",
    "reduce": "import functools\ndef reduce(a):\n    return functools.reduce(lambda x, y: x / 0, a)",
    "rounds": "Dual.__add__ = lambda a, b: add(a, widen(b))\ndef widen(b):\n    return Dual(b.value, 0.0)\n"
    "def add(a, b):\n    return a + b",
}


@pytest.mark.parametrize(
    ("cell", "call", "line"),
    [
        ("division", "divide(Dual(1.0, 1.0), Dual(2.0, 1.0))", "return a / (b - b)"),
        ("reduce", "reduce([1, 2])", "x / 0"),
        ("rounds", "add(Dual(1.0, 1.0), Dual(2.0, 1.0))", "return a + b"),
    ],
)
def test_an_error_quotes_the_students_own_line(
    cell: str, call: str, line: str, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """Of an error the last line of the student's own cells is quoted, not one of a library, the test or the checker.

    Of an endless recursion it is the line that goes round, in the function that was called first.
    """
    checker.names["Dual"] = type("Dual", (Dual,), {})
    test = f"with task('item') as check:\n    with check('a check', 1):\n        {call}\n"
    for name, source in (("answer", CELLS[cell]), ("test", test)):
        linecache.cache[f"<{name} cell>"] = (len(source), None, source.splitlines(keepends=True), f"<{name} cell>")
        exec(compile(source, f"<{name} cell>", "exec"), checker.names)  # noqa: S102 - cells, run as a notebook runs them
    [said] = re.findall("in the line `(.*)`", capsys.readouterr().out)
    assert line in said


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TypeError("cannot unpack non-iterable NoneType object"), "ctx.saved_tensors"),
        (TypeError("cannot unpack non-iterable float object"), "hold pairs"),
        (AttributeError("'NoneType' object has no attribute 'value'"), "is a `return` missing?"),
        (AttributeError("'NoneType' object has no attribute 'zero_'"), "x.grad = None empties it at any time"),
        (TypeError("unsupported operand type(s) for *: 'float' and 'NoneType'"), "an object was meant: is a `return`"),
        (TypeError("cannot unpack non-iterable builtin_function_or_method object"), "named here, not called"),
        (AttributeError("'float' object has no attribute 'item'"), "a plain number already"),
        (AttributeError("'float' object has no attribute 'value'"), "Was it never made into an object"),
        (TypeError("'NoneType' object is not iterable"), "reversed(...) gives the list from its end"),
        (TypeError("unsupported operand type(s) for ** or pow(): 'Value' and 'int'"), "write a square as d * d"),
        (TypeError("unsupported operand type(s) for *: 'int' and 'Var'"), "write 2 as Var(2.0)"),
        (TypeError("must be real number, not Var"), "give them x.value"),
        (TypeError("unsupported operand type(s) for ^: 'float' and 'float'"), "a power is **"),
        (
            RuntimeError("Trying to backward through the graph a second time. Specify retain_graph=True"),
            "Do not retain",
        ),
        (RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn"), "requires_grad=True?"),
        (RecursionError("maximum recursion depth exceeded"), "must not use the operator or function"),
        (NameError("name 'sin' is not defined"), "Did you mean math.sin?"),
        (NameError("name 'ln' is not defined"), "Did you mean math.log?"),
        (NameError("name 'z' is not defined"), "Run the cell that defines it"),
        (AttributeError("module 'math' has no attribute 'ln'"), "The natural logarithm is math.log."),
        (type("CheckFailed", (Exception,), {})("cos gives None."), ": cos gives None.\n"),
    ],
)
def test_an_error_is_told_in_words(
    error: Exception, says: str, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """What an error usually means is said beside it; advice of PyTorch's that hides the mistake is not repeated."""

    def action() -> None:
        raise error

    one_check(checker, action)
    out = capsys.readouterr().out
    assert says in out
    assert "Specify" not in out
    assert not (type(error).__name__ == "CheckFailed" and "stopped" in out)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RecursionError("maximum recursion depth exceeded"), "compute with .value and .dvalue, not with the objects"),
        (OverflowError(34, "Numerical result out of range"), "compute with .value and .dvalue, not with the objects"),
        (TypeError("must be real number, not DualNumber"), "write math.sin(x.value)"),
        (AttributeError("'float' object has no attribute 'value'"), "Was .value or .dvalue taken too early"),
        (TypeError("f.<locals>.<lambda>() takes 1 positional argument but 2 were given"), "without a star"),
    ],
)
def test_dual_numbers_are_spoken_of_where_there_are_some(
    error: Exception, says: str, checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """In a notebook with dual numbers the remedy has their names; in another one it has not."""

    def action() -> None:
        raise error

    one_check(checker, action)
    assert says not in capsys.readouterr().out
    checker.names["DualNumber"] = Dual
    one_check(checker, action)
    assert says in capsys.readouterr().out


def test_the_function_called_in_place_of_the_one_of_math_is_named(
    checker: SimpleNamespace, capsys: pytest.CaptureFixture
) -> None:
    """Who calls the notebook's own cos with a plain number reads of cos."""
    exec("class DualNumber: pass\ndef cos(x):\n    return x.value\n", checker.names)  # noqa: S102 - a cell, as above
    test = "with task('item') as check:\n    with check('a check', 1):\n        cos(1.0)\n"
    exec(compile(test, "<test cell>", "exec"), checker.names)  # noqa: S102 - a cell, as above
    assert "your own cos called in place of math.cos?" in capsys.readouterr().out


class SubmissionError(Exception):
    """As the examiner has it."""

    about_the_hand_in = True


def test_the_examiners_own_words_are_passed_on(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """What the examiner says of a hand-in is no error of the student's code: the message is passed on as it is."""

    def action() -> None:
        raise SubmissionError("an object came where a plain value was needed (comparing)")

    one_check(checker, action)
    out = capsys.readouterr().out
    assert "a check: An object came where a plain value was needed (comparing).\n" in out
    assert "stopped" not in out


MASTER = """# A notebook of one exercise.

# %% checker=true

# %% answer="number"
def number():
    ### BEGIN SOLUTION
    return 2.0
    ### END SOLUTION

# %% item="number" points=2
#@title Checks: the number
with task("number") as check:
    with check("its size", 2):
        expect(number() > 1.0, True)
"""


def test_the_examiners_own_words_reach_the_student(tmp_path: Path) -> None:
    """An object where a named check needs a plain value is told in the examiner's words, and earns nothing."""
    (tmp_path / "toy.py").write_text(MASTER, encoding="utf-8")
    source = nbformat.reads(build_notebook(tmp_path / "toy.py", SOURCE), as_version=4)
    notebook = Notebook("toy", items_of(source), source)
    content: Any = copy.deepcopy(source)
    [answer] = [cell for cell in content.cells if nbgrader_metadata(cell).get("grade_id") == "number-answer"]
    answer.source = "class Thing:\n    pass\ndef number():\n    return Thing()"
    with Grader(Assignment("toy", Course(tmp_path), {"toy": notebook}), GradingSettings(seed=1)) as grader:
        [item] = grader.grade(Submission("ada", "toy", content)).items
        [right] = grader.grade(Submission("bob", "toy", copy.deepcopy(source))).items
    [check] = item.checks
    assert check.message == "An object of type Thing came where a plain value was needed (a comparison)."
    assert (item.points, right.points) == (0.0, 2.0)


def test_grad_is_spoken_of_where_there_is_torch(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """None in a sum is explained by .grad only in a notebook that has torch."""

    def action() -> None:
        _ = 1.0 * None  # type: ignore[operator]

    one_check(checker, action)
    assert ".grad" not in capsys.readouterr().out
    checker.names["torch"] = None
    one_check(checker, action)
    assert ".grad is None until backward()" in capsys.readouterr().out


def test_a_gradient_that_is_0_is_not_taken_for_another_rule(
    checker: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing arrives at all that is what is said, and reverse mode is not told about dvalues."""
    monkeypatch.setattr(Node, "first", staticmethod(lambda *_: 0.0))
    monkeypatch.setattr(Node, "second", staticmethod(lambda *_: 0.0))
    words = message(checker, lambda: checker.expect_weights("division", lambda a, b: a / b, Node))
    assert "your division rule is 0: this operation forgets the derivative" in words
    assert "dvalue" not in words


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
    asked: list[float] = []
    examiner = SimpleNamespace(record=lambda *parts, **texts: records.append((parts, texts)), compares=asked.append)
    checker = load(__examiner__=examiner)
    one_check(checker, lambda: checker.expect(3.0, 4.0, at="x = 1", mistakes={"you forgot one": 3.0}), more=2)
    checker.summary()
    (first, texts), (second, _) = records
    assert first == ("item", "a check", 1, False)
    assert second == ("item", "another", 2, True)
    assert (texts["mistake"], texts["inputs"], texts["got"], texts["expected"]) == ("you forgot one", "x = 1", "3", "4")
    assert asked == [4.0], "each comparison says what it expects, passed or not"
    assert capsys.readouterr().out == ""


def test_what_ends_a_process_is_not_swallowed(checker: SimpleNamespace) -> None:
    """A dead process or Ctrl-C is not a failed check."""
    with pytest.raises(KeyboardInterrupt):
        one_check(checker, lambda: (_ for _ in ()).throw(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("got", "kind"),
    [
        ("4.0", "a string"),
        (True, "a truth value (True or False)"),
        ([4.0], "a list"),
        (Dual(4.0, 0.0), "an object with .value and .dvalue"),
        (np.array([4.0]), "an array"),
        (4 + 0j, "a complex"),
        (lambda: 4.0, "a function that has not been called"),
        ([].append, "a function that has not been called"),
    ],
)
def test_only_numbers_are_numbers(got: Any, kind: str, checker: SimpleNamespace) -> None:
    """Where a float is asked for, anything else is named for what it is."""
    assert f"should be a plain number, but is {kind}" in message(checker, lambda: checker.expect(got, 4.0))


@pytest.mark.parametrize("got", [4, 4.0, np.float64(4.0), np.int64(4), np.float32(4.0), np.array(4.0)])
def test_every_kind_of_real_number_will_do(got: Any, checker: SimpleNamespace) -> None:
    """Integers and numpy's numbers are numbers, wherever a float is."""
    checker.expect(got, 4.0)
    checker.expect(4.0, got)
    checker.expect([got], [4.0])
    checker.expect_order(got, 4.0)
    checker.expect_rule("4*x", lambda x: Dual(got * x.value, got * x.dvalue), Dual, lambda x: 4 * x, operands=1)
    assert "is 4, expected 5" in message(checker, lambda: checker.expect(got, 5.0))


def test_numpys_truth_values_are_truth_values(checker: SimpleNamespace) -> None:
    """What numpy's comparisons give is as good as True."""
    checker.expect(np.float64(3.0) > 2.0, want=True)
    message(checker, lambda: checker.expect(np.float64(3.0) > 2.0, want=False))


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
    monkeypatch.setattr(Node, "second", staticmethod(lambda a, b: -a))
    words = message(checker, lambda: checker.expect_weights("division", lambda a, b: a / b, Node))
    assert "The weight of b is -a in your code." in words
    monkeypatch.setattr(Node, "second", staticmethod(lambda a, b: a))
    monkeypatch.setattr(Node, "first", staticmethod(lambda _a, b: b))
    words = message(checker, lambda: checker.expect_weights("division", lambda a, b: a / b, Node))
    assert "your division rule is the rule for multiplication" in words


def test_summary_says_what_is_done_and_what_is_open(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """The last cell lists every item with its state, and the minutes."""
    checker.plan(("First", 5, {"item": 1}, {}), ("Second", 7.5, {"other": 2}, {"why": 1}))
    one_check(checker, lambda: None)
    capsys.readouterr()
    checker.summary()
    lines = capsys.readouterr().out.splitlines()
    assert "visible checks passed" in lines[1]
    assert lines[3].split() == ["open", "other", "(2", "points)"]
    assert "marked by a person" in lines[4]
    assert any("Planned: 12.5" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*Your answer here: replace this line.*", "NOT ANSWERED"),
        ("Because.", "marked by a person"),
        (None, "make sure that each question has one"),
    ],
)
def test_summary_flags_an_unanswered_question(
    text: str | None,
    says: str,
    checker: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    """A written question whose cell is as it came is flagged; where the notebook cannot be read, that is said."""
    path = tmp_path / "lab.ipynb"
    if text:
        cell = {"cell_type": "markdown", "source": [text], "metadata": {"nbgrader": {"grade_id": "why"}}}
        path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    checker.plan(("First", 5, {"item": 1}, {"why": 1}))
    checker.summary()
    assert says in capsys.readouterr().out


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
    assert capsys.readouterr().out == "This waits for an exercise (item: not done yet).\n"
