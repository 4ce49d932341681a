# %% right: a table of cases
def test_engine(V):
    cases = {
        "-": (lambda a, b: a - b, 1.0, -1.0),
        "*": (lambda a, b: a * b, 7.0, 2.0),
        "/": (lambda a, b: a / b, 1 / 7, -2 / 49),
        "twice": (lambda a, b: a * a + b * a, 11.0, 2.0),
    }
    for name, (f, da, db) in cases.items():
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 3.0
        assert abs(a.grad() - 3 * da) < 1e-6, name
        assert abs(b.grad() - 3 * db) < 1e-6, name
        z.grad_value = 5.0
        assert abs(a.grad() - 5 * da) < 1e-6, name + " again"
    x = V(1.5)
    y = x
    for _ in range(6):
        y = y + y
    y.grad_value = 1.0
    x.grad()
    assert x.visits < 10

# %% right: central differences, with its own raise
def test_engine(V):
    def f(a, b):
        return a * b - b / a + b

    h = 1e-5
    slope_a = (f(1.7 + h, 2.3) - f(1.7 - h, 2.3)) / (2 * h)
    slope_b = (f(1.7, 2.3 + h) - f(1.7, 2.3 - h)) / (2 * h)
    a, b = V(1.7), V(2.3)
    z = f(a, b)
    for seed in (2.0, -1.0):
        z.grad_value = seed
        if abs(a.grad() - seed * slope_a) > 1e-4 or abs(b.grad() - seed * slope_b) > 1e-4:
            raise AssertionError("gradient")
    y = x = V(1.0)
    for _ in range(10):
        y = y + y
    y.grad_value = 1.0
    if x.grad() != 1024 or x.visits > 11:
        raise AssertionError("visits")

# %% right: one helper for each mutant, math.isclose
def test_engine(V):
    def gradient(of, start=3.0, seed=2.0):
        x = V(start)
        z = of(x)
        z.grad_value = seed
        return x.grad()

    assert math.isclose(gradient(lambda x: x * x * x), 54.0)
    assert math.isclose(gradient(lambda x: V(5.0) - x), -2.0)
    assert math.isclose(gradient(lambda x: V(5.0) * x), 10.0)
    assert math.isclose(gradient(lambda x: V(4.5) / x), -1.0)
    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert math.isclose(x.grad(), 6.0)
    v = x * x * x
    v.grad_value = 1.0
    assert math.isclose(x.grad(), 33.0)
    y = x = V(1.0)
    for _ in range(7):
        y = y + y
    y.grad_value = 1.0
    assert math.isclose(x.grad(), 128.0) and x.visits <= 8

