# %% right: its own value as the slope
def exp(x):
    value = math.exp(x.value)
    return DualNumber(value, value * x.dvalue)

# %% right: in one line
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value) * x.dvalue)

# %% right: math.e to the power
def exp(x):
    return DualNumber(math.e ** x.value, x.dvalue * math.e ** x.value)

# %% right: math.pow
def exp(x):
    return DualNumber(math.pow(math.e, x.value), math.pow(math.e, x.value) * x.dvalue)

# %% right: a helper from elsewhere
def exp(x):
    from math import exp as real_exp

    return DualNumber(real_exp(x.value), real_exp(x.value) * x.dvalue)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value))

# %% wrong: extra factor x
# says: has an extra factor x
def exp(x):
    return DualNumber(math.exp(x.value), x.value * math.exp(x.value) * x.dvalue)

# %% wrong: e to the dvalue
# says: raises e to the dvalue
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.dvalue))

# %% wrong: calls itself
def exp(x):
    return DualNumber(exp(x.value), exp(x.value) * x.dvalue)

# %% wrong: calls itself for ever
# says: calls itself
def exp(x):
    value = exp(x)
    return DualNumber(value, value * x.dvalue)

# %% wrong: power rule
# says: treats e**x like a power of x
def exp(x):
    return DualNumber(math.exp(x.value), x.value * math.exp(x.value - 1) * x.dvalue)

# %% wrong: sign
# says: has the wrong sign
def exp(x):
    return DualNumber(math.exp(x.value), -math.exp(x.value) * x.dvalue)

# %% wrong: value where dvalue belongs, e to the power x - 1
# says: the exponent is not lowered
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value - 1) * x.dvalue)

# %% wrong: dvalue passed on
# says: passes the seed on unchanged
def exp(x):
    return DualNumber(math.exp(x.value), x.dvalue)

# %% wrong: nothing for negative x
def exp(x):
    if x.value < 0:
        return None
    return DualNumber(math.exp(x.value), math.exp(x.value) * x.dvalue)

# %% wrong: base 2
def exp(x):
    return DualNumber(2 ** x.value, 2 ** x.value * x.dvalue)

# %% wrong: the sum instead of the product
# says: adds the seed where the chain rule multiplies
def exp(x):
    return DualNumber(math.exp(x.value), math.exp(x.value) + x.dvalue)
