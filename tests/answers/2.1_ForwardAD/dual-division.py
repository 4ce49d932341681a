# %% right: the rule of the table
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)

# %% right: b*b in brackets, names for the parts
def divide(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    return DualNumber(a / b, (b * da - a * db) / (b * b))

# %% right: through the quotient
def divide(self, other):
    q = self.value / other.value
    return DualNumber(q, (self.dvalue - q * other.dvalue) / other.value)

# %% right: by the conjugate: times (b - db eps) above and below
def divide(self, other):
    conjugate = DualNumber(other.value, -other.dvalue)
    above = self * conjugate
    below = other.value * other.value
    return DualNumber(above.value / below, above.dvalue / below)

# %% right: times the reciprocal
def divide(self, other):
    reciprocal = DualNumber(1 / other.value, -other.dvalue / other.value ** 2)
    return self * reciprocal

# %% right: math.pow
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / math.pow(other.value, 2))

# %% right: numpy numbers
def divide(self, other):
    import numpy as np

    a, b = np.float64(self.value), np.float64(other.value)
    return DualNumber(a / b, (b * self.dvalue - a * other.dvalue) / np.square(b))

# %% right: binds names that other cells use
number, result, step, runs, value, point, r, t = range(8)


def divide(self, other):
    return DualNumber(
        self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2
    )

# %% wrong: divides by b instead of b squared
# says: Your dvalue is (da*b - a*db)/b
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value)

# %% wrong: no divisor at all
# says: does not divide by b squared
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value - self.value * other.dvalue)

# %% wrong: / b*b divides, then multiplies
# says: Your dvalue is ((da*b - a*db)/b)*b
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value * other.value)

# %% wrong: (da/b - a*db) / b**2
# says: Your dvalue is (da/b - a*db)/b**2
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue / other.value - self.value * other.dvalue) / other.value ** 2)

# %% wrong: da*(b - db*a) / b**2
# says: Your dvalue is da*(b - db*a)/b**2
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * (other.value - other.dvalue * self.value) / other.value ** 2)

# %% wrong: plus instead of minus
# says: Your dvalue is (da*b + a*db)/b**2
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value + self.value * other.dvalue) / other.value ** 2)

# %% wrong: the wrong way round
# says: has the wrong sign
def divide(self, other):
    return DualNumber(self.value / other.value, (self.value * other.dvalue - self.dvalue * other.value) / other.value ** 2)

# %% wrong: da / db
# says: divides the two tangents
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue / other.dvalue)

# %% wrong: constant divisor only
# says: Your dvalue is da/b
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue / other.value)

# %% wrong: divides by a squared
# says: Your dvalue is (da*b - a*db)/a**2
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / self.value ** 2)

# %% wrong: values mixed up: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.value) / other.value ** 2)

# %% wrong: the rule of the product
# says: is the rule for multiplication
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value + self.value * other.dvalue)

# %% wrong: whole division in the value
# says: rounds down
def divide(self, other):
    return DualNumber(self.value // other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)

# %% wrong: value the wrong way round
# says: Your value is b/a
def divide(self, other):
    return DualNumber(other.value / self.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)

# %% wrong: brackets missing above
# says: Your dvalue is da*b - a*db/b**2
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value - self.value * other.dvalue / other.value ** 2)

# %% wrong: a constant, right at one point
# says: 0 of 4 point
def divide(self, other):
    return DualNumber(0.75, -0.4375)

# %% wrong: an argument as it came
# says: 0 of 4 point
def divide(self, other):
    return self

# %% wrong: an object that equals everything
# says: 0 of 4 point
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


def divide(self, other):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def divide(self, other):
    self.value, self.dvalue = self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2
    return self

# %% wrong: / inside its own rule
# says: calls itself
def divide(self, other):
    return self / other

# %% wrong: no return
# says: return
def divide(self, other):
    result = DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)

# %% wrong: no brackets at all
# says: Your dvalue is da*b - (a*db/b)*b
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value - self.value * other.dvalue / other.value * other.value)

# %% wrong: .value missing at the first operand
# says: with .value and .dvalue, not with the objects
def divide(self, other):
    return DualNumber(self / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)

# %% wrong: .value missing in the divisor of the dvalue
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other)

# %% wrong: gives its first answer to every question
def divide(self, other):
    """self / other for two DualNumbers."""
    return DualNumber(
        self.value / other.value,
        (self.dvalue * other.value - self.value * other.dvalue) / other.value**2,
    )


honest, kept = divide, []


def divide(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def divide(self, other):
    """self / other for two DualNumbers."""
    return DualNumber(
        self.value / other.value,
        (self.dvalue * other.value - self.value * other.dvalue) / other.value**2,
    )


honest = divide


def divide(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def divide(*given):
    return given[0]
