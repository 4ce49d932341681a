# %% right: the rule of the table
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% right: b*b in brackets, names for the parts
def divide(self, other):
    a, da, b, db = self.value, self.dvalue, other.value, other.dvalue
    return DualNumber(a / b, (b * da - a * db) / (b * b))


DualNumber.__truediv__ = divide

# %% right: through the quotient
def divide(self, other):
    q = self.value / other.value
    return DualNumber(q, (self.dvalue - q * other.dvalue) / other.value)


DualNumber.__truediv__ = divide

# %% right: by the conjugate: times (b - db eps) above and below
def divide(self, other):
    conjugate = DualNumber(other.value, -other.dvalue)
    above = self * conjugate
    below = other.value * other.value
    return DualNumber(above.value / below, above.dvalue / below)


DualNumber.__truediv__ = divide

# %% right: times the reciprocal
def divide(self, other):
    reciprocal = DualNumber(1 / other.value, -other.dvalue / other.value ** 2)
    return self * reciprocal


DualNumber.__truediv__ = divide

# %% right: math.pow
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / math.pow(other.value, 2))


DualNumber.__truediv__ = divide

# %% wrong: divides by b instead of b squared
# says: divides by b instead of b squared
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value)


DualNumber.__truediv__ = divide

# %% wrong: no divisor at all
# says: does not divide by b squared
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value - self.value * other.dvalue)


DualNumber.__truediv__ = divide

# %% wrong: / b*b divides, then multiplies
# says: divides and then multiplies again
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value * other.value)


DualNumber.__truediv__ = divide

# %% wrong: (da/b - a*db) / b**2
# says: has da / b where b * da belongs
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue / other.value - self.value * other.dvalue) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: da*(b - db*a) / b**2
# says: multiplies both terms by da
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * (other.value - other.dvalue * self.value) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: plus instead of minus
# says: wrong sign before the second operand's term
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value + self.value * other.dvalue) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: the wrong way round
# says: has the wrong sign
def divide(self, other):
    return DualNumber(self.value / other.value, (self.value * other.dvalue - self.dvalue * other.value) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: da / db
# says: divides the two tangents
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue / other.dvalue)


DualNumber.__truediv__ = divide

# %% wrong: constant divisor only
# says: leaves out the second operand's term
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue / other.value)


DualNumber.__truediv__ = divide

# %% wrong: divides by a squared
# says: divides by a squared
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.dvalue) / self.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: values mixed up: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def divide(self, other):
    return DualNumber(self.value / other.value, (self.dvalue * other.value - self.value * other.value) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: the rule of the product
# says: is the rule for multiplication
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value + self.value * other.dvalue)


DualNumber.__truediv__ = divide

# %% wrong: whole division in the value
# says: rounded down
def divide(self, other):
    return DualNumber(self.value // other.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: value the wrong way round
# says: you computed b / a
def divide(self, other):
    return DualNumber(other.value / self.value, (self.dvalue * other.value - self.value * other.dvalue) / other.value ** 2)


DualNumber.__truediv__ = divide

# %% wrong: brackets missing above
def divide(self, other):
    return DualNumber(self.value / other.value, self.dvalue * other.value - self.value * other.dvalue / other.value ** 2)


DualNumber.__truediv__ = divide
