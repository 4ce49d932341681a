# %% right: as sin does it
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)

# %% right: with names
def cos(x):
    value, slope_here = math.cos(x.value), -math.sin(x.value)
    return DualNumber(value, slope_here * x.dvalue)

# %% right: minus at the dvalue
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value) * -x.dvalue)

# %% right: by the given sin, shifted
def cos(x):
    return sin(DualNumber(x.value + math.pi / 2, x.dvalue))

# %% right: numpy
def cos(x):
    import numpy as np

    return DualNumber(np.cos(x.value), -np.sin(x.value) * x.dvalue)

# %% wrong: minus missing
# says: has the wrong sign
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value) * x.dvalue)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value))

# %% wrong: minus and factor missing
# says: wrong sign, and leaves out the factor
def cos(x):
    return DualNumber(math.cos(x.value), math.sin(x.value))

# %% wrong: copied from sin
# says: is the rule for sin
def cos(x):
    return DualNumber(math.cos(x.value), math.cos(x.value) * x.dvalue)

# %% wrong: value and slope exchanged
def cos(x):
    return DualNumber(-math.sin(x.value), math.cos(x.value) * x.dvalue)

# %% wrong: value is the sine
# says: you took the sine
def cos(x):
    return DualNumber(math.sin(x.value), -math.sin(x.value) * x.dvalue)

# %% wrong: value where dvalue belongs
# says: uses value where dvalue belongs
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.value)

# %% wrong: the sine of the dvalue
def cos(x):
    return DualNumber(math.cos(x.value), -math.sin(x.dvalue) * x.value)

# %% wrong: passes the seed on
# says: passes the seed on unchanged
def cos(x):
    return DualNumber(math.cos(x.value), x.dvalue)

# %% wrong: a plain number
def cos(x):
    return math.cos(x.value)

# %% wrong: math.cos of the object
# says: TypeError
def cos(x):
    return math.cos(x)
