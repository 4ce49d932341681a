# %% right: by hand
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * (z - theta)
# %% right: zeta is the score
def score_function(theta, zeta):
    return (theta + zeta) ** 2 * zeta
# %% right: autograd on the log density
def score_function(theta, zeta):
    z = theta + zeta
    t = torch.full_like(zeta, theta, requires_grad=True)
    (-0.5 * (z - t) ** 2).sum().backward()
    return z * z * t.grad
# %% right: torch.distributions
def score_function(theta, zeta):
    t = torch.full_like(zeta, theta).requires_grad_()
    z = (t + zeta).detach()
    torch.distributions.Normal(t, 1.0).log_prob(z).sum().backward()
    return t.grad * z**2
# %% right: a loop
def score_function(theta, zeta):
    result = torch.empty_like(zeta)
    for k in range(len(zeta)):
        z = theta + zeta[k]
        result[k] = z * z * zeta[k]
    return result
# %% wrong: the minus lost
# says: the score has lost a minus
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * (theta - z)
# %% wrong: without f
# says: f is left out
def score_function(theta, zeta):
    z = theta + zeta
    return z - theta
# %% wrong: the pathwise estimate
# says: it is the pathwise estimate
def score_function(theta, zeta):
    return 2 * (theta + zeta)
# %% wrong: f' for f
# says: f'(z) stands where f(z) belongs
def score_function(theta, zeta):
    z = theta + zeta
    return 2 * z * (z - theta)
# %% wrong: theta of the score left out
# says: the score is taken at theta = 0
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * z
# %% wrong: a factor 2
# says: the factor 2 of the square is not cancelled by the half
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * 2 * (z - theta)
# %% wrong: the log density itself
# says: the log-density itself is used
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * (-0.5 * (z - theta) ** 2)
# %% wrong: differentiated through the sample, so that the score is 0
# says: z has moved along with theta
def score_function(theta, zeta):
    t = torch.full_like(zeta, theta, requires_grad=True)
    z = t + zeta
    (-0.5 * (z - t) ** 2).sum().backward()
    return z.detach() ** 2 * t.grad
# %% wrong: the mean
# says: It is their mean
def score_function(theta, zeta):
    z = theta + zeta
    return (z**2 * (z - theta)).mean()
# %% wrong: f of the noise
# says: f is applied to the noise instead of to z
def score_function(theta, zeta):
    return zeta**2 * zeta
# %% wrong: the density's derivative
# says: without dividing by the density
def score_function(theta, zeta):
    z = theta + zeta
    p = torch.exp(-0.5 * (z - theta) ** 2) / math.sqrt(2 * math.pi)
    return z**2 * p * (z - theta)
# %% wrong: a list
# says: should be a tensor
def score_function(theta, zeta):
    return [(theta + noise) ** 2 * noise for noise in zeta.tolist()]
# %% wrong: a constant
# says: the score is 0
def score_function(theta, zeta):
    return torch.zeros_like(zeta)
# %% wrong: the identity
# says: f is left out
def score_function(theta, zeta):
    return zeta
# %% wrong: one leaf for all samples, so that their gradients add up
# says: one theta serves every sample
def score_function(theta, zeta):
    t = torch.tensor(theta, dtype=zeta.dtype, requires_grad=True)
    z = (t + zeta).detach()
    (z**2 * -0.5 * (z - t) ** 2).sum().backward()
    return t.grad
# %% wrong: a half too many
# says: a factor 1/2 too many
def score_function(theta, zeta):
    z = theta + zeta
    return z**2 * zeta / 2

# %% wrong: gives its first answer to every question
def score_function(theta, zeta):
    """For each sample the score-function estimate of the derivative of E[z^2]."""
    z = theta + zeta
    return z**2 * (z - theta)


honest, kept = score_function, []


def score_function(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def score_function(theta, zeta):
    """For each sample the score-function estimate of the derivative of E[z^2]."""
    z = theta + zeta
    return z**2 * (z - theta)


honest = score_function


def score_function(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def score_function(*given):
    return given[0]
