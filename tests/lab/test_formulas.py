"""The checker says what the student's rule computes: the formula that the code amounts to, and never a false one."""

from __future__ import annotations

import ast
import contextlib
import io
import math
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from support.answer_library import read_answers, read_messages

from autograder.build import build_notebook
from autograder.notebook.cells import nbgrader_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "notebooks" / "checker.py").read_text(encoding="utf-8")

CLASSES = """
import math
import numpy as np
from math import exp as e_to_the

class Dual:
    def __init__(self, value, dvalue):
        self.value, self.dvalue = value, dvalue

class Node:
    def __init__(self, value):
        self.value, self.children, self.grad_value = value, [], None
    def grad(self):
        if self.grad_value is None:
            self.grad_value = sum(weight * child.grad() for weight, child in self.children)
        return self.grad_value
"""


@dataclass(frozen=True)
class Rule:
    """A rule that a student writes: its model solution, the plain function, and where it is asked."""

    name: str
    model: str
    plain: Any
    operands: int = 2
    domain: tuple[float, float] = (1.2, 2.6)


DUAL = (
    Rule("addition", "return Dual(a.value + b.value, a.dvalue + b.dvalue)", lambda a, b: a + b),
    Rule("subtraction", "return Dual(a.value - b.value, a.dvalue - b.dvalue)", lambda a, b: a - b),
    Rule(
        "division",
        "return Dual(a.value / b.value, (a.dvalue * b.value - a.value * b.dvalue) / b.value ** 2)",
        lambda a, b: a / b,
    ),
    Rule(
        "division",
        "q = a.value / b.value\nreturn Dual(q, a.dvalue / b.value - q * b.dvalue / b.value)",
        lambda a, b: a / b,
    ),
    Rule(
        "power",
        "v = a.value ** b.value\n"
        "return Dual(v, b.value * a.value ** (b.value - 1) * a.dvalue + v * math.log(a.value) * b.dvalue)",
        lambda a, b: a**b,
    ),
    Rule("cos", "return Dual(math.cos(a.value), -math.sin(a.value) * a.dvalue)", math.cos, 1, (0.3, 1.3)),
    Rule("cos", "return Dual(float(np.cos(a.value)), float(-np.sin(a.value)) * a.dvalue)", math.cos, 1, (0.3, 1.3)),
    Rule("tan", "return Dual(math.tan(a.value), a.dvalue / math.cos(a.value) ** 2)", math.tan, 1, (0.3, 1.2)),
    Rule("tan", "t = np.tan(a.value)\nreturn Dual(t, (1 + t * t) * a.dvalue)", math.tan, 1, (0.3, 1.2)),
    Rule("exp", "v = e_to_the(a.value)\nreturn Dual(v, v * a.dvalue)", math.exp, 1, (0.3, 1.3)),
    Rule("log", "return Dual(math.log(a.value), a.dvalue / a.value)", math.log, 1),
    Rule("sqrt", "r = math.sqrt(a.value)\nreturn Dual(r, a.dvalue / (2 * r))", math.sqrt, 1),
)
NODE = (
    Rule("subtraction", "c = Node(a.value - b.value)\nadd(a, 1.0, c)\nadd(b, -1.0, c)\nreturn c", lambda a, b: a - b),
    Rule(
        "division",
        "c = Node(a.value / b.value)\nadd(a, 1 / b.value, c)\nadd(b, -a.value / b.value ** 2, c)\nreturn c",
        lambda a, b: a / b,
    ),
    Rule(
        "power",
        "c = Node(a.value ** b.value)\nadd(a, b.value * a.value ** (b.value - 1), c)\n"
        "add(b, c.value * math.log(a.value), c)\nreturn c",
        lambda a, b: a**b,
    ),
    Rule("cos", "c = Node(math.cos(a.value))\nadd(a, -math.sin(a.value), c)\nreturn c", math.cos, 1, (0.3, 1.3)),
    Rule(
        "tan", "c = Node(math.tan(a.value))\nadd(a, 1 / math.cos(a.value) ** 2, c)\nreturn c", math.tan, 1, (0.3, 1.2)
    ),
    Rule("exp", "c = Node(math.exp(a.value))\nadd(a, c.value, c)\nreturn c", math.exp, 1, (0.3, 1.3)),
)
ADD = "\ndef add(parent, weight, child):\n    parent.children.append((weight, child))\n"


