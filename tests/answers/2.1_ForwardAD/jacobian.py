# %% right: columns, then zip
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [list(row) for row in zip(*columns)]

# %% right: filled place by place
def jacobian(f, x):
    columns = []
    for j in range(len(x)):
        v = [0.0] * len(x)
        v[j] = 1.0
        columns.append(jvp(f, x, v))
    rows = []
    for i in range(len(columns[0])):
        rows.append([column[i] for column in columns])
    return rows

# %% right: numpy transpose
def jacobian(f, x):
    import numpy as np

    return np.array([jvp(f, x, unit) for unit in np.eye(len(x)).tolist()]).T.tolist()

# %% right: without jvp
def jacobian(f, x):
    columns = []
    for j in range(len(x)):
        columns.append([out.dvalue for out in f([DualNumber(a, float(i == j)) for i, a in enumerate(x)])])
    return list(zip(*columns))

# %% right: an array
def jacobian(f, x):
    import numpy as np

    return np.column_stack([jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))])

# %% right: numpy numbers
def jacobian(f, x):
    import numpy as np

    return np.array([jvp(f, x, list(unit)) for unit in np.eye(len(x))]).T

# %% wrong: the transpose
# says: you returned a list of columns
def jacobian(f, x):
    return [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]

# %% wrong: all seeds 1
# says: all the seeds are 1 in every run
def jacobian(f, x):
    columns = [jvp(f, x, [1.0] * len(x)) for j in range(len(x))]
    return [list(row) for row in zip(*columns)]

# %% wrong: one run for each entry
# says: the number of runs
def jacobian(f, x):
    count = len(jvp(f, x, x))
    return [[jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))])[k] for j in range(len(x))] for k in range(count)]

# %% wrong: runs f once more to count the outputs
# says: the number of runs
def jacobian(f, x):
    count = len(f([DualNumber(a, 0.0) for a in x]))
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [[columns[j][i] for j in range(len(x))] for i in range(count)]

# %% wrong: square matrices only
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [[columns[j][i] for j in range(len(x))] for i in range(len(x))]

# %% wrong: the input as the seed
def jacobian(f, x):
    columns = [jvp(f, x, [a if i == j else 0.0 for i, a in enumerate(x)]) for j in range(len(x))]
    return [list(row) for row in zip(*columns)]

# %% wrong: a flat list
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [entry for row in zip(*columns) for entry in row]

# %% wrong: only the first row
def jacobian(f, x):
    return [[jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))])[0] for j in range(len(x))]]

# %% wrong: the diagonal only
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [[columns[j][i] if i == j else 0.0 for j in range(len(x))] for i in range(len(columns[0]))]

# %% wrong: seeds by the wrong index
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j + 1 else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return [list(row) for row in zip(*columns)]

# %% wrong: the last column forgotten
def jacobian(f, x):
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x) - 1)]
    return [list(row) for row in zip(*columns)]

# %% wrong: iterators that are not lists
# says: should be a list or tuple
def jacobian(f, x):
    return zip(*[jvp(f, x, [1.0 if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))])

# %% wrong: a constant, right at one point
# says: 0 of 2 point
def jacobian(f, x):
    return [[5.0, 3.0], [6.0, 0.0]]

# %% wrong: an argument as it came
# says: 0 of 2 point
def jacobian(f, x):
    return x

# %% wrong: an object that equals everything
# says: 0 of 2 point
class Anything:
    """Equal to everything, and to itself whatever is asked of it."""

    __hash__ = None
    value = dvalue = property(lambda self: self)

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return self

    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __pow__ = __sub__

    def __abs__(self):
        return 0.0

    def __le__(self, other):
        return True


def jacobian(f, x):
    return [[Anything()] * 2] * 2

# %% wrong: no more rows than inputs
# says: f = [x0*x1, x1*x1, x0*x0]
def jacobian(f, x):
    n = len(x)
    columns = [jvp(f, x, [1.0 if i == j else 0.0 for i in range(n)])[:n] for j in range(n)]
    return [list(row) for row in zip(*columns)]

# %% wrong: adds to the list that it was given
# says: jacobian changes the list x
def jacobian(f, x):
    columns = [jvp(f, x, [float(i == j) for i in range(len(x))]) for j in range(len(x))]
    x.append(0.0)
    return [list(row) for row in zip(*columns)]

# %% wrong: gives its first answer to every question
def jacobian(f, x):
    """The Jacobian of f at x: a list of rows, one for each output, each with one float for each input."""
    units = [[1.0 if i == j else 0.0 for i in range(len(x))] for j in range(len(x))]
    columns = [jvp(f, x, unit) for unit in units]
    return [list(row) for row in zip(*columns)]


honest, kept = jacobian, []


def jacobian(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def jacobian(f, x):
    """The Jacobian of f at x: a list of rows, one for each output, each with one float for each input."""
    units = [[1.0 if i == j else 0.0 for i in range(len(x))] for j in range(len(x))]
    columns = [jvp(f, x, unit) for unit in units]
    return [list(row) for row in zip(*columns)]


honest = jacobian


def jacobian(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def jacobian(*given):
    return given[0]
