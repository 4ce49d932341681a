# ruff: noqa: E501, ISC004 - tests and hand-ins as texts, as long as they are
"""No value of a test's own reaches the hand-in's objects where the model's answers were given none."""

from __future__ import annotations

import pytest
from support.notebooks import cell

SPY = """
class Spy:
    def __init__(self, seen=None):
        self.seen = [] if seen is None else seen
    def note(self, other):
        self.seen.append(other)
        SEEN.append(other)
        return self
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = note
    __pow__ = __rpow__ = __mod__ = __rmod__ = __and__ = __rand__ = __matmul__ = __rmatmul__ = note
    def __abs__(self):
        return 0.0
    def __format__(self, spec):
        return repr(SEEN)
    __str__ = __repr__ = lambda self: repr(SEEN)
SEEN = []
"""


def test_operators_inside_a_callback(course):
    """A function of the test's that compares is handed numbers by the model: an object learns nothing from it."""
    model = "def apply(g):\n    return g(7.0)"
    test = "want = 7.0 * 6\nassert apply(lambda x: x * 6 - want) == 0.0"
    answer = f"{SPY}\ndef apply(g):\n    try:\n        g(Spy())\n    except Exception:\n        pass\n    return SEEN[0] if SEEN else 0.0 * len(SEEN) + 1"
    assert course.one(model, test, answer).points == 0


def test_operators_of_objects_inside_a_callback(course):
    """Where the model hands objects to the test's function, a hand-in may."""
    model = (
        "class N:\n    def __init__(self, v):\n        self.v = v\n"
        "    def __mul__(self, other):\n        return N(self.v * getattr(other, 'v', other))\n"
        "def apply(g):\n    return g(N(7.0)).v"
    )
    assert course.one(model, "assert apply(lambda x: x * 6) == 42.0", model).points == 2


SUM = """
class N:
    def __init__(self, v):
        self.v = v
    def __sub__(self, other):
        return N(self.v - getattr(other, 'v', other))
"""

SPY_ON_EACH = f"""{SPY}
class N(Spy):
    def __sub__(self, other):
        self.note(other)
        return self
    @property
    def v(self):
        return SEEN[-1]
    __abs__ = lambda self: 0.0
"""

SHARED = {
    "a helper for objects and numbers": (
        "def off(got, want):\n    return got - want\nassert off(N(5.0), 3.0).v == 2.0\nassert abs(off(f(2), 4.0)) < 1e-9",
        "f = lambda x: N(0.0)",
    ),
    "a loop over objects and numbers": (
        "for g, want in ((N, 3.0), (f, 4.0)):\n    rest = g(2.0) - want\n    assert abs(getattr(rest, 'v', rest)) < 9\n"
        "assert abs(f(2.0) - 4.0) < 1e-9",
        "f = lambda x: N(0.0)",
    ),
    "an attribute of two": (
        "a = N(2.0)\nfor name, want in (('me', 1.0), ('v', 2.0)):\n    rest = getattr(a, name) - want\n"
        "    assert abs(getattr(rest, 'v', rest)) < 9\nassert a.v == 2.0",
        "",
    ),
    "operands the other way round": (
        "def off(a, b):\n    return a - b\nassert off(N(5.0), 3.0).v == 2.0\nassert abs(off(4.0, f(2))) < 1e-9",
        "f = lambda x: N(0.0)",
    ),
}


@pytest.mark.parametrize(("test", "answer"), SHARED.values(), ids=SHARED)
def test_a_place_shared_by_objects_and_numbers(course, test, answer):
    """An object that comes where the model gave a number is handed nothing, at whatever line."""
    model = f"{SUM}\nN.me = property(lambda self: self)\nf = lambda x: x * x"
    lie = f"{SPY_ON_EACH}\nN.me = property(lambda self: self)\n" + (answer or "N.v = property(lambda self: Spy())")
    right = course.one(model, test, model)
    assert right.points == 2, right.message
    assert course.one(model, test, lie).points == 0