@pytest.fixture(scope="module")
def checker() -> SimpleNamespace:
    """The checker's names in a notebook's globals, and the classes of the tests beside them."""
    names: dict[str, Any] = {}
    for source in (SOURCE, CLASSES + ADD):
        exec(compile(source, "<cell>", "exec"), names)  # noqa: S102 - cells, run as a notebook runs them
    return SimpleNamespace(names=names)


def function(checker: SimpleNamespace, rule: Rule, body: str) -> Any:
    """A student's function of one or two objects with this body."""
    lines = "".join(f"\n    {line}" for line in body.splitlines())
    exec(f"def f({'a, b' if rule.operands > 1 else 'a'}):{lines}\n", checker.names)  # noqa: S102 - a cell
    return checker.names["f"]


def asked(checker: SimpleNamespace, rule: Rule, f: Any, kind: str, seed: int = 3) -> str:
    """What the checker says of a rule, or an empty string when it passes; KeyError and the like for no number."""
    random.seed(seed)
    expect = checker.names["expect_rule" if kind == "Dual" else "expect_weights"]
    try:
        expect(rule.name, f, checker.names[kind], plain=rule.plain, operands=rule.operands, domain=rule.domain)
    except checker.names["CheckFailed"] as failed:
        return str(failed)
    return ""


DIVISION, POWER, COS, TAN, SQRT = DUAL[2], DUAL[4], DUAL[5], DUAL[7], DUAL[11]


@pytest.mark.parametrize(
    ("rule", "dvalue", "formula"),
    [
        (DIVISION, "(a.dvalue * b.value - a.value * b.dvalue) / b.value * b.value", "((da*b - a*db)/b)*b"),
        (
            DIVISION,
            "a.dvalue * b.value - a.value * b.dvalue / b.value ** 2",
            "da*b - a*db/b**2; the factor of da is wrong",
        ),
        (
            DIVISION,
            "(a.dvalue - a.value / b.value) / b.value",
            "(da - a/b)/b; each of its terms needs exactly one of da and db",
        ),
        (DIVISION, "a.dvalue / (a.value / b.value)", "da/(a/b)"),
        (DIVISION, "a.dvalue - (b.dvalue - a.value)", "da - (db - a)"),
        (DIVISION, "np.float64(2.0) * a.dvalue - -b.value", "2*da - (-b)"),
        (POWER, "(a.value * b.value) ** (b.value - 1) * a.dvalue", "(a*b)**(b - 1)*da"),
        (POWER, "a.dvalue * a.value ** -b.value", "da*a**(-b)"),
        (POWER, "math.pow(a.dvalue, 2) * math.log(a.value, 10)", "da**2*log(a, 10)"),
        (COS, "math.sin(a.value)", "sin(x)"),
        (COS, "-np.sin(a.value * 2) * a.dvalue", "-sin(x*2)*dx"),
        (COS, "e_to_the(a.value) * math.pi", "exp(x)*pi"),
        (COS, "0.0", "0, whatever the operands are"),
        (TAN, "np.cos(a.value) ** -2", "cos(x)**(-2)"),
        (TAN, "float(np.cos(a.value)) ** -2", None),
        (TAN, "np.float64(a.value) * a.dvalue", "x*dx"),
        (TAN, "np.square(a.dvalue)", "dx**2"),
        (SQRT, "a.dvalue * a.value ** 1/2", "dx*x**1/2"),
        (SQRT, "a.dvalue if a.value > 0 else 0.0", "dx at these inputs"),
        (SQRT, "a.dvalue * int(a.value)", "dx*2 at these inputs"),
        (SQRT, "a.dvalue * round(a.value, 9)", None),
        (SQRT, "a.dvalue * random.random()", None),
        (SQRT, "sum(a.dvalue / k for k in range(1, 60))", None),
    ],
)
def test_the_formula_of_a_dvalue(checker: SimpleNamespace, rule: Rule, dvalue: str, formula: str | None) -> None:
    """A wrong dvalue is shown as the formula that it amounts to, with the brackets that it has; or not at all."""
    operands = "a.value, b.value" if rule.operands == 2 else "a.value"
    checker.names["plain"] = rule.plain
    said = asked(checker, rule, function(checker, rule, f"return Dual(plain({operands}), {dvalue})"), "Dual")
    assert said
    if formula is None:
        assert "our dvalue is" not in said
    else:
        assert f"Your dvalue is {formula}" in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("add(a, 1 / b.value, c)\nadd(b, a.value / b.value ** 2, c)", ["The weight of b is a/b**2 in your code."]),
        ("add(a, 1 / b.value, c)", ["The weight of b is 0 in your code."]),
        (
            "add(a, b.value, c)\nadd(b, a.value, c)",
            ["The weight of a is b in your code; the weight of b is a in your code."],
        ),
        ("add(a, 1 / b.value, c)\n" * 2 + "add(b, -a.value / b.value ** 2, c)", ["weight of a is 1/b + 1/b in"]),
    ],
)
def test_the_formula_of_a_weight(checker: SimpleNamespace, body: str, says: list[str]) -> None:
    """Of wrong weights the formula is shown, each alone, and those that are right are not mentioned."""
    f = function(checker, NODE[1], f"c = Node(a.value / b.value)\n{body}\nreturn c")
    said = asked(checker, NODE[1], f, "Node")
    for words in says:
        assert words in said
    assert ("weight of a" in said) == ("weight of a" in "".join(says).lower())


