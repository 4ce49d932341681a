# %% right: both parts in one line
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)

# %% right: with names
def add(self, other):
    value = self.value + other.value
    dvalue = self.dvalue + other.dvalue
    return DualNumber(value, dvalue)

# %% right: keyword arguments and sum()
def add(self, other):
    return DualNumber(value=sum([self.value, other.value]), dvalue=sum([self.dvalue, other.dvalue]))

# %% right: a lambda
add = lambda self, other: DualNumber(self.value + other.value, self.dvalue + other.dvalue)

# %% right: accepts plain numbers, prints, and adds a __repr__
def add(self, other):
    if isinstance(other, (int, float)):
        other = DualNumber(other, 0)
    result = DualNumber(other.value + self.value, other.dvalue + self.dvalue)
    print(result)
    return result
DualNumber.__repr__ = DualNumber.__str__

# %% right: attached to the class, as the first edition of the lab asked
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)


DualNumber.__add__ = add

# %% right: numpy numbers
def add(self, other):
    import numpy as np

    return DualNumber(np.add(self.value, other.value), np.add(self.dvalue, other.dvalue))

# %% wrong: other.value where other.dvalue belongs
# says: uses other.value where other.dvalue belongs
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + other.value)

# %% wrong: self.value where self.dvalue belongs
# says: uses self.value where self.dvalue belongs
def add(self, other):
    return DualNumber(self.value + other.value, self.value + other.dvalue)

# %% wrong: values in both places
# says: uses values where dvalues belong
def add(self, other):
    return DualNumber(self.value + other.value, self.value + other.value)

# %% wrong: own dvalue twice
# says: Your dvalue is da + da
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue + self.dvalue)

# %% wrong: dvalues subtracted
# says: Your dvalue is da - db
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue - other.dvalue)

# %% wrong: copied from the product
# says: is the rule for multiplication
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue * other.value + self.value * other.dvalue)

# %% wrong: dvalues multiplied
# says: combines the two tangents as if they were values
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue * other.dvalue)

# %% wrong: second operand taken for a constant
# says: Your dvalue is da
def add(self, other):
    return DualNumber(self.value + other.value, self.dvalue)

# %% wrong: dvalue always 0
# says: is 0: this operation forgets the derivative
def add(self, other):
    return DualNumber(self.value + other.value, 0.0)

# %% wrong: value wrong
# says: Your value is a*b
def add(self, other):
    return DualNumber(self.value * other.value, self.dvalue + other.dvalue)

# %% wrong: a plain number instead of a DualNumber
def add(self, other):
    return self.value + other.value

# %% wrong: forgets to return
def add(self, other):
    DualNumber(self.value + other.value, self.dvalue + other.dvalue)

# %% wrong: a constant, right at one point
# says: 0 of 2 point
def add(self, other):
    return DualNumber(7.0, 7.0)

# %% wrong: an argument as it came
# says: 0 of 2 point
def add(self, other):
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


def add(self, other):
    return Anything()

# %% wrong: changes its operand and returns it
# says: changes its operand
def add(self, other):
    self.value, self.dvalue = self.value + other.value, self.dvalue + other.dvalue
    return self

# %% wrong: gives its first answer to every question
def add(self, other):
    """self + other for two DualNumbers."""
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)


honest, kept = add, []


def add(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def add(self, other):
    """self + other for two DualNumbers."""
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)


honest = add


def add(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def add(*given):
    return given[0]
