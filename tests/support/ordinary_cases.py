# ruff: noqa: E501, ISC004 - notebooks as texts, a line for a cell where that reads best
"""Test cells as other people write them: each case is a model answer, a test, right answers and wrong ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    model: str
    test: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    given: str = ""


VECTOR = """
class Vector:
    scale = 1
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)
    def __mul__(self, k):
        return Vector(self.x * k, self.y * k) if isinstance(k, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __neg__(self):
        return Vector(-self.x, -self.y)
    def __getitem__(self, i):
        return (self.x, self.y)[i]
    def __len__(self):
        return 2
    def __iter__(self):
        return iter((self.x, self.y))
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
    def __str__(self):
        return f"({self.x}, {self.y})"
    def __call__(self, t):
        return self.x + t * self.y
    def __float__(self):
        return float((self.x ** 2 + self.y ** 2) ** 0.5)
    def __enter__(self):
        return self
    def __exit__(self, *args):
        self.x = 0
    @property
    def norm(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5
    @classmethod
    def unit(cls):
        return cls(1, 0)
"""

CASES = [
    Case(
        "a function of numbers",
        "def square(x):\n    return x * x",
        "assert square(3) == 9\nfor k in range(5):\n    assert square(k) == k ** 2, f'square({k})'",
        ("def square(x):\n    return x ** 2", "square = lambda x: x * x"),
        ("def square(x):\n    return 2 * x", "def square(x):\n    pass", "", "square = 9", "def square(x) return x"),
    ),
    Case(
        "numpy through an import of an earlier cell",
        "def normalise(a):\n    return a / a.sum()",
        "a = np.array([1.0, 3.0])\nnp.testing.assert_allclose(normalise(a), [0.25, 0.75])\n"
        "assert isinstance(normalise(a), np.ndarray)\nassert normalise(a).shape == (2,)\nassert (normalise(a) > 0).all()",
        ("def normalise(a):\n    total = np.sum(a)\n    return a / total",),
        ("def normalise(a):\n    return a / a.max()", "def normalise(a):\n    return list(a)"),
        given="import numpy as np",
    ),
    Case(
        "random inputs",
        "def mean(xs):\n    return sum(xs) / len(xs)",
        "import random\nrandom.seed(3)\nxs = [random.random() for _ in range(50)]\n"
        "assert abs(mean(xs) - sum(xs) / 50) < 1e-12",
        ("import statistics\ndef mean(xs):\n    return statistics.fmean(xs)",),
        ("def mean(xs):\n    return sorted(xs)[len(xs) // 2]",),
    ),
    Case(
        "a class with every kind of operator",
        VECTOR,
        "v = Vector(1, 2) + Vector(3, 4)\nassert (v.x, v.y) == (4, 6)\nassert isinstance(v, Vector)\n"
        "w = 2 * v * 3\nassert (w.x, w.y) == (24, 36)\nassert str(-v) == '(-4, -6)'\nassert f'{v}' == '(4, 6)'\n"
        "assert v[1] == 6 and len(v) == 2 and list(v) == [4, 6]\nassert v(2) == 16\nassert Vector(3, 4).norm == 5\n"
        "assert float(Vector(3, 4)) == 5.0\nassert type(v) is Vector and type(v).__name__ == 'Vector'\n"
        "assert hasattr(v, 'norm') and not hasattr(v, 'angle')\nassert Vector.unit().x == 1\nassert callable(v)\n"
        "v.x = 7\nassert v.x == 7\na, b = v\nassert a == 7\nassert Vector.scale == 1\n"
        "with Vector(1, 1) as u:\n    assert u.x == 1\nassert u.x == 0\nassert v is not u\nassert v.__len__() == 2\n"
        "assert v.__eq__(Vector(7, 6))\nassert getattr(v, 'missing', 5) == 5\nassert issubclass(Vector, object)\n"
        "try:\n    v * 'a'\n    assert False\nexcept TypeError:\n    pass",
        (VECTOR,),
        (
            VECTOR.replace("self.x + other.x", "self.x - other.x"),
            VECTOR.replace("self.x * k", "k"),
            "class Vector:\n    pass",
            VECTOR.replace("return 2\n", "return 'two'\n"),
        ),
    ),
    Case(
        "exceptions that should be raised",
        "class TooSmall(ValueError):\n    pass\ndef root(x):\n    if x < 0:\n        raise TooSmall('negative')\n"
        "    return x ** 0.5",
        "assert root(4) == 2\ntry:\n    root(-1)\nexcept ValueError as error:\n    assert 'negative' in str(error)\n"
        "else:\n    assert False, 'no error'\ntry:\n    root(-1)\nexcept TooSmall:\n    pass\nassert issubclass(TooSmall, ValueError)\n"
        "import unittest\nwith unittest.TestCase().assertRaises(TooSmall):\n    root(-4)",
        (
            "class TooSmall(ValueError): pass\ndef root(x):\n    if x < 0: raise TooSmall(f'{x} is negative')\n    return x ** 0.5",
        ),
        (
            "class TooSmall(ValueError): pass\ndef root(x):\n    if x < 0: raise KeyError('negative')\n    return x ** 0.5",
            "class TooSmall(Exception): pass\ndef root(x):\n    if x < 0: raise TooSmall('negative')\n    return x ** 0.5",
            "def root(x):\n    return abs(x) ** 0.5",
        ),
    ),
    Case(
        "a function of the test's handed to the hand-in",
        "def derivative(f, x, h=1e-6):\n    return (f(x + h) - f(x - h)) / (2 * h)",
        "def cube(x):\n    return x ** 3\nassert abs(derivative(cube, 2.0) - 12) < 1e-5\n"
        "assert abs(derivative(lambda x: x * x, 1.0) - 2) < 1e-5\nimport math\nassert abs(derivative(math.sin, 0.0) - 1) < 1e-5\n"
        "calls = []\ndef counted(x):\n    calls.append(x)\n    return x\nderivative(counted, 1.0)\nassert len(calls) == 2",
        ("def derivative(f, x):\n    h = 1e-6\n    return (f(x + h) - f(x - h)) / 2 / h",),
        ("def derivative(f, x):\n    return f(x)", "def derivative(f, x):\n    return (f(x) - f(x))"),
    ),
    Case(
        "a class of the test's handed to the hand-in",
        "def total(account, others):\n    return account.balance + sum(other.balance for other in others) + account.fee(2)",
        "class Account:\n    def __init__(self, balance):\n        self.balance = balance\n    def fee(self, k):\n        return 10 * k\n"
        "    def __add__(self, other):\n        return Account(self.balance + other.balance)\n"
        "assert total(Account(5), [Account(1), Account(2)]) == 28",
        (
            "def total(account, others):\n    s = account\n    for o in others:\n        s = s + o\n    return s.balance + s.fee(2)",
        ),
        ("def total(account, others):\n    return account.balance",),
    ),
    Case(
        "generators, iterators and nested data",
        "def primes():\n    n = 2\n    while True:\n        if all(n % k for k in range(2, n)):\n            yield n\n        n += 1\n"
        "def group(words):\n    out = {}\n    for w in words:\n        out.setdefault(len(w), []).append(w)\n    return out",
        "import itertools\nassert list(itertools.islice(primes(), 5)) == [2, 3, 5, 7, 11]\ng = primes()\nassert next(g) == 2\n"
        "assert next(g) == 3\nassert group(w for w in ['a', 'bb', 'cc']) == {1: ['a'], 2: ['bb', 'cc']}\n"
        "assert sorted(group(['a'])) == [1]\nassert group([]) == {}",
        (
            "from collections import defaultdict\ndef primes():\n    n = 2\n    while True:\n        if all(n % k for k in range(2, n)): yield n\n"
            "        n += 1\ndef group(words):\n    d = defaultdict(list)\n    for w in words: d[len(w)].append(w)\n    return d",
        ),
        ("def primes():\n    yield from [2, 3, 5, 7, 9]\ndef group(words):\n    return {}",),
    ),
    Case(
        "a list changed in place",
        "def bubble(xs):\n    xs.sort()",
        "xs = [3, 1, 2]\nassert bubble(xs) is None\nassert xs == [1, 2, 3]\nimport numpy as np\n"
        "a = np.array([2.0, 1.0])\nbubble(a)\nassert a.tolist() == [1.0, 2.0]",
        (
            "def bubble(xs):\n    for i in range(len(xs)):\n        for j in range(len(xs) - 1):\n            if xs[j] > xs[j + 1]:\n"
            "                xs[j], xs[j + 1] = xs[j + 1], xs[j]",
        ),
        ("def bubble(xs):\n    return sorted(xs)", "def bubble(xs):\n    xs = sorted(xs)"),
    ),
    Case(
        "strings, sets, large and complex numbers, None",
        "def describe(x):\n    return {'text': str(x), 'twice': 2 * x, 'set': {x}, 'none': None, 'z': 1j * x, 'big': x ** 40}",
        "got = describe(7)\nassert got == {'text': '7', 'twice': 14, 'set': {7}, 'none': None, 'z': 7j, 'big': 7 ** 40}\n"
        "assert got['none'] is None\nassert type(got['big']) is int",
        ("def describe(x):\n    return dict(text=f'{x}', twice=x + x, set={x}, none=None, z=x * 1j, big=x ** 40)",),
        ("def describe(x):\n    return {}", "def describe(x):\n    return None"),
    ),
    Case(
        "a variable, and globals()",
        "answer = 42\nnames = ['a', 'b']",
        "assert answer == 42\nassert 'answer' in globals()\nassert 'other' not in globals()\nassert names[0] == 'a'",
        ("answer = 6 * 7\nnames = list('ab')",),
        ("answer = 41\nnames = ['a']", ""),
    ),
    Case(
        "a helper defined in the test cell",
        "def f(x):\n    return x + 1",
        "def check(cases):\n    for x, want in cases:\n        got = f(x)\n        assert got == want, f'f({x}) is {got}, not {want}'\n"
        "check([(1, 2), (5, 6)])",
        ("f = (1).__add__",),
        ("def f(x):\n    return 2 * x",),
    ),
    Case(
        "a linked structure, compared by identity",
        "class Node:\n    def __init__(self, value, next=None):\n        self.value = value\n        self.next = next\n"
        "def reverse(node):\n    previous = None\n    while node is not None:\n        node.next, previous, node = previous, node, node.next\n"
        "    return previous",
        "a = Node(1)\nb = Node(2, a)\nassert b.next is a\nr = reverse(b)\nassert r is a and r.next is b and b.next is None\n"
        "values = []\nwhile r is not None:\n    values.append(r.value)\n    r = r.next\nassert values == [1, 2]",
        (
            "class Node:\n    def __init__(self, value, next=None):\n        self.value = value\n        self.next = next\n"
            "def reverse(node, before=None):\n    after = node.next\n    node.next = before\n    return node if after is None else reverse(after, node)",
        ),
        (
            "class Node:\n    def __init__(self, value, next=None):\n        self.value = value\n        self.next = next\n"
            "def reverse(node):\n    return node",
        ),
    ),
    Case(
        "counters, fractions and dates by their exact types",
        "from collections import Counter\nfrom fractions import Fraction\ndef count(s):\n    return Counter(s)\n"
        "def half(n):\n    return Fraction(n, 2)",
        "assert count('aab') == {'a': 2, 'b': 1}\nassert count('aab').most_common(1) == [('a', 2)]\nassert half(3) == 1.5",
        (
            "from collections import Counter\nfrom fractions import Fraction\ncount = Counter\ndef half(n): return Fraction(n) / 2",
            "def count(s):\n    return Counter(s)\ndef half(n):\n    return Fraction(1, 2) * n",
        ),
        ("def count(s):\n    return {}\ndef half(n):\n    return n // 2",),
        given="from collections import Counter\nfrom fractions import Fraction",
    ),
    Case(
        "a builtin's name taken by the exercise",
        "def sum(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t",
        "assert sum([1, 2]) == 3",
        ("def sum(xs):\n    return xs[0] + sum(xs[1:]) if xs else 0",),
        ("def sum(xs):\n    raise NotImplementedError()",),
    ),
]