def test_what_the_gradient_does_with_the_seed_is_shown(checker: SimpleNamespace) -> None:
    """A gradient that is not a weight times the output's gradient is shown with that gradient, g."""
    names = checker.names
    exec(  # noqa: S102 - a cell
        "class Plus(Node):\n    def grad(self):\n        return sum(w + c.grad_value for w, c in self.children)\n",
        names,
    )
    f = function(checker, NODE[3], NODE[3].model)
    with pytest.raises(names["CheckFailed"]) as failed:
        names["expect_weights"]("cos", f, names["Plus"], plain=math.cos, operands=1)
    assert "with g for the seed, the gradient of x is -sin(x) + g in your code" in str(failed.value).lower()


@pytest.mark.parametrize(
    ("body", "formula"), [("return Node(b.value / a.value)", "b/a"), ("return Node(0)", "0, whatever the operands are")]
)
def test_the_formula_of_a_value(checker: SimpleNamespace, body: str, formula: str) -> None:
    """A wrong value has a formula as well."""
    names = checker.names
    with pytest.raises(names["CheckFailed"], match=re.escape(f"Your value is {formula}.")):
        names["expect_value"]("division", function(checker, DIVISION, body), names["Node"], plain=DIVISION.plain)


def test_an_operand_that_is_changed_is_named(checker: SimpleNamespace) -> None:
    """A rule that changes an operand fails even when its result is right."""
    body = (
        f"r = Dual(0, 0)\nb.value = b.value\n{DIVISION.model.replace('return ', 'r = ')}\na.value = r.value\nreturn r"
    )
    said = asked(checker, DIVISION, function(checker, DIVISION, body), "Dual")
    assert re.match(r"the division changes its operand a: its value was [\d.]+ and is now [\d.]+\.", said)


def test_everything_is_as_before(checker: SimpleNamespace, capsys: pytest.CaptureFixture) -> None:
    """After a formula was looked for, math and the notebook's names are what they were, and nothing was printed."""
    before, names = dict(vars(math)), dict(checker.names)
    state = random.getstate()
    body = "print('hello')\nreturn Dual(e_to_the(a.value), math.sin(b.value) * a.dvalue)"
    f = function(checker, DIVISION, body)
    names["f"] = f
    assert "Your dvalue is sin(b)*da" in asked(checker, DIVISION, f, "Dual")
    assert vars(math) == before
    assert checker.names == names
    assert capsys.readouterr().out.count("hello") == 2  # the two runs of the check itself
    random.setstate(state)
    assert sys.stdout is not None


