# %% right: divided by the cosine squared
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value) ** 2)

# %% right: 1 + tan squared
def tan(x):
    t = math.tan(x.value)
    return DualNumber(t, (1 + t * t) * x.dvalue)

# %% right: sin / cos of dual numbers
def tan(x):
    return sin(x) / cos(x)

# %% right: the quotient rule written out
def tan(x):
    s, c = math.sin(x.value), math.cos(x.value)
    return DualNumber(s / c, (c * c + s * s) / (c * c) * x.dvalue)

# %% right: secant squared, math.pow
def tan(x):
    return DualNumber(math.tan(x.value), math.pow(1 / math.cos(x.value), 2) * x.dvalue)

# %% right: numpy numbers
def tan(x):
    import numpy as np

    return DualNumber(np.tan(x.value), x.dvalue / np.cos(x.value) ** 2)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def tan(x):
    return DualNumber(math.tan(x.value), 1 / math.cos(x.value) ** 2)

# %% wrong: sign
# says: has the wrong sign
def tan(x):
    return DualNumber(math.tan(x.value), -x.dvalue / math.cos(x.value) ** 2)

# %% wrong: 1 / cos(2x)
# says: Your dvalue is dx/cos(2*x)
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(2 * x.value))

# %% wrong: 1 / cos(x**2)
# says: Your dvalue is dx/cos(x**2)
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value ** 2))

# %% wrong: no square
# says: Your dvalue is dx/cos(x)
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value))

# %% wrong: times the cosine squared
# says: Your dvalue is dx*cos(x)**2
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue * math.cos(x.value) ** 2)

# %% wrong: 1 - tan squared
# says: Your dvalue is dx*(1 - tan(x)**2)
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue * (1 - math.tan(x.value) ** 2))

# %% wrong: sine for cosine
# says: Your dvalue is dx/sin(x)**2
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.sin(x.value) ** 2)

# %% wrong: value is sin * cos
# says: Your value is sin(x)*cos(x)
def tan(x):
    return DualNumber(math.sin(x.value) * math.cos(x.value), x.dvalue / math.cos(x.value) ** 2)

# %% wrong: brackets: everything squared
# says: Your dvalue is (dx/cos(x))**2
def tan(x):
    return DualNumber(math.tan(x.value), (x.dvalue / math.cos(x.value)) ** 2)

# %% wrong: value where dvalue belongs
# says: uses value where dvalue belongs
def tan(x):
    return DualNumber(math.tan(x.value), x.value / math.cos(x.value) ** 2)

# %% wrong: calls itself
# says: calls itself
def tan(x):
    return DualNumber(tan(x).value, x.dvalue / math.cos(x.value) ** 2)

# %% wrong: a constant, right at one point
# says: 0 of 3 point
def tan(x):
    return DualNumber(math.tan(0.5), 1.0)

# %% wrong: an argument as it came
# says: 0 of 3 point
def tan(x):
    return x

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


def tan(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def tan(x):
    x.value, x.dvalue = math.tan(x.value), x.dvalue / math.cos(x.value) ** 2
    return x

# %% wrong: through one's own wrong cos
# says: Your cos is not right either
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value) * x.dvalue)


def tan(x):
    return sin(x) / cos(x)

# %% wrong: gives its first answer to every question
def tan(x):
    """The tangent function of a DualNumber."""
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value) ** 2)


honest, kept = tan, []


def tan(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def tan(x):
    """The tangent function of a DualNumber."""
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value) ** 2)


honest = tan


def tan(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def tan(*given):
    return given[0]
