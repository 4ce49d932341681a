# %% right: negative powers
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((other.value**-1, z))
    other.children.append((-self.value * other.value**-2, z))
    return z


Var.__truediv__ = truediv

# %% right: the quotient used again
def truediv(self, other):
    q = self.value / other.value
    z = Var(q)
    self.children.append((1 / other.value, z))
    other.children.append((-q / other.value, z))
    return z


Var.__truediv__ = truediv

# %% right: a product with the reciprocal as a step of its own
def reciprocal(b):
    z = Var(1 / b.value)
    b.children.append((-1 / (b.value * b.value), z))
    return z


def truediv(self, other):
    return self * reciprocal(other)


Var.__truediv__ = truediv

# %% right: math.pow and a check for zero
def truediv(self, other):
    if other.value == 0:
        raise ZeroDivisionError("division by a Var that is 0")
    z = Var(self.value / other.value)
    self.children.append((math.pow(other.value, -1), z))
    other.children.append((-(self.value / math.pow(other.value, 2)), z))
    return z


Var.__truediv__ = truediv

# %% wrong: the second weight divides by b
# says: The weight of b is -a/b in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    other.children.append((-self.value / other.value, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the second weight has the wrong sign
# says: The weight of b is a/b**2 in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    other.children.append((self.value / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: divides, then multiplies
# says: The weight of b is (-a/b)*b in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    other.children.append((-self.value / other.value * other.value, z))
    return z


Var.__truediv__ = truediv

# %% wrong: no division by b squared
# says: The weight of b is -a*b**2 in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    other.children.append((-self.value * other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the first weight is b
# says: the first weight is b instead of 1/b
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the factor a is missing
# says: The weight of b is -1/b**2 in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    other.children.append((-1 / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the divisor is a constant
# says: The weight of b is 0 in your code
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value, z))
    return z


Var.__truediv__ = truediv

# %% wrong: bare numbers appended instead of pairs
# says: pairs (weight, z), not bare numbers
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append(1 / other.value)
    other.children.append(-self.value / other.value**2)
    return z


Var.__truediv__ = truediv

# %% wrong: copied from multiplication
# says: the first weight is b instead of 1/b
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((other.value, z))
    other.children.append((self.value, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the quotient upside down
# says: Your value is b/a
def truediv(self, other):
    z = Var(other.value / self.value)
    self.children.append((1 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: the first weight divided by b squared
# says: the first weight divides by b squared
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1 / other.value**2, z))
    other.children.append((-self.value / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: divides with / inside its own rule
# says: calls itself
def truediv(self, other):
    z = self / other
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z


Var.__truediv__ = truediv

# %% wrong: changes its operand and returns it
# says: changes its operand a
def truediv(self, other):
    self.value = self.value / other.value
    return self


Var.__truediv__ = truediv

# %% wrong: a constant
def truediv(self, other):
    return Var(0.75)


Var.__truediv__ = truediv

# %% wrong: the operand comes back
def truediv(self, other):
    return self


Var.__truediv__ = truediv

# %% wrong: no return
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))


Var.__truediv__ = truediv

# %% wrong: the weights are Vars
# says: a weight in .children is not a plain number
def truediv(self, other):
    z = Var(self.value / other.value)
    self.children.append((z, z))
    other.children.append((z, z))
    return z


Var.__truediv__ = truediv

# %% wrong: gives its first answer to every question
def truediv(self, other):
    """self / other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value / other.value)
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z


honest, kept = truediv, []


def truediv(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Var.__truediv__ = truediv

# %% wrong: gives what is not a number
def truediv(self, other):
    """self / other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value / other.value)
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z


honest = truediv


def truediv(*given):
    honest(*given)
    return float("nan")


Var.__truediv__ = truediv

# %% wrong: gives back what it was given
def truediv(*given):
    return given[0]


Var.__truediv__ = truediv
