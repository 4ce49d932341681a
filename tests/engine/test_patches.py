"""What a test patches is patched for the code under test, and for it alone."""

# ruff: noqa: E501 - cells as texts

from __future__ import annotations

import pytest

FORBIDDEN = "def forbidden(*args, **kwargs):\n    raise AssertionError('not allowed here')\n"
SORT = "def order(xs):\n    out = []\n    for x in xs:\n        k = 0\n        while k < len(out) and out[k] <= x:\n            k += 1\n        out.insert(k, x)\n    return out"
MEAN = "import numpy as np\ndef mean(xs):\n    return sum(xs) / len(xs)"
ROOT = "import numpy as np\ndef root(x):\n    return float(np.sqrt(max(x, 0.0)))"

CASES = {
    "builtins.sorted": (
        SORT,
        FORBIDDEN
        + "import builtins\nold = builtins.sorted\nbuiltins.sorted = forbidden\ntry:\n    assert order([3, 1, 2]) == [1, 2, 3]\nfinally:\n    builtins.sorted = old",
        "def order(xs):\n    return sorted(xs)",
    ),
    "mock.patch of a builtin": (
        SORT,
        "from unittest import mock\nwith mock.patch('builtins.sorted', side_effect=AssertionError):\n    assert order([3, 1, 2]) == [1, 2, 3]",
        "def order(xs):\n    return sorted(xs)",
    ),
    "mock.patch of a library": (
        MEAN,
        "from unittest import mock\nwith mock.patch('numpy.mean', side_effect=AssertionError('no')):\n    assert mean([1, 2, 3]) == 2",
        "import numpy as np\ndef mean(xs):\n    return np.mean(xs)",
    ),
    "an attribute of a module": (
        MEAN,
        FORBIDDEN
        + "import statistics\nold, statistics.mean = statistics.mean, forbidden\ntry:\n    assert mean([1, 2, 3]) == 2\nfinally:\n    statistics.mean = old",
        "import statistics\ndef mean(xs):\n    return statistics.mean(xs)",
    ),
    "a name taken away": (
        MEAN,
        "import statistics\nold = statistics.mean\ndel statistics.mean\ntry:\n    assert mean([1, 2, 3]) == 2\nfinally:\n    statistics.mean = old",
        "import statistics\ndef mean(xs):\n    return statistics.mean(xs)",
    ),
    "warnings as errors": (
        "def f(x):\n    return x",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    assert f(1) == 1",
        "import warnings\ndef f(x):\n    warnings.warn('odd', UserWarning)\n    return x",
    ),
    "warnings counted": (
        "import warnings\ndef f(x):\n    warnings.warn('odd', DeprecationWarning)\n    return x",
        "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    assert f(1) == 1\nassert len(w) == 1 and issubclass(w[0].category, DeprecationWarning) and 'odd' in str(w[0].message)",
        "def f(x):\n    return x",
    ),
    "numpy's errors": (
        ROOT,
        "import numpy as np\nold = np.seterr(all='raise')\ntry:\n    assert root(-1.0) == 0.0\nfinally:\n    np.seterr(**old)",
        "import numpy as np\ndef root(x):\n    return 0.0 if np.isnan(np.sqrt(x)) else float(np.sqrt(x))",
    ),
    "the recursion limit": (
        "def depth(n):\n    return n",
        "import sys\nold = sys.getrecursionlimit()\nsys.setrecursionlimit(250)\ntry:\n    assert depth(500) == 500\nfinally:\n    sys.setrecursionlimit(old)",
        "def depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)",
    ),
    "the environment": (
        "import os\ndef place():\n    return os.environ['PLACE']",
        "import os\nos.environ['PLACE'] = 'here'\nassert place() == 'here'\ndel os.environ['PLACE']\ntry:\n    place()\n    assert False\nexcept KeyError:\n    pass",
        "def place():\n    return 'here'",
    ),
    "input": (
        "def ask():\n    return int(input('n? ')) + 1",
        "import builtins\nold, builtins.input = builtins.input, lambda prompt='': '41'\ntry:\n    assert ask() == 42\nfinally:\n    builtins.input = old",
        "def ask():\n    return 41",
    ),
    "what is printed": (
        "def hello(name):\n    print('Hello,', name)",
        "import contextlib, io\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    hello('Ann')\nassert out.getvalue() == 'Hello, Ann\\n'",
        "def hello(name):\n    print('Hello', name)",
    ),
    "what is read": (
        "def ask():\n    return input() + input()",
        "import io, sys\nold, sys.stdin = sys.stdin, io.StringIO('a\\nb\\n')\ntry:\n    assert ask() == 'ab'\nfinally:\n    sys.stdin = old",
        "def ask():\n    return 'a'",
    ),
    "a function of the notebook": (
        "def helper(x):\n    return x + 1\ndef f(x):\n    return 2 * helper(x)",
        "from unittest import mock\nwith mock.patch('__main__.helper', side_effect=lambda x: 10) as m:\n    assert f(3) == 20\nm.assert_called_once_with(3)\nassert f(3) == 8 and helper(3) == 4",
        "def helper(x):\n    return x + 1\ndef f(x):\n    return 2 * (x + 1)",
    ),
    "a random number": (
        "import random\ndef throw():\n    return random.randint(1, 6)",
        "from unittest import mock\nwith mock.patch('random.randint', return_value=4) as m:\n    assert throw() == 4\nm.assert_called_once_with(1, 6)",
        "def throw():\n    return 4",
    ),
    "a constant": (
        "import math\ndef area(r):\n    return math.pi * r * r",
        "import math\nfrom unittest import mock\nwith mock.patch('math.pi', 3):\n    assert area(2) == 12",
        "def area(r):\n    return 3.141592653589793 * r * r",
    ),
    "the default type of tensors": (
        "import torch\ndef ones(n):\n    return torch.ones(n)",
        "import torch\ntorch.set_default_dtype(torch.float64)\ntry:\n    assert ones(2).dtype is torch.float64\nfinally:\n    torch.set_default_dtype(torch.float32)",
        "import torch\ndef ones(n):\n    return torch.ones(n, dtype=torch.float32)",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_what_a_test_patches_reaches_the_hand_in(course, what):
    """The model passes, as in one process, and what the patch is to find out is found out."""
    model, test, bad = CASES[what]
    import sys
    import types

    main = types.ModuleType("__main__")
    known, sys.modules["__main__"] = sys.modules["__main__"], main
    try:
        exec(f"{model}\n{test}", vars(main))  # noqa: S102 - it holds in one process
    finally:
        sys.modules["__main__"] = known
    item = course.one(model, test, model)
    assert (2.0, "") == (item.points, item.message)
    assert course.one(model, test, bad).points == 0.0


def test_a_patch_is_taken_back(course):
    """What follows in the hand-in is as if nothing had been patched, and so is the next question."""
    test = (
        FORBIDDEN
        + "import builtins\nold, builtins.sorted = builtins.sorted, forbidden\ntry:\n    first(1)\nfinally:\n    builtins.sorted = old\nassert second() == [1, 2]"
    )
    model = "def first(x):\n    return x\ndef second():\n    return sorted([2, 1])"
    assert course.one(model, test, model).points == 2.0


def test_builtins_are_looked_at_even_where_the_model_met_no_patch(course):
    """A patch under which the model was never asked holds for the hand-in all the same."""
    test = (
        FORBIDDEN
        + "import builtins\nif kind() == 'plain':\n    pass\nelse:\n    builtins.sorted = forbidden\nassert order([2, 1]) == [1, 2]"
    )
    model = "def kind():\n    return 'plain'\ndef order(xs):\n    return sorted(xs)"
    assert course.one(model, test, model).points == 2.0
