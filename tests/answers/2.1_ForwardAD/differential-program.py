# %% right: line by line, as the text has it
def differential(x, y, dx, dy):
    a = x * x
    b = a * y
    c = math.cos(y)
    da = 2 * x * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    dw = db + dc
    return dw

# %% right: in one expression
def differential(x, y, dx, dy):
    return 2 * x * y * dx + (x * x - math.sin(y)) * dy

# %% right: the square as a product
def differential(x, y, dx, dy):
    da = x * dx + x * dx
    return da * y + (x * x) * dy - math.sin(y) * dy

# %% right: with dual numbers, written out here
class Pair:
    def __init__(self, v, d):
        self.v, self.d = v, d

    def __mul__(self, o):
        return Pair(self.v * o.v, self.d * o.v + self.v * o.d)


def differential(x, y, dx, dy):
    x, y = Pair(x, dx), Pair(y, dy)
    return (x * x * y).d - math.sin(y.v) * y.d

# %% right: with prints and a helper
def square_differential(x, dx):
    return 2 * x * dx


def differential(x, y, dx, dy):
    dw = square_differential(x, dx) * y + x ** 2 * dy + dy * -math.sin(y)
    print('dw =', dw)
    return dw

# %% right: numpy numbers
def differential(x, y, dx, dy):
    import numpy as np

    return np.float64(2 * x * y * dx) + (x * x - np.sin(y)) * dy

# %% right: binds names that other cells use
x, y, a, b, c, z, h, formula = 1, 2, 3, 4, 5, 6, 7, 8


def differential(x, y, dx, dy):
    return 2 * x * y * dx + (x * x - math.sin(y)) * dy

# %% wrong: square differentiated as if only one factor moved
# says: both factors move
def differential(x, y, dx, dy):
    da = x * dx
    return da * y + x * x * dy - math.sin(y) * dy

# %% wrong: the square's differential without x
# says: d(x*x) to be dx
def differential(x, y, dx, dy):
    return dx * y + x * x * dy - math.sin(y) * dy

# %% wrong: sign of the cosine's differential
# says: the differential of the cosine has the wrong sign
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy + math.sin(y) * dy

# %% wrong: cosine not differentiated
# says: left the cosine undifferentiated
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy + math.cos(y) * dy

# %% wrong: no term of the cosine
# says: the term from the cosine is missing
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy

# %% wrong: no term a*dy
# says: the term a*dy is missing
def differential(x, y, dx, dy):
    return 2 * x * y * dx - math.sin(y) * dy

# %% wrong: the chain rule's factor dy forgotten on the sine
# says: there is a term that depends on y but is not multiplied by dy
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy - math.sin(y)

# %% wrong: seeds not used
# says: the seeds are not used
def differential(x, y, dx, dy):
    return 2 * x * y + x * x - math.sin(y)

# %% wrong: the sine of x
# says: you took the sine of x, but c depends on y
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy - math.sin(x) * dy

# %% wrong: the value of w instead of dw
# says: you returned w, the primal
def differential(x, y, dx, dy):
    return x * x * y + math.cos(y)

# %% wrong: returns a pair of two numbers
# says: should be a plain number
def differential(x, y, dx, dy):
    return 2 * x * y * dx, (x * x - math.sin(y)) * dy

# %% wrong: no return
# says: return
def differential(x, y, dx, dy):
    dw = 2 * x * y * dx + (x * x - math.sin(y)) * dy

# %% wrong: a constant, right at one point
# says: 0 of 3 point
def differential(x, y, dx, dy):
    return 12.6

# %% wrong: an argument as it came
# says: 0 of 3 point
def differential(x, y, dx, dy):
    return dx

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


def differential(x, y, dx, dy):
    return Anything()

# %% wrong: db is da times dy
# says: your db is da*dy
def differential(x, y, dx, dy):
    a = x * x
    da = 2 * x * dx
    db = da * dy
    dc = -math.sin(y) * dy
    return db + dc

# %% wrong: the differential of the square with a for x
# says: your da is 2*a*dx
def differential(x, y, dx, dy):
    a = x * x
    da = 2 * a * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    return db + dc

# %% wrong: a sine without math
# says: Did you mean math.sin?
def differential(x, y, dx, dy):
    a = x * x
    return 2 * x * dx * y + a * dy - sin(y) * dy

# %% wrong: gives its first answer to every question
def differential(x, y, dx, dy):
    """The change dw of w = x*x*y + cos(y) when x and y change by dx and dy, to first order."""
    a = x * x
    da = 2 * x * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    return db + dc


honest, kept = differential, []


def differential(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def differential(x, y, dx, dy):
    """The change dw of w = x*x*y + cos(y) when x and y change by dx and dy, to first order."""
    a = x * x
    da = 2 * x * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    return db + dc


honest = differential


def differential(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def differential(*given):
    return given[0]
