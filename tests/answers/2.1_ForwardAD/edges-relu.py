# %% right: two branches
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(0.0, 0.0)

# %% right: conditional expressions
def relu(x):
    return DualNumber(x.value if x.value > 0 else 0.0, x.dvalue if x.value > 0 else 0.0)

# %% right: max and a comparison
def relu(x):
    return DualNumber(max(x.value, 0.0), x.dvalue * (x.value > 0))

# %% right: three branches
def relu(x):
    if x.value < 0:
        return DualNumber(0, 0)
    elif x.value == 0:
        return DualNumber(0, 0)
    else:
        return DualNumber(x.value, 1 * x.dvalue)

# %% right: a slope with a name
def relu(x):
    slope_here = 1.0 if x.value > 0 else 0.0
    return DualNumber(slope_here * x.value, slope_here * x.dvalue)

# %% right: numpy numbers
def relu(x):
    import numpy as np

    return DualNumber(np.maximum(x.value, 0.0), np.float64(x.dvalue) * (x.value > 0))

# %% right: the larger of two dual numbers, 0 first
def relu(x):
    return max(DualNumber(0.0, 0.0), x)

# %% wrong: slope 1 at 0
# says: you chose the slope 1 at 0
def relu(x):
    if x.value >= 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: slope one half at 0
# says: you chose the slope 1/2 at 0
def relu(x):
    if x.value == 0:
        return DualNumber(0.0, x.dvalue / 2)
    return x if x.value > 0 else DualNumber(0.0, 0.0)

# %% wrong: factor dvalue missing
# says: dx is missing
def relu(x):
    if x.value > 0:
        return DualNumber(x.value, 1.0)
    return DualNumber(0.0, 0.0)

# %% wrong: tangent passes on the flat side
# says: the tangent passes through where relu is flat
def relu(x):
    return DualNumber(max(x.value, 0.0), x.dvalue)

# %% wrong: maximum of the tangent
# says: relu(DualNumber(1.5, -3.0)).dvalue is 0
def relu(x):
    return DualNumber(max(x.value, 0.0), max(x.dvalue, 0.0))

# %% wrong: by the sign of the tangent
def relu(x):
    if x.value > 0 and x.dvalue > 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: absolute value
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(-x.value, -x.dvalue)

# %% wrong: leaky
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(0.01 * x.value, 0.01 * x.dvalue)

# %% wrong: the wrong side
# says: the value of relu
def relu(x):
    if x.value < 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: nothing on the flat side
def relu(x):
    if x.value > 0:
        return x

# %% wrong: max of the object
# says: you chose the slope 1 at 0
def relu(x):
    return max(x, 0.0)

# %% wrong: a plain 0 on the flat side
# says: AttributeError
def relu(x):
    return x if x.value > 0 else 0.0

# %% wrong: a constant, right at one point
# says: 0 of 1 point
def relu(x):
    return DualNumber(1.5, 2.0)

# %% wrong: an argument as it came
# says: 0 of 1 point
def relu(x):
    return x

# %% wrong: an object that equals everything
# says: 0 of 1 point
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


def relu(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def relu(x):
    if x.value <= 0:
        x.value, x.dvalue = 0.0, 0.0
    return x

# %% wrong: >= for >
# says: you chose the slope 1 at 0
def relu(x):
    return DualNumber(x.value, x.dvalue) if x.value >= 0 else DualNumber(0.0, 0.0)

# %% wrong: the larger of two dual numbers, x first
# says: you chose the slope 1 at 0
def relu(x):
    return max(x, DualNumber(0.0, 0.0))

# %% wrong: nothing at exactly 0
# says: relu gives None at x = 0
def relu(x):
    if x.value > 0:
        return DualNumber(x.value, x.dvalue)
    if x.value < 0:
        return DualNumber(0.0, 0.0)

# %% wrong: gives its first answer to every question
def relu(x):
    """max(x, 0) of a DualNumber; at exactly 0 the slope is 0."""
    if x.value > 0:
        return DualNumber(x.value, x.dvalue)
    return DualNumber(0.0, 0.0)


honest, kept = relu, []


def relu(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def relu(x):
    """max(x, 0) of a DualNumber; at exactly 0 the slope is 0."""
    if x.value > 0:
        return DualNumber(x.value, x.dvalue)
    return DualNumber(0.0, 0.0)


honest = relu


def relu(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def relu(*given):
    return given[0]
