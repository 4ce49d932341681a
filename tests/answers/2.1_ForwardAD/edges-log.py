# %% right: dvalue over value
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / x.value)

# %% right: 1/x times dvalue
def log(x):
    return DualNumber(math.log(x.value), 1 / x.value * x.dvalue)

# %% right: with a name, base e said
def log(x):
    value = math.log(x.value, math.e)
    return DualNumber(value, x.value ** -1 * x.dvalue)

# %% right: numpy
def log(x):
    import numpy as np

    return DualNumber(np.log(x.value), x.dvalue / x.value)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def log(x):
    return DualNumber(math.log(x.value), 1 / x.value)

# %% wrong: sign
# says: has the wrong sign
def log(x):
    return DualNumber(math.log(x.value), -x.dvalue / x.value)

# %% wrong: upside down
def log(x):
    return DualNumber(math.log(x.value), x.value / x.dvalue)

# %% wrong: times instead of divided
def log(x):
    return DualNumber(math.log(x.value), x.value * x.dvalue)

# %% wrong: base 10
# says: base 10
def log(x):
    return DualNumber(math.log10(x.value), x.dvalue / x.value)

# %% wrong: log1p
# says: log1p
def log(x):
    return DualNumber(math.log1p(x.value), x.dvalue / x.value)

# %% wrong: slope of log1p
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / (1 + x.value))

# %% wrong: logarithm of both parts
def log(x):
    return DualNumber(math.log(x.value), math.log(abs(x.dvalue)))

# %% wrong: divided by the square
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / x.value ** 2)

# %% wrong: dvalue passed on
# says: passes the seed on unchanged
def log(x):
    return DualNumber(math.log(x.value), x.dvalue)

# %% wrong: divided by the logarithm
def log(x):
    return DualNumber(math.log(x.value), x.dvalue / math.log(x.value))

# %% wrong: a plain number
def log(x):
    return math.log(x.value)
