# %% right: through the root
def sqrt(x):
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))

# %% right: as a power
def sqrt(x):
    return DualNumber(x.value ** 0.5, 0.5 * x.value ** -0.5 * x.dvalue)

# %% right: by the dual power
def sqrt(x):
    return x ** DualNumber(0.5, 0.0)

# %% right: by the dual power of a plain number
def sqrt(x):
    return x ** 0.5

# %% right: in one line
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / 2 / math.sqrt(x.value))

# %% right: numpy numbers
def sqrt(x):
    import numpy as np

    return DualNumber(np.sqrt(x.value), x.dvalue / (2 * np.sqrt(x.value)))

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 1 / (2 * math.sqrt(x.value)))

# %% wrong: no factor one half
# says: Your dvalue is dx/sqrt(x)
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / math.sqrt(x.value))

# %% wrong: brackets: / 2 * root
# says: Your dvalue is (dx/2)*sqrt(x)
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / 2 * math.sqrt(x.value))

# %% wrong: sign
# says: has the wrong sign
def sqrt(x):
    return DualNumber(math.sqrt(x.value), -x.dvalue / (2 * math.sqrt(x.value)))

# %% wrong: root of the dvalue
# says: Your dvalue is sqrt(abs(dx))
def sqrt(x):
    return DualNumber(math.sqrt(x.value), math.sqrt(abs(x.dvalue)))

# %% wrong: divided by 2x
# says: Your dvalue is dx/(2*x)
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / (2 * x.value))

# %% wrong: not differentiated
# says: Your dvalue is sqrt(x)*dx
def sqrt(x):
    return DualNumber(math.sqrt(x.value), math.sqrt(x.value) * x.dvalue)

# %% wrong: one half only
# says: Your dvalue is 0.5*dx
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 0.5 * x.dvalue)

# %% wrong: exponent lowered by two
# says: Your dvalue is 0.5*x**(-1.5)*dx
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 0.5 * x.value ** -1.5 * x.dvalue)

# %% wrong: value is the square
# says: Your value is x**2
def sqrt(x):
    return DualNumber(x.value ** 2, x.dvalue / (2 * math.sqrt(x.value)))

# %% wrong: calls itself
# says: calls itself
def sqrt(x):
    return DualNumber(sqrt(x).value, x.dvalue / (2 * math.sqrt(x.value)))

# %% wrong: a constant, right at one point
# says: 0 of 1 point
def sqrt(x):
    return DualNumber(math.sqrt(2.5), 0.3)

# %% wrong: an argument as it came
# says: 0 of 1 point
def sqrt(x):
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


def sqrt(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def sqrt(x):
    x.value, x.dvalue = math.sqrt(x.value), x.dvalue / (2 * math.sqrt(x.value))
    return x

# %% wrong: x ** 1/2 without brackets
# says: x ** 1/2
def sqrt(x):
    return x ** 1/2

# %% wrong: gives its first answer to every question
def sqrt(x):
    """The square root of a DualNumber with a positive value."""
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))


honest, kept = sqrt, []


def sqrt(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def sqrt(x):
    """The square root of a DualNumber with a positive value."""
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))


honest = sqrt


def sqrt(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def sqrt(*given):
    return given[0]
