# %% right: the polynomial
def by_hand(x):
    z = x**2 + x**4
    dz = 2 * x + 4 * x**3
    return z, dz

# %% right: Horner, as a list
def by_hand(x):
    return [(x * x + 1) * x * x, (4 * x * x + 2) * x]

# %% right: value by the loop, derivative by the product rule
def by_hand(x):
    z, dz = 1.0, 0.0
    for i in 0, 1:
        z, dz = (z + i) * x * x, dz * x * x + (z + i) * 2 * x
    return z, dz

# %% right: math.pow and a helper
def value(x):
    return math.pow(x, 4) + math.pow(x, 2)


def by_hand(x):
    derivative = 4 * math.pow(x, 3) + 2 * x
    return (value(x), derivative)

# %% wrong: only one pass
# says: the loop stops after one pass
def by_hand(x):
    return x**2, 2 * x

# %% wrong: the z of the first pass is a constant
# says: the z of the first pass is treated as a constant
def by_hand(x):
    return x**4 + x**2, (x**2 + 1) * 2 * x

# %% wrong: i counts from 1
# says: i counts 1, 2 instead of 0, 1
def by_hand(x):
    return 2 * x**4 + 2 * x**2, 8 * x**3 + 4 * x

# %% wrong: the numbers at 0.5
# says: the point is fixed at x = 0.5
def by_hand(x):
    return 0.3125, 1.5

# %% wrong: a pass too many
# says: a pass too many is made
def by_hand(x):
    return (x**4 + x**2 + 2) * x**2, 6 * x**5 + 4 * x**3 + 4 * x

# %% wrong: value and derivative exchanged
# says: value and derivative have changed places
def by_hand(x):
    return 4 * x**3 + 2 * x, x**4 + x**2

# %% wrong: only the highest power is differentiated
# says: only the highest power is differentiated
def by_hand(x):
    return x**4 + x**2, 4 * x**3

# %% wrong: i is never added
# says: i is never added
def by_hand(x):
    return x**4, 4 * x**3

# %% wrong: exponents not lowered
# says: the exponents are not lowered
def by_hand(x):
    return x**4 + x**2, 4 * x**4 + 2 * x**2

# %% wrong: the value twice
# says: this is the value
def by_hand(x):
    return x**4 + x**2, x**4 + x**2
