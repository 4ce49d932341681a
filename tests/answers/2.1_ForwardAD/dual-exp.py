# %% right: its own value as the slope
def exp(x):
    value = math.exp(x.value)
    return DualNumber(value, value * x.dvalue)

# %% right: in one line
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value) * x.dvalue)

# %% right: math.e to the power
def exp(x):
    return DualNumber(math.e ** x.value, x.dvalue * math.e ** x.value)

# %% right: math.pow
def exp(x):
    return DualNumber(math.pow(math.e, x.value), math.pow(math.e, x.value) * x.dvalue)

# %% right: a helper from elsewhere
def exp(x):
    from math import exp as real_exp

    return DualNumber(real_exp(x.value), real_exp(x.value) * x.dvalue)

# %% right: numpy numbers
def exp(x):
    import numpy as np

    return DualNumber(np.exp(x.value), np.exp(x.value) * x.dvalue)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value))

# %% wrong: extra factor x
# says: Your dvalue is x*exp(x)*dx
def exp(x):
    return DualNumber(math.exp(x.value), x.value * math.exp(x.value) * x.dvalue)

# %% wrong: e to the dvalue
# says: Your dvalue is exp(dx)
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.dvalue))

# %% wrong: calls itself
def exp(x):
    return DualNumber(exp(x.value), exp(x.value) * x.dvalue)

# %% wrong: calls itself for ever
# says: calls itself
def exp(x):
    value = exp(x)
    return DualNumber(value, value * x.dvalue)

# %% wrong: power rule
# says: treats e**x like a power of x
def exp(x):
    return DualNumber(math.exp(x.value), x.value * math.exp(x.value - 1) * x.dvalue)

# %% wrong: sign
# says: has the wrong sign
def exp(x):
    return DualNumber(math.exp(x.value), -math.exp(x.value) * x.dvalue)

# %% wrong: value where dvalue belongs, e to the power x - 1
# says: lowers the exponent
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value - 1) * x.dvalue)

# %% wrong: dvalue passed on
# says: passes the seed on unchanged
def exp(x):
    return DualNumber(math.exp(x.value), x.dvalue)

# %% wrong: nothing for negative x
def exp(x):
    if x.value < 0:
        return None
    return DualNumber(math.exp(x.value), math.exp(x.value) * x.dvalue)

# %% wrong: base 2
# says: Your value is 2**x
def exp(x):
    return DualNumber(2 ** x.value, 2 ** x.value * x.dvalue)

# %% wrong: the sum instead of the product
# says: Your dvalue is exp(x) + dx
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value) + x.dvalue)

# %% wrong: a constant, right at one point
# says: 0 of 2 point
def exp(x):
    return DualNumber(math.exp(0.5), math.exp(0.5))

# %% wrong: an argument as it came
# says: 0 of 2 point
def exp(x):
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


def exp(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def exp(x):
    x.value, x.dvalue = math.exp(x.value), math.exp(x.value) * x.dvalue
    return x

# %% wrong: no return
# says: return
def exp(x):
    DualNumber(math.exp(x.value), math.exp(x.value) * x.dvalue)

# %% wrong: gives its first answer to every question
def exp(x):
    """The exponential of a DualNumber."""
    value = math.exp(x.value)
    return DualNumber(value, value * x.dvalue)


honest, kept = exp, []


def exp(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def exp(x):
    """The exponential of a DualNumber."""
    value = math.exp(x.value)
    return DualNumber(value, value * x.dvalue)


honest = exp


def exp(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def exp(*given):
    return given[0]
