# %% right: isinstance
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, 0.0)

# %% right: a copy
def as_dual(number):
    if isinstance(number, DualNumber):
        return DualNumber(number.value, number.dvalue)
    return DualNumber(float(number), 0)

# %% right: by attribute
def as_dual(number):
    return number if hasattr(number, 'dvalue') else DualNumber(number, 0.0)

# %% right: by trying
def as_dual(number):
    try:
        return DualNumber(number.value, number.dvalue)
    except AttributeError:
        return DualNumber(number, 0)

# %% right: the other way round
def as_dual(number):
    if type(number) in (int, float):
        return DualNumber(float(number), 0.0)
    return number

# %% right: numpy numbers
def as_dual(number):
    import numpy as np

    return number if isinstance(number, DualNumber) else DualNumber(np.float64(number), np.int64(0))

# %% wrong: the seed 1
# says: the seed of a variable
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, 1.0)

# %% wrong: the value as dvalue
# says: you put the value in the place of the dvalue
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, number)

# %% wrong: None as dvalue
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, None)

# %% wrong: wraps dual numbers again
# says: should be a plain number
def as_dual(number):
    return DualNumber(number, 0.0)

# %% wrong: dual numbers lose their tangent
# says: you treat every number as a constant
def as_dual(number):
    value = number.value if isinstance(number, DualNumber) else number
    return DualNumber(value, 0.0)

# %% wrong: dual numbers restarted with the seed 1
# says: the seed 1
def as_dual(number):
    value = number.value if isinstance(number, DualNumber) else number
    return DualNumber(value, 1.0 if isinstance(number, DualNumber) else 0.0)

# %% wrong: the plain number as it is
# says: but gives a float
def as_dual(number):
    return number

# %% wrong: nothing for plain numbers
def as_dual(number):
    if isinstance(number, DualNumber):
        return number

# %% wrong: int() of the number
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(int(number), 0.0)

# %% wrong: value and dvalue exchanged
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(0.0, number)

# %% wrong: every constant is 3
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(3.0, 0.0)

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


def as_dual(number):
    return Anything()

# %% wrong: no return for a DualNumber
# says: return
def as_dual(number):
    if not isinstance(number, DualNumber):
        return DualNumber(float(number), 0.0)

# %% wrong: floats only
# says: as_dual(3) should give an object
def as_dual(number):
    if isinstance(number, float):
        return DualNumber(number, 0.0)
    return number

# %% wrong: gives its first answer to every question
def as_dual(number):
    """A plain number as a DualNumber that does not move; a DualNumber as it is."""
    if isinstance(number, DualNumber):
        return number
    return DualNumber(float(number), 0.0)


honest, kept = as_dual, []


def as_dual(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def as_dual(number):
    """A plain number as a DualNumber that does not move; a DualNumber as it is."""
    if isinstance(number, DualNumber):
        return number
    return DualNumber(float(number), 0.0)


honest = as_dual


def as_dual(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def as_dual(*given):
    return given[0]
