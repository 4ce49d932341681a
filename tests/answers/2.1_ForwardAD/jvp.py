# %% right: two comprehensions
def jvp(f, x, v):
    outputs = f([DualNumber(a, b) for a, b in zip(x, v)])
    return [output.dvalue for output in outputs]

# %% right: a loop
def jvp(f, x, v):
    duals = []
    for i in range(len(x)):
        duals.append(DualNumber(x[i], v[i]))
    result = []
    for output in f(duals):
        result.append(output.dvalue)
    return result

# %% right: map
def jvp(f, x, v):
    return [out.dvalue for out in f(list(map(DualNumber, x, v)))]

# %% right: a tuple of floats
def jvp(f, x, v):
    return tuple(float(out.dvalue) for out in f([DualNumber(*pair) for pair in zip(x, v)]))

# %% right: numpy array as the result
def jvp(f, x, v):
    import numpy as np

    return np.array([out.dvalue for out in f([DualNumber(a, b) for a, b in zip(x, v)])])

# %% right: numpy numbers
def jvp(f, x, v):
    import numpy as np

    return [np.float64(out.dvalue) for out in f([DualNumber(a, b) for a, b in zip(np.array(x), np.array(v))])]

# %% wrong: all seeds 1
# says: every seed is 1
def jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(a, 1.0) for a in x])]

# %% wrong: the values
# says: you returned the values and not the tangents
def jvp(f, x, v):
    return [out.value for out in f([DualNumber(a, b) for a, b in zip(x, v)])]

# %% wrong: v and x exchanged
# says: v and x have changed places
def jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(b, a) for a, b in zip(x, v)])]

# %% wrong: only v[0]
# says: every seed is v[0]
def jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(a, v[0]) for a in x])]

# %% wrong: only the first input moves
# says: only the first input moves
def jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(a, v[0] if i == 0 else 0.0) for i, a in enumerate(x)])]

# %% wrong: the sum of the outputs
# says: should be a list or tuple
def jvp(f, x, v):
    return sum(out.dvalue for out in f([DualNumber(a, b) for a, b in zip(x, v)]))

# %% wrong: the dual numbers themselves
# says: each part of jvp should be a plain number
def jvp(f, x, v):
    return f([DualNumber(a, b) for a, b in zip(x, v)])

# %% wrong: only the first output
def jvp(f, x, v):
    return [f([DualNumber(a, b) for a, b in zip(x, v)])[0].dvalue]

# %% wrong: one run for each output
# says: the number of times that f was called
def jvp(f, x, v):
    count = len(f([DualNumber(a, b) for a, b in zip(x, v)]))
    return [f([DualNumber(a, b) for a, b in zip(x, v)])[i].dvalue for i in range(count)]

# %% wrong: two inputs only
# says: IndexError
def jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(x[0], v[0]), DualNumber(x[1], v[1])])]

# %% wrong: by differences, with floats
# says: AttributeError
def jvp(f, x, v):
    h = 1e-6
    high = f([a + h * b for a, b in zip(x, v)])
    low = f([a - h * b for a, b in zip(x, v)])
    return [(p - q) / (2 * h) for p, q in zip(high, low)]

# %% wrong: calls f with the numbers as arguments
# says: TypeError
def jvp(f, x, v):
    return [out.dvalue for out in f(*[DualNumber(a, b) for a, b in zip(x, v)])]

# %% wrong: a constant, right at one point
# says: 0 of 3 point
def jvp(f, x, v):
    return [260.0, 12.0]

# %% wrong: an argument as it came
# says: 0 of 3 point
def jvp(f, x, v):
    return v

# %% wrong: an object that equals everything
# says: 0 of 3 point
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


def jvp(f, x, v):
    return [Anything()] * 2

# %% wrong: the .dvalue taken too early
def jvp(f, x, v):
    return f([DualNumber(a, b).dvalue for a, b in zip(x, v)])

# %% wrong: no return
# says: return
def jvp(f, x, v):
    [out.dvalue for out in f([DualNumber(a, b) for a, b in zip(x, v)])]

# %% wrong: the caller's list overwritten
# says: jvp changes the list x
def jvp(f, x, v):
    for i in range(len(x)):
        x[i] = DualNumber(x[i], v[i])
    return [o.dvalue for o in f(x)]

# %% wrong: the caller's list of seeds emptied
# says: jvp changes the list v
def jvp(f, x, v):
    return [o.dvalue for o in f([DualNumber(a, v.pop(0)) for a in x])]

# %% wrong: seeds 1, and v multiplies the outputs
# says: v multiplies the outputs
def jvp(f, x, v):
    return [o.dvalue * b for o, b in zip(f([DualNumber(a, 1.0) for a in x]), v)]

# %% wrong: v as the seeds and once more on the outputs
# says: v is used twice
def jvp(f, x, v):
    return [o.dvalue * b for o, b in zip(f([DualNumber(a, b) for a, b in zip(x, v)]), v)]

# %% wrong: gives its first answer to every question
def jvp(f, x, v):
    """The derivative of f at x in the direction v: a list with one float for each output."""
    outputs = f([DualNumber(value, seed) for value, seed in zip(x, v)])
    return [output.dvalue for output in outputs]


honest, kept = jvp, []


def jvp(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def jvp(f, x, v):
    """The derivative of f at x in the direction v: a list with one float for each output."""
    outputs = f([DualNumber(value, seed) for value, seed in zip(x, v)])
    return [output.dvalue for output in outputs]


honest = jvp


def jvp(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def jvp(*given):
    return given[0]
