"""An object that a test hands over and gets back is the same object, as in one process; so is what the hand-in keeps."""

# ruff: noqa: E501 - cells as texts

from __future__ import annotations

import pytest

COPYING = "def copied(values):\n    return list(values)"
HOLDER = "class Holder:\n    def __init__(self, items):\n        self.items = list(items)"
KEEPING = HOLDER.replace("list(items)", "items")

MUST_FAIL = {
    "the argument itself for a copy": (
        COPYING,
        "a = [1, 2]\nb = copied(a)\nassert b == a and b is not a",
        "def copied(values):\n    return values",
    ),
    "the argument itself, seen by what is done to it": (
        COPYING,
        "a = [1, 2]\nb = copied(a)\nb.append(3)\nassert a == [1, 2]",
        "def copied(values):\n    return values",
    ),
    "a shallow copy for a deep one": (
        "import copy\ndef copied(rows):\n    return copy.deepcopy(rows)",
        "a = [[1], ([2], {'k': [3]})]\nb = copied(a)\nb[1][1]['k'].append(4)\nassert a == [[1], ([2], {'k': [3]})]",
        "import copy\ndef copied(rows):\n    return copy.copy(rows)",
    ),
    "the argument kept": (
        HOLDER,
        "a = [1, 2, 3]\nh = Holder(a)\na.append(4)\nassert h.items == [1, 2, 3]",
        KEEPING,
    ),
    "the argument kept and changed later": (
        HOLDER + "\n    def add(self, x):\n        self.items.append(x)",
        "a = [1, 2, 3]\nh = Holder(a)\nh.add(4)\nassert a == [1, 2, 3]",
        KEEPING + "\n    def add(self, x):\n        self.items.append(x)",
    ),
    "what is kept, given away": (
        HOLDER + "\n    def all(self):\n        return list(self.items)",
        "h = Holder([1])\nh.all().append(2)\nassert h.all() == [1]",
        HOLDER + "\n    def all(self):\n        return self.items",
    ),
    "clear() of a Counter": (
        "def most(c):\n    return max(c, key=c.get)",
        "import collections\nc = collections.Counter('aab')\nassert most(c) == 'a' and c == {'a': 2, 'b': 1}",
        "def most(c):\n    m = max(c, key=c.get)\n    c.clear()\n    return m",
    ),
    "clear() of a deque": (
        "def first(d):\n    return d[0]",
        "import collections\nd = collections.deque([1, [2], 3], 5)\nassert first(d) == 1 and len(d) == 3",
        "def first(d):\n    return d.popleft()",
    ),
    "a list inside a tuple": (
        "def total(pair):\n    return sum(pair[0])",
        "p = ([1, 2], 3)\nassert total(p) == 3 and p == ([1, 2], 3)",
        "def total(pair):\n    s = sum(pair[0])\n    pair[0].clear()\n    return s",
    ),
    "a list inside a list": (
        "def total(rows):\n    return sum(map(sum, rows))",
        "r = [[1], [2]]\nassert total(r) == 3 and r == [[1], [2]]",
        "def total(rows):\n    return sum(row.pop() for row in rows)",
    ),
    "an argument changed on the way to an exception": (
        "def root(xs):\n    raise ValueError",
        "a = [1]\ntry:\n    root(a)\nexcept ValueError:\n    pass\nassert a == [1]",
        "def root(xs):\n    xs.clear()\n    raise ValueError",
    ),
    "a view of an array": (
        "def tail(a):\n    return a[1:].copy()",
        "import numpy as np\na = np.arange(4.0)\nb = tail(a)\nassert not np.shares_memory(a, b)",
        "def tail(a):\n    return a[1:]",
    ),
    "a view of an array, written to": (
        "def tail(a):\n    return a[1:].copy()",
        "import numpy as np\na = np.arange(4.0)\nb = tail(a)\nb[:] = 0\nassert a.sum() == 6",
        "def tail(a):\n    return a[1:]",
    ),
    "a tensor": (
        "def double(t):\n    return t * 2",
        "import torch\nt = torch.ones(2)\nassert double(t) is not t and t.sum() == 2",
        "def double(t):\n    return t.mul_(2)",
    ),
    "an array in a dictionary": (
        "def norm(d):\n    return float(abs(d['w']).sum())",
        "import numpy as np\nd = {'w': np.array([1.0, -2.0])}\nassert norm(d) == 3.0 and d['w'][1] == -2.0",
        "def norm(d):\n    d['w'] *= np.sign(d['w'])\n    return float(d['w'].sum())",
    ),
    "a default argument that grows": (
        "def add(x, to=None):\n    return [*(to or []), x]",
        "a = add(1)\nadd(2)\nassert a == [1]",
        "def add(x, to=[]):\n    to.append(x)\n    return to",
    ),
}

