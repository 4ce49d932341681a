# %% right: integer weights
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1, z))
    other.children.append((1, z))
    return z


Var.__add__ = add

# %% right: accepts plain numbers too, with __radd__
def add(self, other):
    other = other if isinstance(other, Var) else Var(other)
    z = Var(self.value + other.value)
    for operand in (self, other):
        operand.children.append((1.0, z))
    return z


Var.__add__ = Var.__radd__ = add

# %% right: lists for pairs, made by +=
def add(self, other):
    z = Var(self.value + other.value)
    self.children += [[1.0, z]]
    other.children += [[1.0, z]]
    return z


Var.__add__ = add

# %% right: a helper for all operators, a __repr__ of its own and a print
def two_pairs(value, first, first_weight, second, second_weight):
    z = Var(value)
    first.children.append((first_weight, z))
    second.children.append((second_weight, z))
    return z


def add(self, other):
    return two_pairs(self.value + other.value, self, 1.0, other, 1.0)


def __repr__(self):
    return "Var of " + str(self.value)


Var.__add__ = add
Var.__repr__ = __repr__
print(Var(1.0) + Var(2.0))

# %% right: the whole class in one cell
class Var:
    def __init__(self, value):
        self.value = value
        self.children = []
        self.grad_value = None

    def grad(self):
        if self.grad_value is None:
            self.grad_value = sum(weight * var.grad() for weight, var in self.children)
        return self.grad_value

    def __mul__(self, other):
        z = Var(self.value * other.value)
        self.children.append((other.value, z))
        other.children.append((self.value, z))
        return z

    def __add__(self, other):
        z = Var(self.value + other.value)
        self.children.append((1.0, z))
        other.children.append((1.0, z))
        return z

# %% wrong: only the first operand gets a pair
# says: The weight of b is 0 in your code
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: only the second operand gets a pair
# says: The weight of a is 0 in your code
def add(self, other):
    z = Var(self.value + other.value)
    other.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: the weights of a product
# says: The weight of a is b in your code
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((other.value, z))
    other.children.append((self.value, z))
    return z


Var.__add__ = add

# %% wrong: bare numbers appended instead of pairs
# says: pairs (weight, z), not bare numbers
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append(1.0)
    other.children.append(1.0)
    return z


Var.__add__ = add

# %% wrong: the list of children is replaced
# says: an earlier use of a was overwritten instead of added to
def add(self, other):
    z = Var(self.value + other.value)
    self.children = [(1.0, z)]
    if other is not self:
        other.children = [(1.0, z)]
    else:
        self.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: the second weight is that of a difference
# says: The weight of b is -1 in your code
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z


Var.__add__ = add

# %% wrong: a + a leaves one pair only
# says: a + a counts only once
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    if other is not self:
        other.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: returns a plain number
def add(self, other):
    return self.value + other.value


Var.__add__ = add

# %% wrong: the result is not returned
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))


Var.__add__ = add

# %% wrong: the value is the product
def add(self, other):
    z = Var(self.value * other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: pairs the wrong way round
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((z, 1.0))
    other.children.append((z, 1.0))
    return z


Var.__add__ = add

# %% right: numpy numbers
import numpy as np


def add(self, other):
    z = Var(np.float64(self.value) + np.float64(other.value))
    self.children.append((np.float64(1.0), z))
    other.children.append((np.float64(1.0), z))
    return z


Var.__add__ = add

# %% wrong: changes its operand and returns it
# says: changes its operand a
def add(self, other):
    self.value = self.value + other.value
    return self


Var.__add__ = add

# %% wrong: the operand comes back
def add(self, other):
    return self


Var.__add__ = add

# %% wrong: a constant
def add(self, other):
    return Var(7.0)


Var.__add__ = add

# %% wrong: the weight is the new Var
# says: a weight in .children is not a plain number
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((z, z))
    other.children.append((z, z))
    return z


Var.__add__ = add

# %% wrong: adds with + inside its own rule
# says: calls itself
def add(self, other):
    z = self + other
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z


Var.__add__ = add


# %% wrong: an operand in place of z in the pair
# says: the children point in a circle
def add(self, other):
    z = Var(self.value + other.value)
    self.children.append((1.0, other))
    other.children.append((1.0, z))
    return z


Var.__add__ = add

# %% wrong: gives its first answer to every question
def add(self, other):
    """self + other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z


honest, kept = add, []


def add(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Var.__add__ = add

# %% wrong: gives what is not a number
def add(self, other):
    """self + other, with a pair (weight, z) left in the children of both."""
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z


honest = add


def add(*given):
    honest(*given)
    return float("nan")


Var.__add__ = add

# %% wrong: gives back what it was given
def add(*given):
    return given[0]


Var.__add__ = add
