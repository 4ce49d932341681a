# %% right: full rule with the logarithm of the base
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((self.value**other.value * math.log(self.value), z))
    return z


Var.__pow__ = power

# %% right: math.pow and the quotient
def power(self, other):
    a, n = self.value, other.value
    p = math.pow(a, n)
    z = Var(p)
    self.children.append((n * p / a, z))
    other.children.append((math.log(a) * p, z))
    return z


Var.__pow__ = power

# %% right: isinstance on the exponent
def power(self, other):
    if not isinstance(other, Var):
        z = Var(self.value**other)
        self.children.append((other * self.value ** (other - 1), z))
        return z
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z


Var.__pow__ = power

# %% right: through logarithm and exponential
def my_log(a):
    z = Var(math.log(a.value))
    a.children.append((1 / a.value, z))
    return z


def my_exp(a):
    z = Var(math.exp(a.value))
    a.children.append((z.value, z))
    return z


def power(self, other):
    return my_exp(other * my_log(self))


Var.__pow__ = power

# %% right: zero for a base that is not positive
import numpy as np


def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * np.log(self.value) if self.value > 0 else 0.0, z))
    return z


Var.__pow__ = power

# %% wrong: the exponent is a constant
# says: The weight of b is 0 in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    return z


Var.__pow__ = power

# %% wrong: log1p for log
# says: The weight of b is a**b*log1p(a) in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log1p(self.value), z))
    return z


Var.__pow__ = power

# %% wrong: brackets, (a*n)**(n-1)
# says: The weight of a is (a*b)**(b - 1) in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append(((self.value * other.value) ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z


Var.__pow__ = power

# %% wrong: a loop over range(exponent)
# says: float
def power(self, other):
    value = 1.0
    for _ in range(other.value):
        value *= self.value
    z = Var(value)
    self.children.append((other.value * value / self.value, z))
    other.children.append((value * math.log(self.value), z))
    return z


Var.__pow__ = power

# %% wrong: repeated multiplication, whole exponents only
def power(self, other):
    z = Var(1.0)
    for _ in range(int(other.value)):
        z = z * self
    return z


Var.__pow__ = power

# %% wrong: the exponent not lowered
# says: The weight of a is b*a**b in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value**other.value, z))
    other.children.append((z.value * math.log(self.value), z))
    return z


Var.__pow__ = power

# %% wrong: logarithm of the exponent
# says: The weight of b is a**b*log(b) in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(other.value), z))
    return z


Var.__pow__ = power

# %% wrong: no logarithm
# says: The weight of b is a**b in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value, z))
    return z


Var.__pow__ = power

# %% wrong: the power rule for both
# says: The weight of b is b*a**(b - 1) in your code
def power(self, other):
    z = Var(self.value**other.value)
    weight = other.value * self.value ** (other.value - 1)
    self.children.append((weight, z))
    other.children.append((weight, z))
    return z


Var.__pow__ = power

# %% wrong: bare numbers appended instead of pairs
# says: pairs (weight, z), not bare numbers
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append(other.value * self.value ** (other.value - 1))
    other.children.append(z.value * math.log(self.value))
    return z


Var.__pow__ = power

# %% wrong: the logarithm alone
# says: The weight of b is log(a) in your code
def power(self, other):
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((math.log(self.value), z))
    return z


Var.__pow__ = power

# %% wrong: changes its operand and returns it
# says: changes its operand a
def power(self, other):
    self.value = self.value**other.value
    return self


Var.__pow__ = power

# %% wrong: the operand comes back
def power(self, other):
    return self


Var.__pow__ = power

# %% wrong: gives its first answer to every question
def power(self, other):
    """self ** other for a positive base, with a pair (weight, z) left in the children of both."""
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z


honest, kept = power, []


def power(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Var.__pow__ = power

# %% wrong: gives what is not a number
def power(self, other):
    """self ** other for a positive base, with a pair (weight, z) left in the children of both."""
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z


honest = power


def power(*given):
    honest(*given)
    return float("nan")


Var.__pow__ = power

# %% wrong: gives back what it was given
def power(*given):
    return given[0]


Var.__pow__ = power
