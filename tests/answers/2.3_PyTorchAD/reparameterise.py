# %% right: the formula
def sample(mu, sigma, zeta):
    return mu + sigma * zeta
# %% right: torch functions
def sample(mu, sigma, zeta):
    return torch.add(torch.mul(zeta, sigma), mu)
# %% right: in steps, noise detached
def sample(mu, sigma, zeta):
    noise = zeta.detach() if isinstance(zeta, torch.Tensor) else zeta
    scaled = noise * sigma
    z = scaled + mu
    return z
# %% right: addcmul
def sample(mu, sigma, zeta):
    zeta = torch.as_tensor(zeta)
    return torch.addcmul(torch.as_tensor(mu, dtype=zeta.dtype), torch.as_tensor(sigma, dtype=zeta.dtype), zeta)
# %% wrong: the variance
# says: sigma is used as if it were the variance
def sample(mu, sigma, zeta):
    return mu + sigma**0.5 * zeta
# %% wrong: sigma squared
# says: sigma is squared
def sample(mu, sigma, zeta):
    return mu + sigma**2 * zeta
# %% wrong: log sigma
# says: sigma is used as if it were log sigma
def sample(mu, sigma, zeta):
    return mu + torch.exp(torch.as_tensor(sigma)) * zeta
# %% wrong: one noise for all
# says: one noise is used for all samples
def sample(mu, sigma, zeta):
    zeta = torch.as_tensor(zeta)
    return mu + sigma * zeta.reshape(-1)[0] * torch.ones_like(zeta)
# %% wrong: noise of no shape
def sample(mu, sigma, zeta):
    return mu + sigma * torch.randn(())
# %% wrong: torch.normal, which passes no gradient
def sample(mu, sigma, zeta):
    return torch.normal(mu + 0 * zeta, sigma + 0 * zeta)
# %% wrong: mu and sigma exchanged
# says: mu and sigma have changed places
def sample(mu, sigma, zeta):
    return sigma + mu * zeta
# %% wrong: detached
# says: no gradient passes
def sample(mu, sigma, zeta):
    return torch.as_tensor(mu + sigma * zeta).detach()
# %% wrong: sigma through .item()
# says: no gradient passes to sigma
def sample(mu, sigma, zeta):
    return mu + float(sigma) * zeta
# %% wrong: standardised
# says: it standardises instead
def sample(mu, sigma, zeta):
    return (zeta - mu) / sigma
# %% wrong: a minus
# says: the noise is subtracted
def sample(mu, sigma, zeta):
    return mu - sigma * zeta
# %% wrong: brackets
# says: mu is inside the bracket
def sample(mu, sigma, zeta):
    return (mu + zeta) * sigma
# %% wrong: fresh noise instead of zeta
def sample(mu, sigma, zeta):
    return mu + sigma * torch.randn_like(torch.as_tensor(zeta, dtype=torch.float64))
# %% wrong: a constant
# says: expected
def sample(mu, sigma, zeta):
    return torch.zeros_like(zeta)
# %% wrong: the identity
# says: expected
def sample(mu, sigma, zeta):
    return zeta

# %% wrong: gives its first answer to every question
def sample(mu, sigma, zeta):
    """A sample of N(mu, sigma^2) for each entry of the noise zeta."""
    return mu + sigma * zeta


honest, kept = sample, []


def sample(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def sample(mu, sigma, zeta):
    """A sample of N(mu, sigma^2) for each entry of the noise zeta."""
    return mu + sigma * zeta


honest = sample


def sample(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def sample(*given):
    return given[0]
