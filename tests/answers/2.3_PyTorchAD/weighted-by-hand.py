# %% right: the formula
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))
# %% right: in steps
def weighted_slope_by_hand(x0, u):
    df1 = math.cos(x0) + 2
    df2 = -math.sin(x0) + 4
    return df1 * u[0] + df2 * u[1]
# %% right: multiplied out
def weighted_slope_by_hand(x0, u):
    u1, u2 = u
    return 2 * u1 + 4 * u2 + u1 * math.cos(x0) - u2 * math.sin(x0)
# %% right: a sum over a list
def weighted_slope_by_hand(x0, u):
    slopes_of_both = [2.0 + math.cos(x0), 4.0 - math.sin(x0)]
    return sum(a * b for a, b in zip(u, slopes_of_both))
# %% right: a numpy float
def weighted_slope_by_hand(x0, u):
    import numpy as np

    return np.dot(u, [2 + np.cos(x0), 4 - np.sin(x0)])
# %% wrong: the minus of the cosine's derivative lost
# says: the derivative of cos has lost its minus
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 + math.sin(x0))
# %% wrong: a minus too many
# says: the derivative of sin has a minus too many
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 - math.cos(x0)) + u[1] * (4 - math.sin(x0))
# %% wrong: sine and cosine kept
# says: sine and cosine are not differentiated
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 + math.sin(x0)) + u[1] * (4 + math.cos(x0))
# %% wrong: no weights
# says: the weights are left out
def weighted_slope_by_hand(x0, u):
    return (2 + math.cos(x0)) + (4 - math.sin(x0))
# %% wrong: the weights the wrong way round
# says: the weights are in the wrong order
def weighted_slope_by_hand(x0, u):
    return u[1] * (2 + math.cos(x0)) + u[0] * (4 - math.sin(x0))
# %% wrong: not differentiated
# says: the outputs are weighted, but not differentiated
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 * x0 + math.sin(x0)) + u[1] * (4 * x0 + math.cos(x0))
# %% wrong: 2x and 4x forgotten
# says: the terms 2x and 4x are forgotten
def weighted_slope_by_hand(x0, u):
    return u[0] * math.cos(x0) - u[1] * math.sin(x0)
# %% wrong: the x of 2x is still there
# says: the x of 2x and 4x is still there
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 * x0 + math.cos(x0)) + u[1] * (4 * x0 - math.sin(x0))
# %% wrong: the number for 0.5 only
def weighted_slope_by_hand(x0, u):
    return u[0] * 2.877582561890373 + u[1] * 3.520574461395797
# %% wrong: a pair instead of the sum
# says: should be a plain number
def weighted_slope_by_hand(x0, u):
    return u[0] * (2 + math.cos(x0)), u[1] * (4 - math.sin(x0))
# %% wrong: a tensor
# says: is a tensor
def weighted_slope_by_hand(x0, u):
    x0 = torch.tensor(x0)
    return u[0] * (2 + torch.cos(x0)) + u[1] * (4 - torch.sin(x0))
# %% wrong: a constant
# says: expected
def weighted_slope_by_hand(x0, u):
    return 0.0
# %% wrong: the identity
# says: expected
def weighted_slope_by_hand(x0, u):
    return x0

# %% wrong: gives its first answer to every question
def weighted_slope_by_hand(x0, u):
    """The derivative of u[0] (2x + sin x) + u[1] (4x + cos x) at x0, worked out."""
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))


honest, kept = weighted_slope_by_hand, []


def weighted_slope_by_hand(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def weighted_slope_by_hand(x0, u):
    """The derivative of u[0] (2x + sin x) + u[1] (4x + cos x) at x0, worked out."""
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))


honest = weighted_slope_by_hand


def weighted_slope_by_hand(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def weighted_slope_by_hand(*given):
    return given[0]
