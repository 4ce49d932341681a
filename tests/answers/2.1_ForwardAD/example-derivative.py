# %% right: as calculus has it
def derivative(x, y):
    return y + math.cos(x)

# %% right: terms in another order, with names
def derivative(x, y):
    from_product = y
    from_sine = math.cos(x)
    return from_sine + from_product

# %% right: a lambda
derivative = lambda x, y: y + math.cos(x)

# %% right: by the given dual numbers after all
def derivative(x, y):
    return (DualNumber(x, 1.0) * DualNumber(y, 0.0)).dvalue + sin(DualNumber(x, 1.0)).dvalue

# %% right: numpy
def derivative(x, y):
    import numpy as np

    return y + np.cos(x)

# %% wrong: dz/dy
# says: that is dz/dy
def derivative(x, y):
    return x

# %% wrong: sign of the cosine
# says: the sign of the second term is wrong
def derivative(x, y):
    return y - math.cos(x)

# %% wrong: sine not differentiated
# says: sin was not differentiated
def derivative(x, y):
    return y + math.sin(x)

# %% wrong: sine left out
# says: the second term is missing
def derivative(x, y):
    return y

# %% wrong: product left out
# says: the first term is missing
def derivative(x, y):
    return math.cos(x)

# %% wrong: product not differentiated
# says: x*y was not differentiated
def derivative(x, y):
    return x * y + math.cos(x)

# %% wrong: x instead of y
# says: x*y became x instead of y
def derivative(x, y):
    return x + math.cos(x)

# %% wrong: cosine of y
# says: the cosine is that of y
def derivative(x, y):
    return y + math.cos(y)

# %% wrong: both partial derivatives
# says: both partial derivatives were added
def derivative(x, y):
    return y + math.cos(x) + x

# %% wrong: the number for one point
# says: the function returns the number for
def derivative(x, y):
    return 4.2 + math.cos(0.5)

# %% wrong: degrees
def derivative(x, y):
    return y + math.cos(math.radians(x))

# %% wrong: a number in place of a function
# says: TypeError
derivative = 4.2 + math.cos(0.5)

# %% wrong: printed and not returned
# says: not done yet
def derivative(x, y):
    print(y + math.cos(x))

# %% wrong: a pair of both
# says: should be a plain number
def derivative(x, y):
    return y + math.cos(x), x
