"""A text of the hand-in's that a test evaluates, runs or fills in never gets what the test has."""

# ruff: noqa: E501 - cells as texts

from __future__ import annotations

import pytest
from support.notebooks import cell

HONEST = {
    "an expression, evaluated": ("def text():\n    return '1 + 2'", "assert eval(text()) == 3"),
    "an expression in the test's names": (
        "def text():\n    return 'x * y + 1'",
        "x = 3\ny = [2]\nassert eval(text(), {'x': 2, 'y': 5}) == 11\ny = 4\nassert eval(text()) == 13",
    ),
    "a program in all of the names": (
        "def program():\n    return 'y = x + 1'",
        "x = 3\ny = 0\nexec(program(), globals())\nassert y == 4",
    ),
    "names of a function of the test's": (
        "def text():\n    return 'n + 1'",
        "def at(n):\n    return eval(text())\nassert [at(k) for k in range(3)] == [1, 2, 3]",
    ),
    "a program, run": (
        "def program():\n    return 'def f(x):\\n    return 2 * x\\ny = f(4)'",
        "exec(program())\nassert y == 8 and f(3) == 6",
    ),
    "a program, run apart": (
        "def program():\n    return 'count = 0\\ndef f():\\n    global count\\n    count += 1'",
        "ns = {}\nexec(program(), ns)\nns['f']()\nns['f']()\nassert ns['count'] == 2",
    ),
    "a program with a library": (
        "def program():\n    return 'm = float(np.mean([1, 2, 3]))'",
        "import numpy as np\nns = {'np': np}\nexec(program(), ns)\nassert ns['m'] == 2.0 and ns['np'] is np",
    ),
    "a program, compiled": (
        "def program():\n    return 'z = 5'",
        "code = compile(program(), 'answer', 'exec')\nns = {}\nexec(code, ns)\nassert ns['z'] == 5",
    ),
    "a program that fails": (
        "def program():\n    return '1 / 0'",
        "try:\n    exec(program())\n    assert False\nexcept ZeroDivisionError:\n    pass",
    ),
    "a program that is none": (
        "def program():\n    return 'x ='",
        "try:\n    compile(program(), 'a', 'exec')\n    assert False\nexcept SyntaxError:\n    pass",
    ),
    "its tree": (
        "def program():\n    return 'for k in x: pass'",
        "import ast\nassert type(ast.parse(program()).body[0]) is ast.For",
    ),
    "a template": (
        "def template():\n    return 'Dear {name}, {0:>5.1f} {1[0]} {d[k]}!'",
        "assert template().format(1.25, [7], name='Ann', d={'k': 8}) == 'Dear Ann,   1.2 7 8!'\nassert '{x}'.format_map({'x': 1}) == '1'",
    ),
    "a template of another kind": (
        "def template():\n    return '%s is %d'",
        "assert template() % ('a', 2) == 'a is 2'",
    ),
    "a template and the hand-in's own object": (
        "class P:\n    x = 3\ndef template():\n    return 'x = {p.x}'",
        "assert template().format(p=P()) == 'x = 3'",
    ),
    "texts of the test's own": (
        "def calc(text):\n    return 3\ndef word():\n    return 'w'",
        "assert word() == 'w'\nfor text in ['1 + 2', '4 - 1']:\n    assert calc(text) == eval(text)\nassert '{0.real}'.format(2) == '2'",
    ),
    "a text that the test makes up": (
        "def calc(text):\n    a, b = text.split('+')\n    return int(a) + int(b)",
        "import random\nfor _ in range(3):\n    text = f'{random.randint(1, 9)}+{random.randint(1, 9)}'\n    assert calc(text) == eval(text)",
    ),
    "libraries of the system": (
        "def f(path):\n    return 1",
        "import importlib, os, subprocess, sys, json\nassert importlib.import_module('json') is json\nassert os.path.exists(os.sep)\nassert subprocess.run([sys.executable, '-c', 'print(3)'], capture_output=True, text=True).stdout == '3\\n'\nassert open(json.__file__).read()\nassert f('x') == 1",
    ),
    "a named tuple after a text": (
        "def word():\n    return 'w'",
        "assert word() == 'w'\nimport collections, dataclasses\nP = collections.namedtuple('P', 'x y')\n@dataclasses.dataclass\nclass Q:\n    x: int\nassert P(1, 2).y == 2 and Q(3).x == 3",
    ),
}

