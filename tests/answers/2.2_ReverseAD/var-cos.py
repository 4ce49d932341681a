# %% right: minus in front
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append((-1 * math.sin(x.value), z))
    return z

# %% right: sin shifted by a quarter turn
def cos(x):
    return sin(x + Var(math.pi / 2))

# %% right: numpy, and a doctest
import numpy as np


def cos(x):
    """
    >>> cos(Var(0.0)).value
    1.0
    """
    z = Var(float(np.cos(x.value)))
    x.children.append((float(-np.sin(x.value)), z))
    return z

# %% right: plain numbers allowed as well
def cos(x):
    if not isinstance(x, Var):
        return math.cos(x)
    c, s = math.cos(x.value), math.sin(x.value)
    z = Var(c)
    x.children += [(-s, z)]
    return z

# %% wrong: the minus is missing
# says: the minus is missing
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append((math.sin(x.value), z))
    return z

# %% wrong: the weight of sin
# says: The weight of x is cos(x) in your code
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append((math.cos(x.value), z))
    return z

# %% wrong: no pair
# says: The weight of x is 0 in your code
def cos(x):
    return Var(math.cos(x.value))

# %% wrong: a bare number appended
# says: pairs (weight, z), not bare numbers
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append(-math.sin(x.value))
    return z

# %% wrong: calls itself
def cos(x):
    z = cos(x)
    x.children.append((-math.sin(x.value), z))
    return z

# %% wrong: degrees
def cos(x):
    z = Var(math.cos(math.radians(x.value)))
    x.children.append((-math.sin(math.radians(x.value)), z))
    return z

# %% wrong: the list of children is replaced
# says: another use of x was overwritten
def cos(x):
    z = Var(math.cos(x.value))
    x.children = [(-math.sin(x.value), z)]
    return z

# %% wrong: extra factor x
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append((-math.sin(x.value) * x.value, z))
    return z

# %% wrong: the weight has the Var itself in it
def cos(x):
    z = Var(math.cos(x.value))
    x.children.append((-sin(x), z))
    return z

# %% wrong: gives a plain number
def cos(x):
    return math.cos(x.value)

# %% wrong: changes its operand and returns it
# says: cos changes its operand
def cos(x):
    x.value = math.cos(x.value)
    return x

# %% wrong: math.cos of the Var itself
# says: must be real number, not Var
def cos(x):
    z = Var(math.cos(x))
    x.children.append((-math.sin(x.value), z))
    return z

# %% wrong: a constant
def cos(x):
    return Var(0.8775825618903728)

# %% wrong: the operand comes back
def cos(x):
    return x

# %% wrong: gives its first answer to every question
def cos(x):
    """The cosine of a Var, with a pair (weight, z) left in the children of x."""
    z = Var(math.cos(x.value))
    x.children.append((-math.sin(x.value), z))
    return z


honest, kept = cos, []


def cos(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def cos(x):
    """The cosine of a Var, with a pair (weight, z) left in the children of x."""
    z = Var(math.cos(x.value))
    x.children.append((-math.sin(x.value), z))
    return z


honest = cos


def cos(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def cos(*given):
    return given[0]
