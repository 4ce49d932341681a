# %% right: the rule of the table
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% right: names for the parts
def power(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    c = a ** b
    return DualNumber(c, b * a ** (b - 1) * da + c * math.log(a) * db)


DualNumber.__pow__ = power

# %% right: logarithmic differentiation
def power(self, other):
    c = self.value ** other.value
    return DualNumber(c, c * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = power

# %% right: math.pow
def power(self, other):
    return DualNumber(math.pow(self.value, other.value), other.value * math.pow(self.value, other.value - 1) * self.dvalue + math.pow(self.value, other.value) * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% right: by isinstance on the exponent
def power(self, other):
    if isinstance(other, (int, float)):
        return DualNumber(self.value ** other, other * self.value ** (other - 1) * self.dvalue)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% right: as exp of b*log a
def power(self, other):
    exponent = other.value * math.log(self.value)
    rate = other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value
    return DualNumber(math.exp(exponent), math.exp(exponent) * rate)


DualNumber.__pow__ = power

# %% right: logarithm only when the exponent moves
def power(self, other):
    dvalue = other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue = dvalue + self.value ** other.value * math.log(self.value) * other.dvalue
    return DualNumber(self.value ** other.value, dvalue)


DualNumber.__pow__ = power

# %% wrong: constant exponents only: no term with a logarithm
# says: no term for a changing exponent
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)


DualNumber.__pow__ = power

# %% wrong: log1p for log
# says: takes log1p
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log1p(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: brackets: (a*b)**(b - 1)
# says: raises a*b to the power
def power(self, other):
    return DualNumber(self.value ** other.value, (self.value * other.value) ** (other.value - 1) * self.dvalue)


DualNumber.__pow__ = power

# %% wrong: brackets: (a*b)**(b - 1), with the other term right
# says: raises a*b to the power
def power(self, other):
    return DualNumber(self.value ** other.value, (self.value * other.value) ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: a loop over range(exponent)
# says: TypeError
def power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(other.value):
        result = result * self
    return result


DualNumber.__pow__ = power

# %% wrong: a loop over range(int(exponent))
def power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(int(other.value)):
        result = result * self
    return result


DualNumber.__pow__ = power

# %% wrong: exponent not lowered
# says: does not lower the exponent by one
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** other.value * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: exponent missing as a factor
# says: leaves out the exponent as a factor
def power(self, other):
    return DualNumber(self.value ** other.value, self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: logarithm to base 10
# says: logarithm to base 10
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log10(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: logarithm of the exponent
# says: takes the logarithm of the exponent
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(other.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: no logarithm in the exponent's term
# says: leaves out the logarithm of the base
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: only the exponent's term
# says: leaves out the first operand's term
def power(self, other):
    return DualNumber(self.value ** other.value, self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: minus between the terms
# says: wrong sign before the second operand's term
def power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue - self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power

# %% wrong: power of the dvalues
def power(self, other):
    return DualNumber(self.value ** other.value, self.dvalue ** other.value)


DualNumber.__pow__ = power

# %% wrong: value by ^
# says: TypeError
def power(self, other):
    return DualNumber(self.value ^ other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = power