def test_a_number_that_was_traced_is_no_answer(checker: SimpleNamespace) -> None:
    """Code that keeps what it was traced with, and returns that later, has no number to show for it."""
    kept: list[Any] = []

    def f(a: Any, b: Any) -> Any:
        kept.append(a.value)
        return checker.names["Dual"](a.value / b.value, a.dvalue)

    assert "Your dvalue is da" in asked(checker, DIVISION, f, "Dual")
    traced = [value for value in kept if type(value).__name__ == "_Traced"]
    assert traced
    with pytest.raises(checker.names["CheckFailed"], match="should be a plain number"):
        checker.names["expect"](traced[0], traced[0]._value)


OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def mutants(body: str) -> Iterator[str]:  # noqa: C901 - one branch for each kind of slip
    """Every way to make one slip: an operator, an operand, a name, a number, a function, a bracket, a sign."""
    tree = ast.parse(f"def f():\n{''.join(f'    {line}{chr(10)}' for line in body.splitlines())}")

    def changed(node: ast.AST, **fields: Any) -> str:
        before = {name: getattr(node, name) for name in fields}
        for name, value in fields.items():
            setattr(node, name, value)
        text = "\n".join(ast.unparse(ast.fix_missing_locations(line)) for line in tree.body[0].body)  # type: ignore[attr-defined]
        for name, value in before.items():
            setattr(node, name, value)
        return text

    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            yield from (changed(node, op=kind()) for kind in OPERATORS if type(node.op) is not kind)
            yield changed(node, left=node.right, right=node.left)
            if isinstance(node.right, ast.BinOp):
                inner = ast.BinOp(node.left, node.op, node.right.left)
                yield changed(node, left=inner, op=node.right.op, right=node.right.right)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in ("math", "np"):
                yield from (changed(node, attr=name) for name in ("sin", "cos", "exp", "log") if name != node.attr)
            elif node.attr in ("value", "dvalue") and isinstance(node.ctx, ast.Load):
                if "dvalue" in body:
                    yield changed(node, attr={"value": "dvalue", "dvalue": "value"}[node.attr])
                if "b." in body and node.value.id in "ab":
                    yield changed(node.value, id={"a": "b", "b": "a"}[node.value.id])
        elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            yield from (changed(node, value=value) for value in (node.value + 1, node.value - 1, 2 * node.value + 3))
        elif isinstance(node, ast.UnaryOp):
            yield changed(node, op=ast.UAdd())


def holds(checker: SimpleNamespace, rule: Rule, f: Any, kind: str, said: str) -> bool:
    """Whether what is said of a rule is what it computes, at points that the checker has not seen."""
    names = ["x"] if rule.operands == 1 else ["a", "b"]
    draw = random.Random(5)  # noqa: S311 - test points
    tangent = re.search(
        r"our dvalue is ([^;]*?)(?:, whatever the operands are)?( at these inputs)?(?:; |\.$|\. )", said
    )
    weights = re.findall(r"(of the output, the gradient|weight) of (\w) is (.*?)( at these inputs)? in your code", said)
    for _ in range(8):
        xs = [draw.choice((1, 1, -1)) * draw.uniform(*rule.domain) for _ in names]
        seeds = [draw.uniform(-2, 2) for _ in names]
        known = {**vars(math), **dict(zip(names, xs, strict=True)), "g": seeds[0]}
        known |= {f"d{name}": seed for name, seed in zip(names, seeds, strict=True)}
        told = []
        try:
            if kind == "Dual" and tangent and not tangent[2]:
                dual = f(*[checker.names["Dual"](x, seed) for x, seed in zip(xs, seeds, strict=True)])
                told.append((dual.dvalue, tangent[1], 1.0))
            for whole, name, text, here in weights:
                inputs = [checker.names["Node"](x) for x in xs]
                f(*inputs).grad_value = seeds[0]
                factor = 1.0 if whole.startswith("of") else seeds[0]
                told += [(inputs[names.index(name)].grad(), text, factor)] if not here else []
        except (ArithmeticError, ValueError, TypeError):
            continue
        for real, text, factor in told:
            value = eval(text, known) * factor  # noqa: S307 - a formula that the checker wrote, of our own functions
            if not isinstance(real, complex) and abs(real - value) > 1e-6 * max(1.0, abs(real)):
                return False
    return True


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of numpy, about slips that divide by zero
@pytest.mark.parametrize("slips", [1, 2])
def test_nearly_every_slip_has_its_formula_and_none_a_false_one(checker: SimpleNamespace, slips: int) -> None:
    """Of rules with one or two slips that give a number, 97 in 100 are told their formula, and none a false one."""
    draw = random.Random(slips)  # noqa: S311 - test points
    numbers, unexplained = 0, []
    for kind, rules in (("Dual", DUAL), ("Node", NODE)):
        for rule in rules:
            bodies = list(dict.fromkeys(mutants(rule.model)))
            if slips == 2:
                bodies = [body for first in draw.sample(bodies, min(8, len(bodies))) for body in mutants(first)]
                bodies = draw.sample(bodies, min(40, len(bodies)))
            for body in bodies:
                said = ""
                with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                    f = function(checker, rule, body)
                    said = asked(checker, rule, f, kind)
                if ", expected" not in said or " is nan," in said:
                    continue
                numbers += 1
                assert holds(checker, rule, f, kind, said), (body, said)
                if "our dvalue is" not in said and "in your code" not in said:
                    unexplained.append((body, said))
    assert numbers > 300
    assert len(unexplained) <= 0.03 * numbers, unexplained


