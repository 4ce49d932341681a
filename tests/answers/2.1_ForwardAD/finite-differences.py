# %% right: as the table has them
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% right: halved afterwards
def one_sided(f, x, h):
    return f(x + h) / h - f(x) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / 2 / h

# %% right: central as the mean of both sides
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (one_sided(f, x, h) + one_sided(f, x, -h)) / 2

# %% right: half steps, one central helper
def chord(f, left, right):
    return (f(right) - f(left)) / (right - left)


def one_sided(f, x, h):
    return chord(f, x, x + h)


def central(f, x, h):
    return chord(f, x - h, x + h)

# %% wrong: steps to the left
# says: you stepped to the left
def one_sided(f, x, h):
    return (f(x) - f(x - h)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: central divided by h
# says: you divided by h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / h

# %% wrong: 2*h without brackets
# says: the bracket around 2*h is missing
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h

# %% wrong: brackets of the difference missing
# says: the brackets around the difference are missing
def one_sided(f, x, h):
    return f(x + h) - f(x) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: one-sided for both
# says: you used the one-sided rule
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x)) / h

# %% wrong: central for both
# says: you used the central rule
def one_sided(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: one-sided divided by 2h
# says: you divided by 2h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: sign
# says: the sign is wrong
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)

# %% wrong: h of its own
def one_sided(f, x, h):
    return (f(x + 1e-6) - f(x)) / 1e-6


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: not divided
def one_sided(f, x, h):
    return f(x + h) - f(x)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

# %% wrong: steps of 2h
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)

# %% wrong: one missing
# says: not done yet
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return None
