# %% right: rows by comprehension
def row(f, values, i):
    xs = [Var(v) for v in values]
    f(xs)[i].grad_value = 1
    return [x.grad() for x in xs]


def jacobian(f, values):
    return [row(f, values, i) for i in range(len(f([Var(v) for v in values])))]

# %% right: every output gets a seed, 1 or 0
def jacobian(f, values):
    rows, i, m = [], 0, 1
    while i < m:
        xs = [Var(v) for v in values]
        outputs = f(xs)
        m = len(outputs)
        for j, output in enumerate(outputs):
            output.grad_value = 1.0 if i == j else 0.0
        rows.append(tuple(x.grad() for x in xs))
        i += 1
    return rows

# %% right: one graph, many sweeps by a loop of its own
def jacobian(f, values):
    xs = [Var(v) for v in values]
    outputs = f(xs)
    rows = []
    for output in outputs:
        def adjoint(v, kept):
            if v not in kept:
                kept[v] = sum(w * adjoint(c, kept) for w, c in v.children)
            return kept[v]

        kept = {other: 0.0 for other in outputs}
        kept[output] = 1.0
        rows.append([adjoint(x, kept) for x in xs])
    return rows

# %% right: a numpy array
import numpy as np


def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    result = np.zeros((m, len(values)))
    for i in range(m):
        xs = [Var(v) for v in values]
        f(xs)[i].grad_value = 1.0
        for j, x in enumerate(xs):
            result[i, j] = x.grad()
    return result

# %% wrong: columns for rows
# says: rows and columns have changed places
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        f(xs)[i].grad_value = 1.0
        rows.append([x.grad() for x in xs])
    return [list(column) for column in zip(*rows)]

# %% wrong: all outputs seeded in every row
# says: all outputs were seeded at once, in every row
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        for output in f(xs):
            output.grad_value = 1.0
        rows.append([x.grad() for x in xs])
    return rows

# %% wrong: one row for all outputs
def jacobian(f, values):
    xs = [Var(v) for v in values]
    for output in f(xs):
        output.grad_value = 1.0
    return [[x.grad() for x in xs]]

# %% wrong: a stale cache, the same Vars for each row
# says: a stale cache
def jacobian(f, values):
    xs = [Var(v) for v in values]
    outputs = f(xs)
    rows = []
    for i in range(len(outputs)):
        for j, output in enumerate(outputs):
            output.grad_value = 1.0 if i == j else 0.0
        rows.append([x.grad() for x in xs])
    return rows

# %% wrong: no seed
# says: no output was seeded
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        f(xs)
        rows.append([x.grad() for x in xs])
    return rows

# %% wrong: seeds of earlier rows stay
# says: the seeds of earlier rows are still there
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        for output in f(xs)[: i + 1]:
            output.grad_value = 1.0
        rows.append([x.grad() for x in xs])
    return rows

# %% wrong: as many rows as inputs
def jacobian(f, values):
    rows = []
    for i in range(len(values)):
        xs = [Var(v) for v in values]
        f(xs)[i].grad_value = 1.0
        rows.append([x.grad() for x in xs])
    return rows

# %% wrong: only the formula of softmax
def jacobian(f, values):
    powers = [math.exp(v) for v in values]
    s = [power / sum(powers) for power in powers]
    return [[s[i] * ((i == j) - s[j]) for j in range(len(s))] for i in range(len(s))]

# %% wrong: the diagonal only
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        f(xs)[i].grad_value = 1.0
        rows.append([x.grad() if i == j else 0.0 for j, x in enumerate(xs)])
    return rows

# %% wrong: Vars in the rows
def jacobian(f, values):
    m = len(f([Var(v) for v in values]))
    rows = []
    for i in range(m):
        xs = [Var(v) for v in values]
        f(xs)[i].grad_value = 1.0
        rows.append([Var(x.grad()) for x in xs])
    return rows

# %% wrong: finite differences
# says: as finite differences do
def jacobian(f, values):
    h = 1e-6
    columns = []
    for j in range(len(values)):
        up, down = list(values), list(values)
        up[j] += h
        down[j] -= h
        high, low = f([Var(v) for v in up]), f([Var(v) for v in down])
        columns.append([(a.value - b.value) / (2 * h) for a, b in zip(high, low)])
    return [list(row) for row in zip(*columns)]

# %% wrong: a constant
def jacobian(f, values):
    return [[3.0, 2.0, 0.0], [0.0, 16.0, 24.0]]

# %% wrong: the identity
def jacobian(f, values):
    return [[1.0 if i == j else 0.0 for j in range(len(values))] for i in range(len(values))]

# %% wrong: gives its first answer to every question
def jacobian(f, values):
    """The Jacobian of f at the point given by plain numbers: a list of rows, one for each output."""
    rows = []
    outputs = len(f([Var(value) for value in values]))
    for i in range(outputs):
        xs = [Var(value) for value in values]
        f(xs)[i].grad_value = 1.0
        rows.append([float(x.grad()) for x in xs])
    return rows


honest, kept = jacobian, []


def jacobian(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def jacobian(f, values):
    """The Jacobian of f at the point given by plain numbers: a list of rows, one for each output."""
    rows = []
    outputs = len(f([Var(value) for value in values]))
    for i in range(outputs):
        xs = [Var(value) for value in values]
        f(xs)[i].grad_value = 1.0
        rows.append([float(x.grad()) for x in xs])
    return rows


honest = jacobian


def jacobian(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def jacobian(*given):
    return given[0]
