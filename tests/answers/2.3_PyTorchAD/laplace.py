# %% right: sign and abs
def sample_laplace(mu, b, u):
    c = u - 0.5
    return mu - b * torch.sign(c) * torch.log(1 - 2 * torch.abs(c))
# %% right: where
def sample_laplace(mu, b, u):
    return torch.where(u <= 0.5, mu + b * torch.log(2 * u), mu - b * torch.log(2 * (1 - u)))
# %% right: log1p
def sample_laplace(mu, b, u):
    centred = u - 0.5
    return mu - b * centred.sign() * torch.log1p(-2 * centred.abs())
# %% right: a loop
def sample_laplace(mu, b, u):
    parts = []
    for p in u:
        if p < 0.5:
            parts.append(mu + b * torch.log(2 * p))
        else:
            parts.append(mu - b * torch.log(2 - 2 * p))
    return torch.stack(parts)
# %% right: torch.distributions
def sample_laplace(mu, b, u):
    return torch.distributions.Laplace(torch.as_tensor(mu), torch.as_tensor(b)).icdf(u)
# %% wrong: the mirror image
# says: it is the mirror image
def sample_laplace(mu, b, u):
    c = u - 0.5
    return mu + b * torch.sign(c) * torch.log(1 - 2 * torch.abs(c))
# %% wrong: the lower half for all
# says: the lower half is used for all u
def sample_laplace(mu, b, u):
    return mu + b * torch.log(2 * u)
# %% wrong: the upper half for all
# says: the upper half is used for all u
def sample_laplace(mu, b, u):
    return mu - b * torch.log(2 * (1 - u))
# %% wrong: no sign
# says: the sign of u - 1/2 is left out
def sample_laplace(mu, b, u):
    return mu - b * torch.log(1 - 2 * torch.abs(u - 0.5))
# %% wrong: no factor 2
# says: the factor one half of F is missing
def sample_laplace(mu, b, u):
    return torch.where(u < 0.5, mu + b * torch.log(u), mu - b * torch.log(1 - u))
# %% wrong: divided by b
# says: b divides instead of multiplying
def sample_laplace(mu, b, u):
    c = u - 0.5
    return mu - torch.sign(c) * torch.log(1 - 2 * torch.abs(c)) / b
# %% wrong: b left out
# says: b is left out
def sample_laplace(mu, b, u):
    c = u - 0.5
    return mu - torch.sign(c) * torch.log(1 - 2 * torch.abs(c))
# %% wrong: mu left out
# says: mu is left out
def sample_laplace(mu, b, u):
    c = u - 0.5
    return -b * torch.sign(c) * torch.log(1 - 2 * torch.abs(c))
# %% wrong: the exponential distribution
# says: it is the exponential distribution
def sample_laplace(mu, b, u):
    return mu - b * torch.log(1 - u)
# %% wrong: the logistic distribution
# says: it is the logistic distribution
def sample_laplace(mu, b, u):
    return mu + b * torch.log(u / (1 - u))
# %% wrong: linear
# says: u is used as if it were the noise
def sample_laplace(mu, b, u):
    return mu + b * u
# %% wrong: b detached
# says: no gradient passes to b
def sample_laplace(mu, b, u):
    c = u - 0.5
    return mu - b.detach() * torch.sign(c) * torch.log(1 - 2 * torch.abs(c))
# %% wrong: the library's sample, without u
def sample_laplace(mu, b, u):
    return torch.distributions.Laplace(mu, b).sample(u.shape)
# %% wrong: one branch for all, by the first u
def sample_laplace(mu, b, u):
    if u[0] < 0.5:
        return mu + b * torch.log(2 * u)
    return mu - b * torch.log(2 * (1 - u))
# %% wrong: a constant
# says: expected
def sample_laplace(mu, b, u):
    return torch.zeros_like(u)
# %% wrong: the identity
# says: expected
def sample_laplace(mu, b, u):
    return u
# %% wrong: an if for the whole tensor
# says: decides once, for the whole tensor
def sample_laplace(mu, b, u):
    if u <= 0.5:
        return mu + b * torch.log(2 * u)
    return mu - b * torch.log(2 * (1 - u))
# %% wrong: the sign in the upper half
# says: the sign is wrong above one half
def sample_laplace(mu, b, u):
    return torch.where(u <= 0.5, mu + b * torch.log(2 * u), mu + b * torch.log(2 * (1 - u)))
# %% wrong: u halved
# says: u is halved where it should be doubled
def sample_laplace(mu, b, u):
    return torch.where(u <= 0.5, mu + b * torch.log(u / 2), mu - b * torch.log((1 - u) / 2))

# %% wrong: gives its first answer to every question
def sample_laplace(mu, b, u):
    """A Laplace sample for each uniform number in u, by the inverse of the distribution function."""
    centred = u - 0.5
    return mu - b * torch.sign(centred) * torch.log(1 - 2 * torch.abs(centred))


honest, kept = sample_laplace, []


def sample_laplace(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def sample_laplace(mu, b, u):
    """A Laplace sample for each uniform number in u, by the inverse of the distribution function."""
    centred = u - 0.5
    return mu - b * torch.sign(centred) * torch.log(1 - 2 * torch.abs(centred))


honest = sample_laplace


def sample_laplace(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def sample_laplace(*given):
    return given[0]
