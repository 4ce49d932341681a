# %% right: divided by the cosine squared
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value) ** 2)

# %% right: 1 + tan squared
def tan(x):
    t = math.tan(x.value)
    return DualNumber(t, (1 + t * t) * x.dvalue)

# %% right: sin / cos of dual numbers
def tan(x):
    return sin(x) / cos(x)

# %% right: the quotient rule written out
def tan(x):
    s, c = math.sin(x.value), math.cos(x.value)
    return DualNumber(s / c, (c * c + s * s) / (c * c) * x.dvalue)

# %% right: secant squared, math.pow
def tan(x):
    return DualNumber(math.tan(x.value), math.pow(1 / math.cos(x.value), 2) * x.dvalue)

# %% wrong: factor dvalue missing
# says: leaves out the factor that arrives from before
def tan(x):
    return DualNumber(math.tan(x.value), 1 / math.cos(x.value) ** 2)

# %% wrong: sign
# says: has the wrong sign
def tan(x):
    return DualNumber(math.tan(x.value), -x.dvalue / math.cos(x.value) ** 2)

# %% wrong: 1 / cos(2x)
# says: takes the cosine of 2x
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(2 * x.value))

# %% wrong: 1 / cos(x**2)
# says: takes the cosine of x squared
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value ** 2))

# %% wrong: no square
# says: has the cosine without its square
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value))

# %% wrong: times the cosine squared
# says: multiplies by the square of the cosine
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue * math.cos(x.value) ** 2)

# %% wrong: 1 - tan squared
# says: wrong sign inside
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue * (1 - math.tan(x.value) ** 2))

# %% wrong: sine for cosine
# says: divides by the square of the sine
def tan(x):
    return DualNumber(math.tan(x.value), x.dvalue / math.sin(x.value) ** 2)

# %% wrong: value is sin * cos
def tan(x):
    return DualNumber(math.sin(x.value) * math.cos(x.value), x.dvalue / math.cos(x.value) ** 2)

# %% wrong: brackets: everything squared
# says: squares the factor x.dvalue as well
def tan(x):
    return DualNumber(math.tan(x.value), (x.dvalue / math.cos(x.value)) ** 2)

# %% wrong: value where dvalue belongs
# says: uses value where dvalue belongs
def tan(x):
    return DualNumber(math.tan(x.value), x.value / math.cos(x.value) ** 2)

# %% wrong: calls itself
# says: calls itself
def tan(x):
    return DualNumber(tan(x).value, x.dvalue / math.cos(x.value) ** 2)
