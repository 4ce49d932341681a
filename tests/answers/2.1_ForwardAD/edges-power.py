# %% right: two cases
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% right: terms added as needed
def any_power(self, other):
    value = self.value ** other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)

# %% right: the earlier power for the moving exponent
def any_power(self, other):
    if other.dvalue:
        return power(self, other)
    if not other.value:
        return DualNumber(1, 0)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)

# %% right: catching the error of the logarithm
def any_power(self, other):
    def term(compute):
        try:
            return compute()
        except (ValueError, ZeroDivisionError):
            return 0.0

    from_base = term(lambda: other.value * self.value ** (other.value - 1) * self.dvalue)
    from_exponent = term(lambda: self.value ** other.value * math.log(self.value) * other.dvalue)
    return DualNumber(self.value ** other.value, from_base + from_exponent)

# %% right: conditional expressions
def any_power(self, other):
    n, a = other.value, self.value
    factor = n * a ** (n - 1) if n else 0.0
    return DualNumber(a ** n, factor * self.dvalue + (a ** n * math.log(a) * other.dvalue if other.dvalue else 0.0))

# %% right: numpy numbers
def any_power(self, other):
    import numpy as np

    a, b = np.float64(self.value), float(other.value)
    slope_of_base = 0.0 if b == 0 else b * a ** (b - 1)
    moved = a**b * np.log(a) * other.dvalue if other.dvalue != 0 else 0.0
    return DualNumber(a**b, slope_of_base * self.dvalue + moved)

# %% wrong: as before: the logarithm of a negative number
# says: ValueError
def any_power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: the logarithm of abs(a), times 0
# says: ValueError
def any_power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(abs(self.value)) * other.dvalue)

# %% wrong: the sign of the base taken away
# says: Your dvalue is -3*abs(x)**2*dx at these inputs
def any_power(self, other):
    if other.dvalue == 0:
        a = abs(self.value)
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, -other.value * a ** (other.value - 1) * self.dvalue if self.value < 0 else other.value * a ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: factor dvalue missing
# says: Your dvalue is 3*x**2
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1))
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: exponent not lowered
# says: Your dvalue is 3*x**3*dx
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** other.value * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: x ** 0 by the rule: divides by zero at 0
# says: ZeroDivisionError
def any_power(self, other):
    if other.dvalue == 0:
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: no term for a moving exponent
# says: no term for a changing exponent
def any_power(self, other):
    if other.value == 0:
        return DualNumber(1.0, 0.0)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)

# %% wrong: 0 for every base that is not positive
# says: the value of x ** 3
def any_power(self, other):
    if self.value <= 0:
        return DualNumber(0.0, 0.0)
    return power(self, other)

# %% wrong: a loop of products for every exponent
# says: Your value is x*x
def any_power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(int(other.value)):
        result = result * self
    return result

# %% wrong: log1p for the moving exponent
# says: takes log1p
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log1p(self.value) + other.value * self.dvalue / self.value))

# %% wrong: the dvalue of x ** 0 is that of x
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, self.dvalue)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: x ** 0 is 0
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(0.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% wrong: a constant, right at one point
# says: 0 of 3 point
def any_power(self, other):
    return DualNumber(-8.0, 24.0)

# %% wrong: an argument as it came
# says: 0 of 3 point
def any_power(self, other):
    return self

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


def any_power(self, other):
    return Anything()

# %% wrong: calls itself where the exponent moves
# says: calls itself
def any_power(self, other):
    if other.dvalue != 0:
        return any_power(self, other)
    if other.value == 0:
        return DualNumber(1.0, 0.0)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)

# %% wrong: whole exponents only, by int()
# says: Your value is x**2
def any_power(self, other):
    if other.dvalue != 0:
        return power(self, other)
    n = int(other.value)
    if n == 0:
        return DualNumber(1.0, 0.0)
    return DualNumber(self.value ** n, n * self.value ** (n - 1) * self.dvalue)

# %% wrong: repeated multiplication where the exponent stands still
# says: Your value is x*x
def any_power(self, other):
    if other.dvalue != 0:
        return power(self, other)
    result = DualNumber(1.0, 0.0)
    for _ in range(int(abs(other.value))):
        result = result * self
    return result

# %% wrong: no case for the exponent 0
# says: ZeroDivisionError
def any_power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    dvalue = b * a ** (b - 1) * da
    if db != 0:
        dvalue += a ** b * math.log(a) * db
    return DualNumber(a ** b, dvalue)

# %% wrong: every power is 0 at 0
# says: x ** 1 is x
def any_power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    if a == 0:
        return DualNumber(0.0, 0.0)
    return DualNumber(a ** b, b * a ** (b - 1) * da + (a ** b * math.log(a) * db if db else 0.0))

# %% wrong: gives its first answer to every question
def any_power(self, other):
    """self ** other for two DualNumbers; self may be zero or negative if other does not move."""
    value = self.value**other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)


honest, kept = any_power, []


def any_power(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def any_power(self, other):
    """self ** other for two DualNumbers; self may be zero or negative if other does not move."""
    value = self.value**other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)


honest = any_power


def any_power(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def any_power(*given):
    return given[0]
