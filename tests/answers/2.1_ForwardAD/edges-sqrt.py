# %% right: through the root
def sqrt(x):
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))

# %% right: as a power
def sqrt(x):
    return DualNumber(x.value ** 0.5, 0.5 * x.value ** -0.5 * x.dvalue)

# %% right: by the dual power
def sqrt(x):
    return x ** DualNumber(0.5, 0.0)

# %% right: by the dual power of a plain number
def sqrt(x):
    return x ** 0.5

# %% right: in one line
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / 2 / math.sqrt(x.value))

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 1 / (2 * math.sqrt(x.value)))

# %% wrong: no factor one half
# says: leaves out the factor one half
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / math.sqrt(x.value))

# %% wrong: brackets: / 2 * root
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / 2 * math.sqrt(x.value))

# %% wrong: sign
# says: has the wrong sign
def sqrt(x):
    return DualNumber(math.sqrt(x.value), -x.dvalue / (2 * math.sqrt(x.value)))

# %% wrong: root of the dvalue
def sqrt(x):
    return DualNumber(math.sqrt(x.value), math.sqrt(abs(x.dvalue)))

# %% wrong: divided by 2x
def sqrt(x):
    return DualNumber(math.sqrt(x.value), x.dvalue / (2 * x.value))

# %% wrong: not differentiated
def sqrt(x):
    return DualNumber(math.sqrt(x.value), math.sqrt(x.value) * x.dvalue)

# %% wrong: one half only
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 0.5 * x.dvalue)

# %% wrong: exponent lowered by two
def sqrt(x):
    return DualNumber(math.sqrt(x.value), 0.5 * x.value ** -1.5 * x.dvalue)

# %% wrong: value is the square
def sqrt(x):
    return DualNumber(x.value ** 2, x.dvalue / (2 * math.sqrt(x.value)))

# %% wrong: calls itself
# says: calls itself
def sqrt(x):
    return DualNumber(sqrt(x).value, x.dvalue / (2 * math.sqrt(x.value)))
