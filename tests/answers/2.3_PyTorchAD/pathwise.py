# %% right: by hand
def pathwise(theta, zeta):
    z = theta + zeta
    return 2 * z
# %% right: autograd on z
def pathwise(theta, zeta):
    z = (theta + zeta).requires_grad_()
    (z**2).sum().backward()
    return z.grad
# %% right: one backward for each sample
def pathwise(theta, zeta):
    estimates = []
    for noise in zeta:
        t = torch.tensor(theta, dtype=zeta.dtype, requires_grad=True)
        ((t + noise) ** 2).backward()
        estimates.append(t.grad)
    return torch.stack(estimates)
# %% right: single precision
def pathwise(theta, zeta):
    z = torch.tensor(theta) + zeta.float()
    return z + z
# %% right: autograd.grad on a vector of thetas
def pathwise(theta, zeta):
    thetas = theta * torch.ones_like(zeta)
    thetas.requires_grad_(True)
    return torch.autograd.grad(torch.square(thetas + zeta).sum(), thetas)[0]
# %% wrong: no factor 2
# says: the factor 2 is missing
def pathwise(theta, zeta):
    return theta + zeta
# %% wrong: f instead of its derivative
# says: f itself is returned instead of its derivative
def pathwise(theta, zeta):
    return (theta + zeta) ** 2
# %% wrong: the expectation's derivative
# says: the noise is left out
def pathwise(theta, zeta):
    return 2 * theta * torch.ones_like(zeta)
# %% wrong: the mean
# says: a single number
def pathwise(theta, zeta):
    return (2 * (theta + zeta)).mean()
# %% wrong: one leaf for all samples, so that their gradients add up
# says: a single number
def pathwise(theta, zeta):
    t = torch.tensor(theta, dtype=zeta.dtype, requires_grad=True)
    ((t + zeta) ** 2).sum().backward()
    return t.grad
# %% wrong: the mean in the loss
# says: the loss is a mean over the samples
def pathwise(theta, zeta):
    t = torch.full_like(zeta, theta, requires_grad=True)
    ((t + zeta) ** 2).mean().backward()
    return t.grad
# %% wrong: the score function
# says: it is the score-function estimate
def pathwise(theta, zeta):
    z = theta + zeta
    return z**2 * zeta
# %% wrong: theta left out
# says: theta is left out
def pathwise(theta, zeta):
    return 2 * zeta
# %% wrong: theta times zeta
def pathwise(theta, zeta):
    return 2 * theta * zeta
# %% wrong: a list
# says: should be a tensor
def pathwise(theta, zeta):
    return [2 * (theta + noise) for noise in zeta.tolist()]
# %% wrong: the derivative for sigma
# says: as if for sigma
def pathwise(theta, zeta):
    return 2 * (theta + zeta) * zeta
# %% wrong: its own noise
def pathwise(theta, zeta):
    return 2 * (theta + torch.randn_like(zeta))
# %% wrong: a constant
# says: expected
def pathwise(theta, zeta):
    return torch.zeros_like(zeta)
# %% wrong: the identity
# says: expected
def pathwise(theta, zeta):
    return zeta
# %% wrong: one leaf for all samples, without a sum
# says: what arrives at one leaf is then added up
def pathwise(theta, zeta):
    t = torch.tensor(theta, dtype=zeta.dtype, requires_grad=True)
    ((t + zeta) ** 2).backward()
    return t.grad
# %% wrong: the .grad of a result
# says: only a leaf gets one
def pathwise(theta, zeta):
    t = torch.full_like(zeta, theta, requires_grad=True)
    z = t + zeta
    (z * z).sum().backward()
    return z.grad

# %% wrong: changes the noise that it was given
# says: a list or tensor that was given is changed
def pathwise(theta, zeta):
    zeta += theta
    return 2 * zeta

# %% wrong: gives its first answer to every question
def pathwise(theta, zeta):
    """For each sample the pathwise estimate of the derivative of E[z^2]."""
    theta = torch.full_like(zeta, theta, requires_grad=True)
    z = theta + zeta
    (z * z).sum().backward()
    return theta.grad


honest, kept = pathwise, []


def pathwise(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def pathwise(theta, zeta):
    """For each sample the pathwise estimate of the derivative of E[z^2]."""
    theta = torch.full_like(zeta, theta, requires_grad=True)
    z = theta + zeta
    (z * z).sum().backward()
    return theta.grad


honest = pathwise


def pathwise(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def pathwise(*given):
    return given[0]
