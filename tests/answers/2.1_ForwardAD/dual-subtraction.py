# %% right: both parts in one line
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)


DualNumber.__sub__ = subtract

# %% right: with names
def subtract(self, other):
    v = self.value - other.value
    d = self.dvalue - other.dvalue
    return DualNumber(v, d)


DualNumber.__sub__ = subtract

# %% right: as a sum with the negative
def subtract(self, other):
    return DualNumber(self.value + -other.value, self.dvalue + -1 * other.dvalue)


DualNumber.__sub__ = subtract

# %% right: through a negation that is defined here
def negative(self):
    return DualNumber(-self.value, -self.dvalue)


DualNumber.__neg__ = negative
DualNumber.__sub__ = lambda self, other: DualNumber(self.value + (-other).value, self.dvalue + (-other).dvalue)

# %% right: type(self) for the class
def subtract(self, other):
    return type(self)(self.value - other.value, self.dvalue - other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: copied from addition
# says: wrong sign before the second operand's term
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue + other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: addition altogether
# says: you added
def subtract(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: copied from the product
# says: is the rule for multiplication
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue * other.value + self.value * other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: da - da
# says: uses the first operand's part in both terms
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - self.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: the wrong way round
# says: has the two operands the wrong way round
def subtract(self, other):
    return DualNumber(self.value - other.value, other.dvalue - self.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: both the wrong way round
# says: you computed b - a
def subtract(self, other):
    return DualNumber(other.value - self.value, other.dvalue - self.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue - other.value)


DualNumber.__sub__ = subtract

# %% wrong: self.value where self.dvalue belongs
# says: uses self.value where self.dvalue belongs
def subtract(self, other):
    return DualNumber(self.value - other.value, self.value - other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: second operand taken for a constant
# says: leaves out the second operand's term
def subtract(self, other):
    return DualNumber(self.value - other.value, self.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: both minus
# says: wrong sign before the first operand's term
def subtract(self, other):
    return DualNumber(self.value - other.value, -self.dvalue - other.dvalue)


DualNumber.__sub__ = subtract

# %% wrong: absolute difference
# says: you computed b - a
def subtract(self, other):
    return DualNumber(abs(self.value - other.value), self.dvalue - other.dvalue)


DualNumber.__sub__ = subtract
