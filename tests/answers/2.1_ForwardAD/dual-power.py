# %% right: the rule of the table
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% right: names for the parts
def power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    c = a ** b
    return DualNumber(c, b * a ** (b - 1) * da + c * math.log(a) * db)

# %% right: logarithmic differentiation
def power(self, other):
    c = self.value ** other.value
    return DualNumber(c, c * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))

# %% right: math.pow
def power(self, other):
    return DualNumber(math.pow(self.value, other.value), other.value * math.pow(self.value, other.value - 1) * self.dvalue + math.pow(self.value, other.value) * math.log(self.value) * other.dvalue)

# %% right: by isinstance on the exponent
def power(self, other):
    if isinstance(other, (int, float)):
        return DualNumber(self.value ** other, other * self.value ** (other - 1) * self.dvalue)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% right: as exp of b*log a
def power(self, other):
    exponent = other.value * math.log(self.value)
    rate = other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value
    return DualNumber(math.exp(exponent), math.exp(exponent) * rate)

# %% right: logarithm only when the exponent moves
def power(self, other):
    dvalue = other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue = dvalue + self.value ** other.value * math.log(self.value) * other.dvalue
    return DualNumber(self.value ** other.value, dvalue)

# %% right: numpy numbers
def power(self, other):
    import numpy as np

    c = np.power(self.value, other.value)
    return DualNumber(c, c * (other.value * self.dvalue / self.value + np.log(self.value) * other.dvalue))

# %% wrong: constant exponents only: no term with a logarithm
# says: no term for a changing exponent
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)

# %% wrong: log1p for log
# says: takes log1p
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log1p(self.value) * other.dvalue)

# %% wrong: brackets: (a*b)**(b - 1)
# says: Your dvalue is (a*b)**(b - 1)*da
def power(self, other):
    return DualNumber(self.value ** other.value, (self.value * other.value) ** (other.value - 1) * self.dvalue)

# %% wrong: brackets: (a*b)**(b - 1), with the other term right
# says: Your dvalue is (a*b)**(b - 1)*da + a**b*log(a)*db
def power(self, other):
    return DualNumber(self.value ** other.value, (self.value * other.value) ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: a loop over range(exponent)
# says: TypeError
def power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(other.value):
        result = result * self
    return result

# %% wrong: a loop over range(int(exponent))
# says: the power's value
def power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(int(other.value)):
        result = result * self
    return result

# %% wrong: exponent not lowered
# says: does not lower the exponent by one
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** other.value * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: exponent missing as a factor
# says: Your dvalue is a**(b - 1)*da + a**b*log(a)*db
def power(self, other):
    return DualNumber(self.value ** other.value, self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: logarithm to base 10
# says: logarithm to base 10
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log10(self.value) * other.dvalue)

# %% wrong: logarithm of the exponent
# says: Your dvalue is b*a**(b - 1)*da + a**b*log(b)*db
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(other.value) * other.dvalue)

# %% wrong: no logarithm in the exponent's term
# says: Your dvalue is b*a**(b - 1)*da + a**b*db
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * other.dvalue)

# %% wrong: only the exponent's term
# says: Your dvalue is a**b*log(a)*db
def power(self, other):
    return DualNumber(self.value ** other.value, self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: minus between the terms
# says: Your dvalue is b*a**(b - 1)*da - a**b*log(a)*db
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue - self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: power of the dvalues
# says: Your dvalue is dx**2
def power(self, other):
    return DualNumber(self.value ** other.value, self.dvalue ** other.value)

# %% wrong: value by ^
# says: TypeError
def power(self, other):
    return DualNumber(self.value ^ other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)

# %% wrong: a constant, right at one point
# says: 0 of 4 point
def power(self, other):
    return DualNumber(81.0, 660.9)

# %% wrong: an argument as it came
# says: 0 of 4 point
def power(self, other):
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


def power(self, other):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def power(self, other):
    self.value, self.dvalue = self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue
    return self

# %% wrong: the exponent's term without other.dvalue
# says: Your dvalue is b*a**(b - 1)*da + a**b*log(a)
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value))

# %% wrong: ** inside its own rule
# says: calls itself
def power(self, other):
    return self ** other

# %% right: constants and exponents that move told apart
def power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    return DualNumber(a ** b, b * a ** (b - 1) * da + (a ** b * math.log(a) * db if db else 0.0))

# %% wrong: brackets of the conditional: a constant exponent gives 0
# says: the dvalue of x ** 2 at
def power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    return DualNumber(a ** b, b * a ** (b - 1) * da + a ** b * math.log(a) * db if db else 0.0)

# %% wrong: no logarithm where the exponent is a whole number
# says: left out where b is a whole number
def power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    return DualNumber(a ** b, b * a ** (b - 1) * da + (a ** b * math.log(a) * db if b != int(b) else 0))

# %% wrong: gives its first answer to every question
def power(self, other):
    """self ** other for two DualNumbers, of which self has a positive value."""
    value = self.value**other.value
    from_base = other.value * self.value ** (other.value - 1) * self.dvalue
    from_exponent = value * math.log(self.value) * other.dvalue
    return DualNumber(value, from_base + from_exponent)


honest, kept = power, []


def power(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def power(self, other):
    """self ** other for two DualNumbers, of which self has a positive value."""
    value = self.value**other.value
    from_base = other.value * self.value ** (other.value - 1) * self.dvalue
    from_exponent = value * math.log(self.value) * other.dvalue
    return DualNumber(value, from_base + from_exponent)


honest = power


def power(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def power(*given):
    return given[0]
