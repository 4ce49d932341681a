# %% right: as sin does it
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)

# %% right: with names
def cos(x):
    value, slope_here = math.cos(x.value), -math.sin(x.value)
    return DualNumber(value, slope_here * x.dvalue)

# %% right: minus at the dvalue
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value) * -x.dvalue)

# %% right: by the given sin, shifted
def cos(x):
    return sin(DualNumber(x.value + math.pi / 2, x.dvalue))

# %% right: numpy
def cos(x):
    import numpy as np

    return DualNumber(np.cos(x.value), -np.sin(x.value) * x.dvalue)

# %% wrong: minus missing
# says: has the wrong sign
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value) * x.dvalue)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value))

# %% wrong: minus and factor missing
# says: Your dvalue is sin(x)
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value))

# %% wrong: copied from sin
# says: is the rule for sin
def cos(x):
    return DualNumber(math.cos(x.value), math.cos(x.value) * x.dvalue)

# %% wrong: value and slope exchanged
# says: Your value is -sin(x)
def cos(x):
    return DualNumber(-math.sin(x.value), math.cos(x.value) * x.dvalue)

# %% wrong: value is the sine
# says: Your value is sin(x)
def cos(x):
    return DualNumber(math.sin(x.value), -math.sin(x.value) * x.dvalue)

# %% wrong: value where dvalue belongs
# says: uses value where dvalue belongs
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.value)

# %% wrong: the sine of the dvalue
# says: Your dvalue is -sin(dx)*x
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.dvalue) * x.value)

# %% wrong: passes the seed on
# says: passes the seed on unchanged
def cos(x):
    return DualNumber(math.cos(x.value), x.dvalue)

# %% wrong: a plain number
def cos(x):
    return math.cos(x.value)

# %% wrong: math.cos of the object
# says: TypeError
def cos(x):
    return math.cos(x)

# %% wrong: a constant, right at one point
# says: 0 of 2 point
def cos(x):
    return DualNumber(math.cos(0.5), -math.sin(0.5))

# %% wrong: an argument as it came
# says: 0 of 2 point
def cos(x):
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


def cos(x):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def cos(x):
    x.value, x.dvalue = math.cos(x.value), -math.sin(x.value) * x.dvalue
    return x

# %% wrong: no return
# says: return
def cos(x):
    value = DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)

# %% wrong: the sine by Pythagoras, which loses its sign
# says: the dvalue of cos at x = -
def cos(x):
    return DualNumber(math.cos(x.value), -math.sqrt(1 - math.cos(x.value) ** 2) * x.dvalue)

# %% wrong: gives its first answer to every question
def cos(x):
    """The cosine of a DualNumber."""
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)


honest, kept = cos, []


def cos(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def cos(x):
    """The cosine of a DualNumber."""
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)


honest = cos


def cos(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def cos(*given):
    return given[0]