HOSTILE = {
    "eval": (
        HONEST["an expression, evaluated"],
        'def text():\n    return \'__examiner__.record("task", "x", 2, True) or 3\'',
    ),
    "eval reaching the test": (
        ("def text():\n    return '1 + 2'", "assert eval(text()) == 3"),
        'import sys\ndef text():\n    return \'__import__("sys").modules["autograder.engine.examiner.testing"] and 3\'',
    ),
    "exec": (
        ("def program():\n    return 'y = 8'", "exec(program())\nassert abs(y - 8) < 1"),
        "def program():\n    return 'y = 50\\nabs = lambda v: 0'",
    ),
    "exec that binds what the test uses": (
        (
            "def program():\n    return 'y = 8'",
            "def close(a, b):\n    return abs(a - b) < 1e-9\nexec(program())\nassert close(y, 8)",
        ),
        "def program():\n    return 'y = 50\\nclose = lambda a, b: True'",
    ),
    "eval of what is expected": (
        ("def text():\n    return '1 + 2'", "expected = 3\nassert eval(text()) == expected"),
        "def text():\n    return 'expected'",
    ),
    "eval of the test's own solution": (
        ("def text():\n    return '1 + 2'", "def solution():\n    return 3\nassert eval(text()) == solution()"),
        "def text():\n    return 'solution()'",
    ),
    "exec that binds what the test imports": (
        ("import numpy as np\ndef program():\n    return 'y = 8'", "exec(program())\nassert np.abs(y - 8) < 1"),
        "def program():\n    return 'y = 50\\nclass np:\\n    abs = lambda v: 0'",
    ),
    "exec that reaches the test's helpers": (
        (
            "def program():\n    return 'y = 8'",
            "def close(a, b):\n    return abs(a - b) < 1e-9\nns = {}\nexec(program(), ns)\nassert close(ns['y'], 8)",
        ),
        'def program():\n    return \'import sys\\nsys._getframe(1).f_globals["close"] = sys._getframe(2).f_globals["close"] = lambda a, b: True\'',
    ),
    "a template that climbs": (
        (
            "def template():\n    return '{x}'",
            "class T:\n    secret = 'blue'\n    def __str__(self):\n        return 'red'\nassert 'blue' not in template().format(x=T())",
        ),
        "def template():\n    return '{x.__class__}'",
    ),
    "a template that reads": (
        (
            "def template():\n    return '{x}'",
            "class T:\n    secret = 'blue'\n    def __str__(self):\n        return 'red'\nassert template().format(x=T()) in ('red', 'blue')",
        ),
        "def template():\n    return '{x.secret}'",
    ),
    "a template for str.format": (
        (
            "def template():\n    return '{x}'",
            "class T:\n    secret = 1\n    def __str__(self):\n        return '1'\nassert str.format(template(), x=T()) == '1'",
        ),
        "def template():\n    return '{x.secret}'",
    ),
    "a template for getattr": (
        (
            "def template():\n    return '{x}'",
            "class T:\n    secret = 1\n    def __str__(self):\n        return '1'\nassert getattr(template(), 'format')(x=T()) == '1'",
        ),
        "def template():\n    return '{x.secret}'",
    ),
    "a template for a Formatter": (
        (
            "def template():\n    return '{x}'",
            "import string\nclass T:\n    secret = 1\n    def __str__(self):\n        return '1'\nassert string.Formatter().format(template(), x=T()) == '1'",
        ),
        "def template():\n    return '{x.secret}'",
    ),
    "a text where the model gives a number": (
        ("def f(x):\n    return x", "import random\ny = f(2)\nassert eval(f'{y} + {random.randint(1, 9)}') > 2"),
        'def f(x):\n    return \'__examiner__.record("task", "x", 2, True) or 3\'',
    ),
    "bytes": (
        ("def program():\n    return b'3'", "assert eval(program()) == 3"),
        "def program():\n    return b'__examiner__ and 3'",
    ),
    "a tree": (
        (
            "def program():\n    return '3'",
            "import ast\nassert eval(compile(ast.parse(program(), mode='eval'), 'a', 'eval')) == 3",
        ),
        "def program():\n    return '__examiner__ and 3'",
    ),
    "a text in a container": (
        ("def program():\n    return {'k': ['3']}", "assert eval(program()['k'][0]) == 3"),
        "def program():\n    return {'k': ['__examiner__ and 3']}",
    ),
    "a text of an exception": (
        (
            "def program():\n    raise ValueError('3')",
            "try:\n    program()\nexcept ValueError as e:\n    assert eval(str(e)) == 3",
        ),
        "def program():\n    raise ValueError('__examiner__ and 3')",
    ),
}


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_text(course, what):
    """What a test does with texts works as in one process."""
    model, test = HONEST[what]
    exec(f"{model}\n{test}", {})  # noqa: S102 - it holds in one process
    item = course.one(model, test, model)
    assert (2.0, "") == (item.points, item.message)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_text_with_other_ends(course, what):
    """A text that asks for more than the hand-in has got finds nothing there."""
    (model, test), bad = HOSTILE[what]
    assert course.one(model, test, model).points == 2.0
    assert course.one(model, test, bad).points == 0.0


def test_a_text_kept_from_one_test_to_the_next(course):
    """It is the hand-in's in the next test as well."""
    name = course.notebook(
        cell("def program():\n    return '3'", "answer", "a-answer"),
        cell("code = program()\ndef kept():\n    return code", "test", "a", 1),
        cell("assert eval(kept()) == 3", "test", "b", 1),
    )
    assert [1.0, 1.0] == [item.points for item in course.grade(name).items]
    bad = {"a-answer": "def program():\n    return '__examiner__ and 3'"}
    assert [1.0, 0.0] == [item.points for item in course.grade(name, bad).items]
