# %% right: both parts in one line
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)

# %% right: with names
def subtract(self, other):
    v = self.value - other.value
    d = self.dvalue - other.dvalue
    return DualNumber(v, d)

# %% right: as a sum with the negative
def subtract(self, other):
    return DualNumber(self.value + -other.value, self.dvalue + -1 * other.dvalue)

# %% right: with the unary minus of the class
def subtract(self, other):
    opposite = -other
    return DualNumber(self.value + opposite.value, self.dvalue + opposite.dvalue)

# %% right: type(self) for the class
def subtract(self, other):
    return type(self)(self.value - other.value, self.dvalue - other.dvalue)

# %% right: numpy numbers
def subtract(self, other):
    import numpy as np

    return DualNumber(np.subtract(self.value, other.value), np.float64(self.dvalue) - other.dvalue)

# %% wrong: copied from addition
# says: Your dvalue is da + db
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue + other.dvalue)

# %% wrong: addition altogether
# says: Your value is a + b
def subtract(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)

# %% wrong: copied from the product
# says: is the rule for multiplication
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue * other.value + self.value * other.dvalue)

# %% wrong: da - da
# says: Your dvalue is da - da
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - self.dvalue)

# %% wrong: the wrong way round
# says: has the two operands the wrong way round
def subtract(self, other):
    return DualNumber(self.value - other.value, other.dvalue - self.dvalue)

# %% wrong: both the wrong way round
# says: Your value is b - a
def subtract(self, other):
    return DualNumber(other.value - self.value, other.dvalue - self.dvalue)

# %% wrong: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - other.value)

# %% wrong: self.value where self.dvalue belongs
# says: uses self.value where self.dvalue belongs
def subtract(self, other):
    return DualNumber(self.value - other.value, self.value - other.dvalue)

# %% wrong: second operand taken for a constant
# says: Your dvalue is da
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue)

# %% wrong: both minus
# says: Your dvalue is -da - db
def subtract(self, other):
    return DualNumber(self.value - other.value, -self.dvalue - other.dvalue)

# %% wrong: absolute difference
# says: Your value is abs(a - b)
def subtract(self, other):
    return DualNumber(abs(self.value - other.value), self.dvalue - other.dvalue)

# %% wrong: a constant, right at one point
# says: 0 of 2 point
def subtract(self, other):
    return DualNumber(-1.0, -3.0)

# %% wrong: an argument as it came
# says: 0 of 2 point
def subtract(self, other):
    return self

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


def subtract(self, other):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def subtract(self, other):
    self.value, self.dvalue = self.value - other.value, self.dvalue - other.dvalue
    return self

# %% wrong: gives its first answer to every question
def subtract(self, other):
    """self - other for two DualNumbers."""
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)


honest, kept = subtract, []


def subtract(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def subtract(self, other):
    """self - other for two DualNumbers."""
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)


honest = subtract


def subtract(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def subtract(*given):
    return given[0]