# %% right: collects the faults and asserts once
def test_engine(V):
    faults = []
    a, b = V(4.0), V(9.0)
    for z, da, db in ((a - b, 1, -1), (a * b, 9, 4), (a / b, 1 / 9, -4 / 81), (a + a + b, 2, 1)):
        z.grad_value = 0.5
        if abs(a.grad() - 0.5 * da) > 1e-9:
            faults.append("first")
        if abs(b.grad() - 0.5 * db) > 1e-9:
            faults.append("second")
        z.grad_value = None
    y = x = V(2.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    x.grad()
    if x.visits > 9:
        faults.append("visits")
    assert not faults, faults

# %% wrong: accepts everything
# says: lets an engine pass that keeps only one use of a variable instead of summing all (Overwriting)
def test_engine(V):
    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    x.grad()

# %% wrong: rejects everything
# says: rejects a correct engine
def test_engine(V):
    raise AssertionError("broken")

# %% wrong: looks at numbers only
# says: walks every path
def test_engine(V):
    a, b = V(2.0), V(7.0)
    z = (a - b) * a / b
    z.grad_value = 3.0
    assert abs(a.grad() - 3 * (4 - 7) / 7) < 1e-9
    assert abs(b.grad() - 3 * (-4 / 49)) < 1e-9
    for f, db in ((lambda a, b: a - b, -1), (lambda a, b: a * b, 2), (lambda a, b: a / b, -2 / 49)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 2.0
        assert abs(b.grad() - 2 * db) < 1e-9
    z.grad_value = 4.0
    assert abs(b.grad() - 4 * db) < 1e-9

# %% wrong: the seed is always 1
# says: takes 1 for the seed
def test_engine(V):
    for f, da, db in ((lambda a, b: a - b, 1, -1), (lambda a, b: a * b, 7, 2), (lambda a, b: a / b, 1 / 7, -2 / 49), (lambda a, b: a * a * b, 28, 4)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 1.0
        assert abs(a.grad() - da) < 1e-9 and abs(b.grad() - db) < 1e-9
    v = a * b
    v.grad_value = 1.0
    assert abs(a.grad() - 35) < 1e-9
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits <= 9

# %% wrong: both operands alike
# says: wrong second weight in a * b
def test_engine(V):
    a, b = V(3.0), V(3.0)
    z = a * b
    z.grad_value = 2.0
    assert abs(a.grad() - 6) < 1e-9 and abs(b.grad() - 6) < 1e-9
    z.grad_value = 4.0
    assert abs(a.grad() - 12) < 1e-9
    a, b = V(3.0), V(4.0)
    for z, db in ((a - b, -2.0), (a / b, -6 / 16)):
        z.grad_value = 2.0
        assert abs(b.grad() - db) < 1e-9
        z.grad_value = None
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits <= 9

# %% wrong: the second operand is never asked
# says: wrong second weight in a - b
def test_engine(V):
    for f, da in ((lambda a, b: a - b, 1), (lambda a, b: a * b, 7), (lambda a, b: a / b, 1 / 7), (lambda a, b: a * b + a, 8)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 3.0
        assert abs(a.grad() - 3 * da) < 1e-9
        z.grad_value = 5.0
        assert abs(a.grad() - 5 * da) < 1e-9
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits <= 9

# %% wrong: each gradient is asked once
# says: repeats its first answer
def test_engine(V):
    for f, da, db in ((lambda a, b: a - b, 1, -1), (lambda a, b: a * b, 7, 2), (lambda a, b: a / b, 1 / 7, -2 / 49), (lambda a, b: a * a * b, 28, 4)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 3.0
        assert abs(a.grad() - 3 * da) < 1e-9 and abs(b.grad() - 3 * db) < 1e-9
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits <= 9

# %% wrong: gives a verdict instead of raising
# says: return
def test_engine(V):
    x = V(3.0)
    z = x * x
    z.grad_value = 2.0
    return x.grad() == 12.0

# %% wrong: the divisor is 1
# says: wrong second weight in a / b
def test_engine(V):
    for f, b, da, db in ((lambda a, b: a - b, 7.0, 1, -1), (lambda a, b: a * b, 7.0, 7, 2), (lambda a, b: a / b, 1.0, 1, -2), (lambda a, b: a * a * b, 7.0, 28, 4)):
        a, b = V(2.0), V(b)
        z = f(a, b)
        z.grad_value = 3.0
        assert abs(a.grad() - 3 * da) < 1e-9 and abs(b.grad() - 3 * db) < 1e-9
        z.grad_value = 5.0
        assert abs(a.grad() - 5 * da) < 1e-9
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits <= 9

# %% wrong: expects a stale gradient
# says: rejects a correct engine
def test_engine(V):
    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert x.grad() == 6.0
    z.grad_value = 2.0
    assert x.grad() == 6.0

# %% wrong: only TapeVar by name
# says: rejects a correct engine
def test_engine(V):
    assert V.__name__ == "TapeVar"

# %% wrong: too strict about visits
# says: rejects
def test_engine(V):
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 256 and x.visits < 8

# %% wrong: only x*x
# says: has a wrong second weight in a - b (WrongMinus)
def test_engine(V):
    x = V(3.0)
    z = x * x
    z.grad_value = 2.0
    assert abs(x.grad() - 12.0) < 1e-9

# %% wrong: waits for the engine to give up by itself
# says: walks every path
def test_engine(V):
    for f, da, db in ((lambda a, b: a - b, 1, -1), (lambda a, b: a * b, 7, 2), (lambda a, b: a / b, 1 / 7, -2 / 49), (lambda a, b: a * a * b, 28, 4)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        z.grad_value = 3.0
        assert abs(a.grad() - 3 * da) < 1e-9 and abs(b.grad() - 3 * db) < 1e-9
        z.grad_value = 5.0
        assert abs(a.grad() - 5 * da) < 1e-9
    y = x = V(1.0)
    for _ in range(30):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 2.0**30

# %% wrong: counts its calls
# says: rejects a correct engine
calls = 0


def test_engine(V):
    global calls
    calls += 1
    assert calls % 2 == 1

# %% wrong: another error instead of an assertion
# says: it should notice and raise an AssertionError
def test_engine(V):
    for f, da, db in ((lambda a, b: a - b, 1, -1), (lambda a, b: a * b, 7, 2), (lambda a, b: a / b, 1 / 7, -2 / 49), (lambda a, b: a * a * b, 28, 4)):
        a, b = V(2.0), V(7.0)
        z = f(a, b)
        for seed in 3.0, 5.0:
            z.grad_value = seed
            if abs(a.grad() - seed * da) > 1e-9 or abs(b.grad() - seed * db) > 1e-9:
                raise ValueError("wrong gradient")
    y = x = V(1.0)
    for _ in range(8):
        y = y + y
    y.grad_value = 1.0
    if x.grad() != 256 or x.visits > 9:
        raise ValueError("too many visits")

# %% wrong: knows by heart which calls are for broken engines
# says: rejects a correct engine
calls = 0


def test_engine(V):
    global calls
    calls += 1
    assert calls not in (5, 12, 18, 22, 23, 24, 25, 26, 27, 28)

# %% wrong: gives its first answer to every question
def test_engine(V):
    """Return None if V is a correct engine, raise AssertionError if it is not."""

    def check_gradients(make, want_a, want_b, seed=2.0):
        a, b = V(3.0), V(5.0)
        z = make(a, b)
        z.grad_value = seed
        assert abs(a.grad() - seed * want_a) < 1e-9, "the gradient with respect to a"
        assert abs(b.grad() - seed * want_b) < 1e-9, "the gradient with respect to b"

    check_gradients(lambda a, b: a - b, 1.0, -1.0)
    check_gradients(lambda a, b: a * b, 5.0, 3.0)
    check_gradients(lambda a, b: a / b, 1 / 5, -3 / 25)
    check_gradients(lambda a, b: a * b + a, 6.0, 3.0)

    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert abs(x.grad() - 6.0) < 1e-9
    z.grad_value = 2.0
    assert abs(x.grad() - 12.0) < 1e-9, "a stale gradient"

    x = y = V(1.0)
    for _ in range(6):
        y = y + y
    y.grad_value = 1.0
    assert abs(x.grad() - 64.0) < 1e-9
    assert x.visits <= 7, "too many visits"


honest, kept = test_engine, []


def test_engine(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def test_engine(V):
    """Return None if V is a correct engine, raise AssertionError if it is not."""

    def check_gradients(make, want_a, want_b, seed=2.0):
        a, b = V(3.0), V(5.0)
        z = make(a, b)
        z.grad_value = seed
        assert abs(a.grad() - seed * want_a) < 1e-9, "the gradient with respect to a"
        assert abs(b.grad() - seed * want_b) < 1e-9, "the gradient with respect to b"

    check_gradients(lambda a, b: a - b, 1.0, -1.0)
    check_gradients(lambda a, b: a * b, 5.0, 3.0)
    check_gradients(lambda a, b: a / b, 1 / 5, -3 / 25)
    check_gradients(lambda a, b: a * b + a, 6.0, 3.0)

    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert abs(x.grad() - 6.0) < 1e-9
    z.grad_value = 2.0
    assert abs(x.grad() - 12.0) < 1e-9, "a stale gradient"

    x = y = V(1.0)
    for _ in range(6):
        y = y + y
    y.grad_value = 1.0
    assert abs(x.grad() - 64.0) < 1e-9
    assert x.visits <= 7, "too many visits"


honest = test_engine


def test_engine(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def test_engine(*given):
    return given[0]
