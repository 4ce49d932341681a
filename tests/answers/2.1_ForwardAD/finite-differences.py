# %% right: as the table has them
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% right: halved afterwards
def one_sided(f, x, h):
    return f(x + h) / h - f(x) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / 2 / h

# %% right: central as the mean of both sides
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (one_sided(f, x, h) + one_sided(f, x, -h)) / 2

# %% right: half steps, one central helper
def chord(f, left, right):
    return (f(right) - f(left)) / (right - left)


def one_sided(f, x, h):
    return chord(f, x, x + h)


def central(f, x, h):
    return chord(f, x - h, x + h)

# %% right: numpy numbers
def one_sided(f, x, h):
    import numpy as np

    return np.float64(f(x + h) - f(x)) / h


def central(f, x, h):
    import numpy as np

    return np.float64(f(x + h) - f(x - h)) / (2 * h)

# %% wrong: steps to the left
# says: you stepped to the left
def one_sided(f, x, h):
    return (f(x) - f(x - h)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: central divided by h
# says: you divided by h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / h

# %% wrong: 2*h without brackets
# says: you wrote / 2*h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h

# %% wrong: brackets of the difference missing
# says: the brackets around the difference are missing
def one_sided(f, x, h):
    return f(x + h) - f(x) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: one-sided for both
# says: you used the one-sided rule
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x)) / h

# %% wrong: central for both
# says: you used the central rule
def one_sided(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: one-sided divided by 2h
# says: you divided by 2h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: sign
# says: the sign is wrong
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)

# %% wrong: h of its own
# says: you used the central rule
def one_sided(f, x, h):
    return (f(x + 1e-6) - f(x)) / 1e-6


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: not divided
# says: you divided by 2h
def one_sided(f, x, h):
    return f(x + h) - f(x)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: steps of 2h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)

# %% wrong: one missing
# says: return
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return None

# %% wrong: constants, right at one point
# says: 0 of 1 point
def one_sided(f, x, h):
    return 6.5


def central(f, x, h):
    return 27.25

# %% wrong: arguments as they came
# says: 0 of 1 point
def one_sided(f, x, h):
    return x


def central(f, x, h):
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


def one_sided(f, x, h):
    return Anything()


def central(f, x, h):
    return Anything()

# %% wrong: brackets of the central difference missing
# says: the brackets around the difference are missing
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)

# %% wrong: both pairs of brackets of the central rule missing
# says: the brackets around the difference and around 2*h are missing
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return f(x + h) - f(x - h) / 2 * h

# %% wrong: gives its first answer to every question
def one_sided(f, x, h):
    """The slope of f at x by the one-sided rule with the step h."""
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    """The slope of f at x by the central rule with the step h."""
    return (f(x + h) - f(x - h)) / (2 * h)


honest, kept = central, []


def central(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def one_sided(f, x, h):
    """The slope of f at x by the one-sided rule with the step h."""
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    """The slope of f at x by the central rule with the step h."""
    return (f(x + h) - f(x - h)) / (2 * h)


honest = central


def central(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def one_sided(f, x, h):
    """The slope of f at x by the one-sided rule with the step h."""
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    """The slope of f at x by the central rule with the step h."""
    return (f(x + h) - f(x - h)) / (2 * h)


def central(*given):
    return given[0]
