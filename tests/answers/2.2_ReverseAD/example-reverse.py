# %% right: one line for each adjoint
def reverse_program(x, y, gz=1.0):
    gb = gz
    ga = gz
    gy = ga * x
    gx = ga * y + gb * math.cos(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}

# %% right: parts added up one after the other
def reverse_program(x, y, gz=1.0):
    g = dict.fromkeys(["gz", "gb", "ga", "gy", "gx"], 0)
    g["gz"] += gz
    g["gb"] += g["gz"] * 1
    g["ga"] += g["gz"] * 1
    g["gx"] += g["gb"] * math.cos(x)
    g["gy"] += g["ga"] * x
    g["gx"] += g["ga"] * y
    return g

# %% right: derivatives written as formulas
def reverse_program(x, y, gz=1.0):
    return {"gx": gz * (y + math.cos(x)), "gy": gz * x, "ga": gz, "gb": gz, "gz": gz}

# %% right: helper for the weight, numpy floats
import numpy as np


def weight_of_sin(x):
    return np.cos(x)


def reverse_program(x, y, gz=1):
    a, b = x * y, np.sin(x)
    z = a + b
    gb = ga = gz
    gx = gb * weight_of_sin(x)
    gx += ga * y
    gy = ga * x
    print(z)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}

# %% wrong: only the product's use of x
# says: only one use of x is counted, the one in a = x*y
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    gy = ga * x
    gx = ga * y
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}

# %% wrong: gradient of x overwritten instead of summed
# says: only one use of x is counted, the one in b = sin(x)
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    gx = ga * y
    gy = ga * x
    gx = gb * math.cos(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}

# %% wrong: the seed is forgotten
# says: gz is not passed on
def reverse_program(x, y, gz=1.0):
    return {"gz": gz, "gb": 1.0, "ga": 1.0, "gy": x, "gx": y + math.cos(x)}

# %% wrong: gx and gy exchanged
# says: gx and gy have changed places
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    gx = ga * x
    gy = ga * y + gb * math.cos(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}

# %% wrong: derivative of sin is sin
# says: the derivative of sin is taken to be sin
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    return {"gz": gz, "gb": gb, "ga": ga, "gy": ga * x, "gx": ga * y + gb * math.sin(x)}

# %% wrong: minus cosine
# says: the derivative of sin has the wrong sign
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    return {"gz": gz, "gb": gb, "ga": ga, "gy": ga * x, "gx": ga * y - gb * math.cos(x)}

# %% wrong: numbers of the example typed in
# says: x is fixed at 0.5
def reverse_program(x, y, gz=1.0):
    return {"gz": gz, "gb": gz, "ga": gz, "gy": gz * 0.5, "gx": gz * (4.2 + math.cos(0.5))}

# %% wrong: the two uses of x multiplied
# says: the two uses of x are multiplied instead of added
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    return {"gz": gz, "gb": gb, "ga": ga, "gy": ga * x, "gx": ga * y * gb * math.cos(x)}

# %% wrong: the seed reaches a only
# says: gz is not passed on
def reverse_program(x, y, gz=1.0):
    ga, gb = gz, 1.0
    return {"gz": gz, "gb": gb, "ga": ga, "gy": ga * x, "gx": ga * y + gb * math.cos(x)}

# %% wrong: adjoints of a and b are their values
def reverse_program(x, y, gz=1.0):
    ga, gb = x * y, math.sin(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": ga * x, "gx": ga * y + gb * math.cos(x)}

# %% wrong: all ones
# says: gz is not passed on
def reverse_program(x, y, gz=1.0):
    return {"gz": gz, "gb": 1.0, "ga": 1.0, "gy": 1.0, "gx": 1.0}

# %% wrong: the inputs themselves
def reverse_program(x, y, gz=1.0):
    return {"gz": gz, "gb": x, "ga": y, "gy": y, "gx": x}

# %% wrong: nothing is returned
# says: 'NoneType' object is not subscriptable
def reverse_program(x, y, gz=1.0):
    gb = ga = gz
    gy = ga * x
    gx = ga * y + gb * math.cos(x)

# %% wrong: gives its first answer to every question
def reverse_program(x, y, gz=1.0):
    """The adjoints of z = x*y + sin(x), as a dictionary with the keys gz, gb, ga, gy, gx."""
    gb = gz * 1.0
    ga = gz * 1.0
    gy = ga * x
    gx = ga * y + gb * math.cos(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}


honest, kept = reverse_program, []


def reverse_program(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def reverse_program(x, y, gz=1.0):
    """The adjoints of z = x*y + sin(x), as a dictionary with the keys gz, gb, ga, gy, gx."""
    gb = gz * 1.0
    ga = gz * 1.0
    gy = ga * x
    gx = ga * y + gb * math.cos(x)
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}


honest = reverse_program


def reverse_program(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def reverse_program(*given):
    return given[0]