MUST_PASS = {
    "the same object back": (
        "def sort(values):\n    values.sort()\n    return values",
        "a = [3, 1]\nassert sort(a) is a and a == [1, 3]",
    ),
    "one list twice": (
        "def same(a, b):\n    return a is b",
        "a = [1]\nassert same(a, a) is True and same(a, [1]) is False",
    ),
    "a queue that shares its list": (
        "class Queue:\n    def __init__(self, items):\n        self.items = items\n    def __len__(self):\n        return len(self.items)",
        "a = [1]\nq = Queue(a)\na.append(2)\nassert len(q) == 2\nq.items.append(3)\nassert a == [1, 2, 3] and q.items is a",
    ),
    "a nested structure changed in place": (
        "def put(tree, path, value):\n    for k in path[:-1]:\n        tree = tree.setdefault(k, {})\n    tree[path[-1]] = value",
        "t = {}\nput(t, ['a', 'b'], 1)\ninner = t['a']\nput(t, ['a', 'c'], 2)\nassert inner == {'b': 1, 'c': 2} and t['a'] is inner",
    ),
    "a view back": (
        "def tail(a):\n    return a[1:]",
        "import numpy as np\na = np.arange(4.0)\nb = tail(a)\nb[0] = 9\nassert a[1] == 9 and b.base is a and np.shares_memory(a, b)",
    ),
    "a matrix reversed in place": (
        "def flip(a):\n    a[:] = a[::-1].copy()\n    return a[::-1]",
        "import numpy as np\na = np.arange(3)\nb = flip(a)\nassert list(a) == [2, 1, 0] and list(b) == [0, 1, 2]",
    ),
    "what the test's own function kept": (
        "def walk(n, visit):\n    path = []\n    for k in range(n):\n        path.append(k)\n        visit(path)\n    return path",
        "seen = []\np = walk(3, seen.append)\nassert seen == [[0, 1, 2]] * 3\nq = walk(2, lambda path: seen.append(list(path)))\nassert seen[3:] == [[0], [0, 1]]",
    ),
    "what the test's own function changes": (
        "def feed(f):\n    xs = [1]\n    f(xs)\n    return xs",
        "assert feed(lambda xs: xs.append(2)) == [1, 2]",
    ),
    "a generator over a list that grows": (
        "def each(xs):\n    for x in xs:\n        yield x",
        "a = [1]\ng = each(a)\nassert next(g) == 1\na.append(2)\nassert next(g) == 2",
    ),
    "a read-only array": (
        "def zero(a):\n    try:\n        a[0] = 0\n    except ValueError:\n        return 'fixed'",
        "import numpy as np\na = np.ones(2)\na.flags.writeable = False\nassert zero(a) == 'fixed'",
    ),
    "a list of the hand-in's": (
        "data = [1, 2]\ndef size():\n    return len(data)",
        "data.append(3)\nassert size() == 3",
    ),
}


@pytest.mark.parametrize("what", MUST_FAIL)
def test_what_is_the_same_object_is_seen(course, what):
    """A hand-in that gives or keeps the test's object where a copy was asked for fails; one that copies passes."""
    model, test, bad = MUST_FAIL[what]
    given = "import numpy as np"
    assert course.one(model, test, model, given=given).points == 2.0
    assert course.one(model, test, bad, given=given).points == 0.0


@pytest.mark.parametrize("what", MUST_PASS)
def test_sharing_as_in_one_process(course, what):
    """What a test may expect of objects that both have."""
    model, test = MUST_PASS[what]
    exec(f"{model}\n{test}", {})  # noqa: S102 - it holds in one process
    item = course.one(model, test, model)
    assert (2.0, "") == (item.points, item.message)
