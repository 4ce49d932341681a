# %% right: sin over cos
def tan(x):
    return sin(x) / cos(x)

# %% right: one plus the square
def tan(x):
    t = math.tan(x.value)
    z = Var(t)
    x.children.append((1 + t * t, z))
    return z

# %% right: math.pow
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((math.pow(1 / math.cos(x.value), 2), z))
    return z

# %% right: quotient of sines and cosines on plain numbers
def tan(x):
    s, c = math.sin(x.value), math.cos(x.value)
    z = Var(s / c)
    x.children.append(((c * c + s * s) / (c * c), z))
    return z

# %% wrong: the sign
# says: The weight of x is -1/cos(x)**2 in your code
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((-1 / math.cos(x.value) ** 2, z))
    return z

# %% wrong: cosine of 2x
# says: The weight of x is 1/cos(2*x) in your code
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((1 / math.cos(2 * x.value), z))
    return z

# %% wrong: cosine of x squared
# says: The weight of x is 1/cos(x**2) in your code
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((1 / math.cos(x.value**2), z))
    return z

# %% wrong: cosine not squared
# says: The weight of x is 1/cos(x) in your code
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((1 / math.cos(x.value), z))
    return z

# %% wrong: multiplies by the square
# says: The weight of x is cos(x)**2 in your code
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append((math.cos(x.value) ** 2, z))
    return z

# %% wrong: one minus the square
# says: The weight of x is 1 - tan(x)**2 in your code
def tan(x):
    t = math.tan(x.value)
    z = Var(t)
    x.children.append((1 - t**2, z))
    return z

# %% wrong: no pair
# says: The weight of x is 0 in your code
def tan(x):
    return Var(math.tan(x.value))

# %% wrong: cos over sin
# says: Your value is cos(x)/sin(x)
def tan(x):
    return cos(x) / sin(x)

# %% wrong: a bare number appended
# says: pairs (weight, z), not bare numbers
def tan(x):
    z = Var(math.tan(x.value))
    x.children.append(1 / math.cos(x.value) ** 2)
    return z

# %% wrong: the list of children is replaced
def tan(x):
    z = Var(math.tan(x.value))
    x.children = []
    x.children.append((1 / math.cos(x.value) ** 2, Var(0.0)))
    return z

# %% wrong: changes its operand and returns it
# says: tan changes its operand
def tan(x):
    x.value = math.tan(x.value)
    return x

# %% wrong: the operand comes back
def tan(x):
    return x

# %% wrong: gives its first answer to every question
def tan(x):
    """The tangent of a Var."""
    z = Var(math.tan(x.value))
    x.children.append((1.0 / math.cos(x.value) ** 2, z))
    return z


honest, kept = tan, []


def tan(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def tan(x):
    """The tangent of a Var."""
    z = Var(math.tan(x.value))
    x.children.append((1.0 / math.cos(x.value) ** 2, z))
    return z


honest = tan


def tan(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def tan(*given):
    return given[0]
