# %% right: dvalue over value
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / x.value)

# %% right: 1/x times dvalue
def log(x):
    return DualNumber(math.log(x.value), 1 / x.value * x.dvalue)

# %% right: with a name, base e said
def log(x):
    value = math.log(x.value, math.e)
    return DualNumber(value, x.value ** -1 * x.dvalue)

# %% right: numpy
def log(x):
    import numpy as np

    return DualNumber(np.log(x.value), x.dvalue / x.value)

# %% right: numpy numbers
def log(x):
    import numpy as np

    return DualNumber(np.log(x.value), x.dvalue / np.float64(x.value))

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def log(x):
    return DualNumber(math.log(x.value), 1 / x.value)

# %% wrong: sign
# says: has the wrong sign
def log(x):
    return DualNumber(math.log(x.value), -x.dvalue / x.value)

# %% wrong: upside down
# says: Your dvalue is x/dx
def log(x):
    return DualNumber(math.log(x.value), x.value / x.dvalue)

# %% wrong: times instead of divided
# says: Your dvalue is x*dx
def log(x):
    return DualNumber(math.log(x.value), x.value * x.dvalue)

# %% wrong: base 10
# says: Your value is log10(x)
def log(x):
    return DualNumber(math.log10(x.value), x.dvalue / x.value)

# %% wrong: log1p
# says: log1p
def log(x):
    return DualNumber(math.log1p(x.value), x.dvalue / x.value)

# %% wrong: slope of log1p
# says: Your dvalue is dx/(1 + x)
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / (1 + x.value))

# %% wrong: logarithm of both parts
# says: Your dvalue is log(abs(dx))
def log(x):
    return DualNumber(math.log(x.value), math.log(abs(x.dvalue)))

# %% wrong: divided by the square
# says: Your dvalue is dx/x**2
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / x.value ** 2)

# %% wrong: dvalue passed on
# says: passes the seed on unchanged
def log(x):
    return DualNumber(math.log(x.value), x.dvalue)

# %% wrong: divided by the logarithm
# says: Your dvalue is dx/log(x)
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / math.log(x.value))

# %% wrong: a plain number
def log(x):
    return math.log(x.value)

# %% wrong: a constant, right at one point
# says: 0 of 1 point
def log(x):
    return DualNumber(math.log(2.5), 0.8)

# %% wrong: an argument as it came
# says: 0 of 1 point
def log(x):
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


def log(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def log(x):
    x.value, x.dvalue = math.log(x.value), x.dvalue / x.value
    return x

# %% wrong: gives its first answer to every question
def log(x):
    """The natural logarithm of a DualNumber with a positive value."""
    return DualNumber(math.log(x.value), x.dvalue / x.value)


honest, kept = log, []


def log(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def log(x):
    """The natural logarithm of a DualNumber with a positive value."""
    return DualNumber(math.log(x.value), x.dvalue / x.value)


honest = log


def log(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def log(*given):
    return given[0]
