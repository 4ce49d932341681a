# %% right: the value is the weight
def exp(x):
    e = math.exp(x.value)
    z = Var(e)
    x.children.append((e, z))
    return z

# %% right: math.e to the power
def exp(x):
    z = Var(math.e**x.value)
    x.children.append((math.e**x.value, z))
    return z

# %% right: the operator **
def exp(x):
    return Var(math.e) ** x

# %% right: numpy
import numpy as np


def exp(x):
    z = Var(np.exp(x.value))
    x.children.append((np.exp(x.value), z))
    return z

# %% wrong: extra factor x
# says: The weight of x is x*exp(x) in your code
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((x.value * math.exp(x.value), z))
    return z

# %% wrong: treated like a power of x
# says: The weight of x is x*exp(x - 1) in your code
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((x.value * math.exp(x.value - 1), z))
    return z

# %% wrong: the exponent lowered
# says: The weight of x is exp(x - 1) in your code
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((math.exp(x.value - 1), z))
    return z

# %% wrong: None for negative numbers
# says: nothing was returned
def exp(x):
    if x.value > 0:
        z = Var(math.exp(x.value))
        x.children.append((z.value, z))
        return z

# %% wrong: calls itself
# says: calls itself for ever
def exp(x):
    z = exp(x)
    x.children.append((z.value, z))
    return z

# %% wrong: weight 1
# says: The weight of x is 1 in your code
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((1.0, z))
    return z

# %% wrong: no pair
# says: The weight of x is 0 in your code
def exp(x):
    return Var(math.exp(x.value))

# %% wrong: a bare number appended
# says: pairs (weight, z), not bare numbers
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append(z.value)
    return z

# %% wrong: minus for negative numbers
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((math.exp(abs(x.value)), z))
    return z

# %% wrong: the list of children is replaced by an empty one afterwards
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((z.value, z))
    x.children = x.children[:0]
    return z

# %% wrong: the weight is the new Var
# says: the weight in x.children is not a plain number
def exp(x):
    z = Var(math.exp(x.value))
    x.children.append((z, z))
    return z

# %% wrong: changes its operand and returns it
# says: exp changes its operand
def exp(x):
    x.value = math.exp(x.value)
    return x

# %% wrong: the operand comes back
def exp(x):
    return x

# %% wrong: gives its first answer to every question
def exp(x):
    """e to the power of a Var."""
    z = Var(math.exp(x.value))
    x.children.append((z.value, z))
    return z


honest, kept = exp, []


def exp(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def exp(x):
    """e to the power of a Var."""
    z = Var(math.exp(x.value))
    x.children.append((z.value, z))
    return z


honest = exp


def exp(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def exp(*given):
    return given[0]
