# %% right: both parts in one line
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)


DualNumber.__add__ = add

# %% right: with names
def add(self, other):
    value = self.value + other.value
    dvalue = self.dvalue + other.dvalue
    return DualNumber(value, dvalue)


DualNumber.__add__ = add

# %% right: keyword arguments and sum()
def add(self, other):
    return DualNumber(value=sum([self.value, other.value]), dvalue=sum([self.dvalue, other.dvalue]))


DualNumber.__add__ = add

# %% right: a lambda, and the reflected operator as well
DualNumber.__add__ = lambda self, other: DualNumber(self.value + other.value, self.dvalue + other.dvalue)
DualNumber.__radd__ = DualNumber.__add__

# %% right: accepts plain numbers, prints, and adds a __repr__
def add(self, other):
    if isinstance(other, (int, float)):
        other = DualNumber(other, 0)
    result = DualNumber(other.value + self.value, other.dvalue + self.dvalue)
    print(result)
    return result


DualNumber.__add__ = add
DualNumber.__repr__ = DualNumber.__str__

# %% wrong: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.value)


DualNumber.__add__ = add

# %% wrong: self.value where self.dvalue belongs
# says: uses self.value where self.dvalue belongs
def add(self, other):
    return DualNumber(self.value + other.value, self.value + other.dvalue)


DualNumber.__add__ = add

# %% wrong: values in both places
# says: uses values where dvalues belong
def add(self, other):
    return DualNumber(self.value + other.value, self.value + other.value)


DualNumber.__add__ = add

# %% wrong: own dvalue twice
# says: uses the first operand's part in both terms
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + self.dvalue)


DualNumber.__add__ = add

# %% wrong: dvalues subtracted
# says: wrong sign before the second
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue - other.dvalue)


DualNumber.__add__ = add

# %% wrong: copied from the product
# says: is the rule for multiplication
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue * other.value + self.value * other.dvalue)


DualNumber.__add__ = add

# %% wrong: dvalues multiplied
# says: combines the two tangents as if they were values
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue * other.dvalue)


DualNumber.__add__ = add

# %% wrong: second operand taken for a constant
# says: leaves out the second operand's term
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue)


DualNumber.__add__ = add

# %% wrong: dvalue always 0
# says: is 0: this operation forgets the derivative
def add(self, other):
    return DualNumber(self.value + other.value, 0.0)


DualNumber.__add__ = add

# %% wrong: value wrong
# says: the value at a = 3, b = 4 is 12
def add(self, other):
    return DualNumber(self.value * other.value, self.dvalue + other.dvalue)


DualNumber.__add__ = add

# %% wrong: a plain number instead of a DualNumber
def add(self, other):
    return self.value + other.value


DualNumber.__add__ = add

# %% wrong: forgets to return
def add(self, other):
    DualNumber(self.value + other.value, self.dvalue + other.dvalue)


DualNumber.__add__ = add