def session(cells: list[Any], item: str, answer: str) -> list[str]:
    """What the checks of an item say in a notebook's session with this answer to it."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            meta = nbgrader_metadata(cell)
            grade_id = meta.get("grade_id", "")
            if grade_id != item and (meta.get("grade") or cell.metadata.get("autograder", {}).get("show")):
                continue
            with contextlib.suppress(*([] if cell.metadata.get("autograder") else [Exception])):
                if grade_id == item:
                    names["_TRIES"][item] = 9  # all help at once
                exec(answer if grade_id == f"{item}-answer" else cell.source, names)  # noqa: S102 - cells
            if grade_id == item:
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(cell.source, names)  # noqa: S102 - a test cell
                return out.getvalue().splitlines()
    raise AssertionError(f"{item} has no test cell")


RULE_SAYS = re.compile(
    r"the (value|dvalue|gradient) (of|through) "
    r"(the (addition|subtraction|division|power)|cos|tan|exp|log|sqrt) at .* is .*, expected "
)


def explained(lines: list[str]) -> tuple[int, int]:
    """How many answers, of 0 or 1, are told that a rule gives a wrong number, and how many of those a formula."""
    said = [line for line in lines if RULE_SAYS.search(line)]
    return bool(said), any(re.search(r"our d?value is|in your code", line) for line in said)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["2.1_ForwardAD", "2.2_ReverseAD"])
def test_wrong_answers_are_told_their_formula_in_the_session(name: str) -> None:
    """In a session, 97 of 100 wrong answers of the library whose rule gives a wrong number are told their formula."""
    master = ROOT / "notebooks" / "lab2" / f"{name}.py"
    notebook = nbformat.reads(build_notebook(master, SOURCE), as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    told = [
        (str(answer), *explained(session(cells, answer.item, answer.source)))
        for path in sorted((ROOT / "tests" / "answers" / name).glob("*.py"))
        for answer in read_answers(path)
        if answer.kind == "wrong"
    ]
    numbers = [entry for entry in told if entry[1]]
    assert len(numbers) > 40
    assert sum(formula for _, _, formula in numbers) >= 0.97 * len(numbers), [
        entry for entry in numbers if not entry[2]
    ]


@pytest.mark.parametrize("name", ["2.1_ForwardAD", "2.2_ReverseAD"])
def test_wrong_answers_are_told_their_formula_in_the_feedback(name: str) -> None:
    """In the messages that reviewers have read, which other tests compare with the feedback, it is so too."""
    text = (ROOT / "tests" / "answers" / "messages" / f"{name}.md").read_text(encoding="utf-8")
    told = [(*explained(said.splitlines()), key) for key, said in read_messages(name, text).items()]
    numbers = [entry for entry in told if entry[0]]
    assert len(numbers) > 40
    assert sum(formula for _, formula, _ in numbers) >= 0.97 * len(numbers), [
        entry for entry in numbers if not entry[1]
    ]
