# %% right: two branches
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(0.0, 0.0)

# %% right: conditional expressions
def relu(x):
    return DualNumber(x.value if x.value > 0 else 0.0, x.dvalue if x.value > 0 else 0.0)

# %% right: max and a comparison
def relu(x):
    return DualNumber(max(x.value, 0.0), x.dvalue * (x.value > 0))

# %% right: three branches
def relu(x):
    if x.value < 0:
        return DualNumber(0, 0)
    elif x.value == 0:
        return DualNumber(0, 0)
    else:
        return DualNumber(x.value, 1 * x.dvalue)

# %% right: a slope with a name
def relu(x):
    slope_here = 1.0 if x.value > 0 else 0.0
    return DualNumber(slope_here * x.value, slope_here * x.dvalue)

# %% wrong: slope 1 at 0
# says: you chose the slope 1 at 0
def relu(x):
    if x.value >= 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: slope one half at 0
# says: you chose the slope 1/2 at 0
def relu(x):
    if x.value == 0:
        return DualNumber(0.0, x.dvalue / 2)
    return x if x.value > 0 else DualNumber(0.0, 0.0)

# %% wrong: factor dvalue missing
# says: dx is missing
def relu(x):
    if x.value > 0:
        return DualNumber(x.value, 1.0)
    return DualNumber(0.0, 0.0)

# %% wrong: tangent passes on the flat side
# says: the tangent passes where relu is flat
def relu(x):
    return DualNumber(max(x.value, 0.0), x.dvalue)

# %% wrong: maximum of the tangent
# says: the tangent passes where relu is flat
def relu(x):
    return DualNumber(max(x.value, 0.0), max(x.dvalue, 0.0))

# %% wrong: by the sign of the tangent
def relu(x):
    if x.value > 0 and x.dvalue > 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: absolute value
# says: the value at x = -1.5
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(-x.value, -x.dvalue)

# %% wrong: leaky
def relu(x):
    if x.value > 0:
        return x
    return DualNumber(0.01 * x.value, 0.01 * x.dvalue)

# %% wrong: the wrong side
def relu(x):
    if x.value < 0:
        return x
    return DualNumber(0.0, 0.0)

# %% wrong: nothing on the flat side
def relu(x):
    if x.value > 0:
        return x

# %% wrong: max of the object
def relu(x):
    return max(x, 0.0)

# %% wrong: a plain 0 on the flat side
# says: AttributeError
def relu(x):
    return x if x.value > 0 else 0.0
