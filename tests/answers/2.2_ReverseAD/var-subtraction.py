# %% right: integer weights
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((1, z))
    other.children.append((-1, z))
    return z


Var.__sub__ = sub

# %% right: addition of minus one times the other
def sub(self, other):
    return self + Var(-1.0) * other


Var.__sub__ = sub

# %% right: a lambda for the weights and __rsub__
def sub(self, other):
    if not isinstance(other, Var):
        other = Var(other)
    z = Var(self.value + -other.value)
    weight = lambda first: 1.0 if first else -1.0
    self.children.append((weight(True), z))
    other.children.append((weight(False), z))
    return z


Var.__sub__ = sub
Var.__rsub__ = lambda self, other: sub(Var(other), self)

# %% right: loop over the operands
def sub(self, other):
    z = Var(self.value - other.value)
    for operand, weight in ((self, 1.0), (other, -1.0)):
        operand.children.append((weight, z))
    return z


Var.__sub__ = sub

# %% wrong: copied from addition, second weight +1
# says: the second weight has the wrong sign
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z


Var.__sub__ = sub

# %% wrong: copied from multiplication
# says: The weight of a is b in your code
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((other.value, z))
    other.children.append((self.value, z))
    return z


Var.__sub__ = sub

# %% wrong: the minus stands with the first operand
# says: The weight of a is -1 in your code
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((-1.0, z))
    other.children.append((1.0, z))
    return z


Var.__sub__ = sub

# %% wrong: the value is that of a sum
# says: Your value is a + b
def sub(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z


Var.__sub__ = sub

# %% wrong: other minus self
# says: Your value is b - a
def sub(self, other):
    z = Var(other.value - self.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z


Var.__sub__ = sub

# %% wrong: no pair for the second operand
# says: The weight of b is 0 in your code
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    return z


Var.__sub__ = sub

# %% wrong: bare numbers appended instead of pairs
# says: pairs (weight, z), not bare numbers
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append(1.0)
    other.children.append(-1.0)
    return z


Var.__sub__ = sub

# %% wrong: the list of children is replaced
# says: an earlier use was overwritten instead of added to
def sub(self, other):
    z = Var(self.value - other.value)
    self.children = [(1.0, z)]
    other.children = [(-1.0, z)]
    return z


Var.__sub__ = sub

# %% wrong: the weight is minus the value
def sub(self, other):
    z = Var(self.value - other.value)
    self.children.append((self.value, z))
    other.children.append((-other.value, z))
    return z


Var.__sub__ = sub

# %% wrong: changes its operand and returns it
# says: changes its operand a
def sub(self, other):
    self.value = self.value - other.value
    return self


Var.__sub__ = sub

# %% wrong: the operand comes back
def sub(self, other):
    return self


Var.__sub__ = sub

# %% wrong: gives its first answer to every question
def sub(self, other):
    """self - other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z


honest, kept = sub, []


def sub(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Var.__sub__ = sub

# %% wrong: gives what is not a number
def sub(self, other):
    """self - other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z


honest = sub


def sub(*given):
    honest(*given)
    return float("nan")


Var.__sub__ = sub

# %% wrong: gives back what it was given
def sub(*given):
    return given[0]


Var.__sub__ = sub
