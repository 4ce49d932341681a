# %% right: by hand
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return theta**2 + 3.0
# %% right: zeta is the score; an int plus a float
def with_baseline(theta, zeta, beta):
    return ((theta + zeta) ** 2 - beta) * zeta


def best_baseline(theta):
    return 3 + theta * theta
# %% right: beta times the score taken off
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    score = z - theta
    return z * z * score - beta * score


def best_baseline(theta):
    moments = {2: 1, 4: 3}
    return theta**2 * moments[2] + moments[4]
# %% right: autograd on the log density
def with_baseline(theta, zeta, beta):
    t = torch.full_like(zeta, theta, requires_grad=True)
    z = (theta + zeta).detach()
    (-0.5 * (z - t) ** 2).sum().backward()
    return (z.square() - beta) * t.grad


def best_baseline(theta):
    return math.pow(theta, 2) + 3
# %% right: a numpy float for the best baseline
def with_baseline(theta, zeta, beta):
    return ((theta + zeta) ** 2 - beta) * zeta


def best_baseline(theta):
    import numpy as np

    return np.float64(theta) ** 2 + 3
# %% wrong: the mean of f
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return theta**2 + 1.0
# %% wrong: beta taken off the estimate
# says: the baseline is taken off the whole estimate
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return z**2 * (z - theta) - beta


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: beta left out
# says: the baseline is left out
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return z**2 * (z - theta)


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: beta added
# says: the baseline is added
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 + beta) * (z - theta)


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: the minus of the score lost
# says: the score has lost its minus
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (theta - z)


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: no score
# says: the score is left out
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return z**2 - beta


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: taken off before squaring
# says: the baseline is taken off z before squaring
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z - beta) ** 2 * (z - theta)


def best_baseline(theta):
    return theta**2 + 3.0
# %% wrong: a constant
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return 4.0
# %% wrong: right at theta = 2 only
# says: expected
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return 3.5 * theta
# %% wrong: the mixed term
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return 5 * theta**2 + 3
# %% wrong: a text
# says: should return a finite float
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    return "theta**2 + 3"
# %% wrong: the second function open
# says: not done yet
def with_baseline(theta, zeta, beta):
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    raise NotImplementedError("baseline: not done yet")
# %% wrong: not a number
# says: should return a finite float
def with_baseline(theta, zeta, beta):
    return ((theta + zeta) ** 2 - beta) * zeta


def best_baseline(theta):
    return float("nan")
# %% wrong: infinity
# says: should return a finite float
def with_baseline(theta, zeta, beta):
    return ((theta + zeta) ** 2 - beta) * zeta


def best_baseline(theta):
    return math.inf
# %% wrong: the best baseline is not returned
# says: best_baseline returns None
def with_baseline(theta, zeta, beta):
    return ((theta + zeta) ** 2 - beta) * zeta


def best_baseline(theta):
    theta**2 + 3.0
# %% wrong: constants
# says: expected
def with_baseline(theta, zeta, beta):
    return torch.zeros_like(zeta)


def best_baseline(theta):
    return 0.0
# %% wrong: identities
# says: expected
def with_baseline(theta, zeta, beta):
    return zeta


def best_baseline(theta):
    return theta

# %% wrong: gives its first answer to every question
def with_baseline(theta, zeta, beta):
    """For each sample the score-function estimate with a constant taken off f."""
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    """The constant for which the variance of with_baseline is smallest."""
    return theta**2 + 3.0


honest, kept = best_baseline, []


def best_baseline(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def with_baseline(theta, zeta, beta):
    """For each sample the score-function estimate with a constant taken off f."""
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    """The constant for which the variance of with_baseline is smallest."""
    return theta**2 + 3.0


honest = best_baseline


def best_baseline(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def with_baseline(theta, zeta, beta):
    """For each sample the score-function estimate with a constant taken off f."""
    z = theta + zeta
    return (z**2 - beta) * (z - theta)


def best_baseline(theta):
    """The constant for which the variance of with_baseline is smallest."""
    return theta**2 + 3.0


def best_baseline(*given):
    return given[0]