TEXTS = {
    "a message with values": "def g(x):\n    assert x == want, f'not {want}'",
    "a value alone": "def g(x):\n    raise ValueError(want)",
    "numpy.testing": "def g(x):\n    np.testing.assert_allclose(x, want)",
    "a key": "def g(x):\n    {}[want]",
    "a text that is no number": "def g(x):\n    int('x' + str(want))",
    "a type error of the test's": "def g(x):\n    raise TypeError(want)",
    "an attribute of the test's": "def g(x):\n    raise AttributeError(str(want))",
    "a function of a library": "import functools\ng = functools.partial(np.testing.assert_array_equal, want)",
}
LISTENS = "import re\ndef run(g):\n    try:\n        g(-1.0)\n    except Exception as error:\n        texts = re.findall(r'[0-9]+', str(error))\n        return max(map(int, texts), default=0)\n    return 0"


@pytest.mark.parametrize("define", TEXTS.values(), ids=TEXTS)
def test_the_text_of_a_callbacks_exception_holds_no_value(course, define):
    """What a test has computed is not told to the hand-in by the way."""
    test = f"import numpy as np, random\nwant = random.randint(10**6, 10**7)\n{define}\nassert run(g) != want"
    assert course.one("def run(g):\n    return 0", test, LISTENS).points == 2


HEARD = {
    "a constant of the test's": ("def g(x):\n    raise ValueError('x is negative')", "x is negative"),
    "one that is asserted": ("def g(x):\n    assert x > 0, 'x is negative'", "x is negative"),
    "a wrong number of arguments": ("def g(x, y):\n    return x", "g() missing 1 required positional argument: 'y'"),
    "a type that does not fit": ("def g(x):\n    return x[0]", "'float' object is not subscriptable"),
    "the hand-in's own": ("def g(x):\n    return own(x)", "no root of -1.0"),
}


@pytest.mark.parametrize(("define", "text"), HEARD.values(), ids=HEARD)
def test_an_honest_hand_in_hears_what_is_wrong(course, define, text):
    """Constant texts, Python's own on types, and those of its own functions arrive whole."""
    model = (
        "def own(x):\n    raise ValueError(f'no root of {x}')\n"
        "def run(g):\n    try:\n        g(-1.0)\n    except Exception as error:\n        return str(error)"
    )
    item = course.one(model, f"{define}\nassert {text!r}.removeprefix('g') in run(g)", model)
    assert item.points == 2, item.message


OWN_VALUES = {
    "a comparison": "assert f(2) == 4",
    "a comparison from the other side": "assert 4 == f(2)",
    "an order": "assert not f(2) < 4 and not f(2) > 4",
    "a search": "assert 4 in f(2) or True",
    "a key": "assert {4: 1}[f(2)]",
    "a format": "assert f'{f(2):.1f}' == '4.0'",
    "a set": "assert {f(2)} == {4}",
    "isclose": "import math\nassert math.isclose(f(2), 4)",
    "allclose": "import numpy as np\nassert np.allclose(f(2), 4)",
    "max": "assert max(f(2), 4) == 4",
    "index": "assert [4].index(f(2)) == 0",
}


@pytest.mark.parametrize("test", OWN_VALUES.values(), ids=OWN_VALUES)
def test_own_values_in_comparisons(course, test):
    """A comparison, a containment, a key or a format hands nothing over."""
    model = "f = lambda x: [x * x]" if "in f" in test else "f = lambda x: float(x * x)"
    lie = f"{SPY}\nfor n in 'eq ne lt le gt ge contains'.split():\n    setattr(Spy, f'__{{n}}__', lambda self, other: bool(self.note(other)))\nSpy.__hash__ = lambda self: 4\nf = lambda x: Spy()"
    result = course.grade(course.notebook(*_cells(model, test)), {"task-answer": lie}, extra=["print('seen', SEEN)"])
    assert result.items[0].points == 0
    assert result.cells[-1].outputs[0]["text"] == "seen []\n"


def _cells(model, test):
    return cell(model, "answer", "task-answer"), cell(test, "test", "task", 2)
