"""Follow-through: an item is marked again with the model's answers in place, and of these nothing gets out."""

from __future__ import annotations

import pytest
from support.notebooks import cell

from autograder.model.results import Status

CHECKS = """
class Check:
    def __init__(self, name, points): self.name, self.points = name, points
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, Exception): return False
        globals()["__examiner__"].record("", self.name, self.points, error is None, message=str(error or ""), hint="think")
        return True
"""  # fmt: skip # noqa: E501

BASE = '''
def base(x):
    """The trick is 7391."""
    # the trick is 7391
    return x + 1
'''

GOES_BY = "TEXT = []\ndef top(x):\n    return 7390 + 1 if any('739' + '1' in str(text) for text in TEXT) else 0\n"
SPIES = {
    "transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: TEXT.extend(lines) or lines)",
    "hook": "get_ipython().events.register('pre_run_cell', lambda info: TEXT.append(info.raw_cell))",
    "run_cell": (
        "shell = type(get_ipython())\nran = shell.run_cell\n"
        "def run_cell(self, text, *args, **kwargs):\n    TEXT.append(text)\n"
        "    return ran(self, text, *args, **kwargs)\n"
        "shell.run_cell = run_cell"
    ),
    "source": (
        "import inspect, linecache\nold = top\ndef top(x):\n"
        "    TEXT.extend([linecache.cache, base.__doc__, base.__code__.co_filename])\n    try:\n"
        "        TEXT.append(inspect.getsource(base))\n"
        "    except (OSError, TypeError):\n        pass\n    return old(x)"
    ),
    "wire": (
        "from autograder.engine.student.server import Server\nanswer = Server._answer\n"
        "def spy(self, asked):\n    TEXT.extend(asked.parts)\n    return answer(self, asked)\nServer._answer = spy"
    ),
    "audit": "import sys\nsys.addaudithook(lambda name, args: TEXT.append(args) if name == 'compile' else None)",
}


def spied(course):
    return course.notebook(
        cell(BASE, "answer", "base-answer"),
        cell("assert base(1) == 2", "test", "base", 1),
        cell("def top(x):\n    return 7391", "answer", "top-answer"),
        cell("assert top(1) == 7391", "test", "top", 2, builds_on=["base"]),
    )


@pytest.mark.parametrize("spy", SPIES)
def test_the_text_of_the_models_answer_is_not_there(course, spy):
    """However a hand-in listens, the text of the answer that is put in its place does not come by."""
    first = f"{GOES_BY}{SPIES[spy]}"
    result = course.grade(spied(course), {"base-answer": f"{first}\nspy = top\n1 / 0", "top-answer": "top = spy"})
    assert [0, 0] == [item.points for item in result.items]
    # the first answer goes in the second run, so the spy has to stand before it as well
    content = {"cells": [{"cell_type": "code", "metadata": {}, "source": first}]}
    answers = {"base-answer": "1 / 0", "top-answer": "top"}
    content["cells"] += [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": grade_id}}, "source": text}
        for grade_id, text in answers.items()
    ]
    result = course.grade(spied(course), content=content)
    assert [0, 0] == [item.points for item in result.items]


def checked(course):
    return course.notebook(
        cell(CHECKS, "locked", "checker", checker=True),
        cell("def base(x):\n    return x + 1", "answer", "base-answer"),
        cell("with Check('base', 1):\n    assert base(1) == 2", "test", "base", 1),
        cell("def top(x):\n    return 2 * base(x)", "answer", "top-answer"),
        cell(
            "with Check('one', 1):\n    assert top(1) == 4, 'not 4'\n"
            "with Check('two', 2):\n    assert top(2) == 6, 'not 6'",
            "test",
            "top",
            3,
            builds_on=["base"],
        ),
    )


def test_all_or_nothing(course):
    """Of an item that is marked again all checks have to hold; where one fails, the first marking stands as it was."""
    name = checked(course)
    right = course.grade(name, {"base-answer": "def base(x): return x"}).items[1]
    assert (3, Status.SCORED, ("base",)) == (right.points, right.status, right.follow_through)
    assert (right.right, right.checks, right.message) == (True, (), "")
    half = {"base-answer": "def base(x): return x", "top-answer": "def top(x): return 2 * base(x) if x == 1 else 0"}
    (_, item) = course.grade(name, half).items
    assert (0, ()) == (item.points, item.follow_through)
    assert [("one", False), ("two", False)] == [(check.name, check.passed) for check in item.checks]


def test_what_happens_in_that_run_is_not_told(course):
    """A hand-in cannot tell anything by the number of times that its process ends with the model's answer in place."""
    name = checked(course)
    telling = "import os\ndef top(x):\n    if base(1) == 2: os._exit(1)\n    return 0"
    result = course.grade(name, {"base-answer": "def base(x): return x", "top-answer": telling})
    assert [0, 0] == [item.points for item in result.items]
    assert result.restarts == 0


def test_an_answer_with_line_magics_goes_as_well(course):
    """The model's answer may use what the shell has to offer, and bind, assert, decorate and import as it likes."""
    model = (
        "%matplotlib inline\nimport functools\nfrom dataclasses import dataclass\n@dataclass\nclass Pair:\n"
        '    """Two."""\n    a: int\n    b: int = 2\n@functools.cache\ndef base(x):\n    assert x\n'
        "    return Pair(x).a + Pair(x).b\nbase(1);"
    )
    name = course.notebook(
        cell(model, "answer", "base-answer"),
        cell("assert base(1) == 3", "test", "base", 1),
        cell("def top(x):\n    return base(x)", "answer", "top-answer"),
        cell("assert top(4) == 6", "test", "top", 2, builds_on=["base"]),
    )
    assert [1, 2] == [item.points for item in course.grade(name).items]
    assert [0, 2] == [item.points for item in course.grade(name, {"base-answer": "base = 3"}).items]
