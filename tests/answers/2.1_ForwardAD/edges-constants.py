# %% right: isinstance
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, 0.0)

# %% right: a copy
def as_dual(number):
    if isinstance(number, DualNumber):
        return DualNumber(number.value, number.dvalue)
    return DualNumber(float(number), 0)

# %% right: by attribute
def as_dual(number):
    return number if hasattr(number, 'dvalue') else DualNumber(number, 0.0)

# %% right: by trying
def as_dual(number):
    try:
        return DualNumber(number.value, number.dvalue)
    except AttributeError:
        return DualNumber(number, 0)

# %% right: the other way round
def as_dual(number):
    if type(number) in (int, float):
        return DualNumber(float(number), 0.0)
    return number

# %% wrong: the seed 1
# says: the seed of a variable
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, 1.0)

# %% wrong: the value as dvalue
# says: the value for the dvalue
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, number)

# %% wrong: None as dvalue
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(number, None)

# %% wrong: wraps dual numbers again
# says: should be a plain number
def as_dual(number):
    return DualNumber(number, 0.0)

# %% wrong: dual numbers lose their tangent
# says: you take every number for a constant
def as_dual(number):
    value = number.value if isinstance(number, DualNumber) else number
    return DualNumber(value, 0.0)

# %% wrong: dual numbers restarted with the seed 1
# says: the seed 1
def as_dual(number):
    value = number.value if isinstance(number, DualNumber) else number
    return DualNumber(value, 1.0 if isinstance(number, DualNumber) else 0.0)

# %% wrong: the plain number as it is
# says: AttributeError
def as_dual(number):
    return number

# %% wrong: nothing for plain numbers
def as_dual(number):
    if isinstance(number, DualNumber):
        return number

# %% wrong: int() of the number
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(int(number), 0.0)

# %% wrong: value and dvalue exchanged
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(0.0, number)

# %% wrong: every constant is 3
def as_dual(number):
    if isinstance(number, DualNumber):
        return number
    return DualNumber(3.0, 0.0)
