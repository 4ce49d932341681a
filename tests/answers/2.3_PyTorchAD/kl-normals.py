# %% right: the formula
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% right: in steps
def kl(mu1, sigma1, mu2, sigma2):
    spread = math.log(sigma2) - math.log(sigma1)
    quadratic = (sigma1 * sigma1 + (mu2 - mu1) ** 2) / 2 / sigma2 / sigma2
    return spread + quadratic - 1 / 2
# %% right: with the variances
def kl(mu1, sigma1, mu2, sigma2):
    v1, v2 = sigma1**2, sigma2**2
    return 0.5 * (math.log(v2 / v1) + (v1 + (mu1 - mu2) ** 2) / v2 - 1)
# %% right: torch.distributions
def kl(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(torch.tensor(mu1, dtype=torch.float64), sigma1)
    p = torch.distributions.Normal(torch.tensor(mu2, dtype=torch.float64), sigma2)
    return torch.distributions.kl_divergence(q, p).item()
# %% right: numpy
def kl(mu1, sigma1, mu2, sigma2):
    import numpy as np

    return float(np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5)
# %% right: a numpy float
def kl(mu1, sigma1, mu2, sigma2):
    import numpy as np

    return np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% wrong: the normals exchanged
# says: the two normals have changed places
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma1 / sigma2) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5
# %% wrong: no half
# says: the -1/2 is missing
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)
# %% wrong: the logarithm upside down
# says: the logarithm is upside down
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma1 / sigma2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% wrong: no logarithm
# says: the logarithm is missing
def kl(mu1, sigma1, mu2, sigma2):
    return (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% wrong: no 2
# says: the 2 of the denominator is missing
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 0.5
# %% wrong: sigma 2 not squared
# says: sigma 2 is not squared
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5
# %% wrong: sigma 1 not squared
# says: sigma 1 is not squared
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% wrong: the means' difference not squared
# says: the difference of the means is not squared
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2)) / (2 * sigma2**2) - 0.5
# %% wrong: no brackets round the denominator
# says: it divides by 2 and then multiplies by sigma 2 squared
def kl(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / 2 * sigma2**2 - 0.5
# %% wrong: the base 10
def kl(mu1, sigma1, mu2, sigma2):
    return math.log10(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
# %% wrong: variances given
# says: sigma is taken for the variance
def kl(mu1, sigma1, mu2, sigma2):
    return 0.5 * (math.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / sigma2 - 1)
# %% wrong: a tensor
# says: is a tensor
def kl(mu1, sigma1, mu2, sigma2):
    q, p = torch.distributions.Normal(mu1, sigma1), torch.distributions.Normal(mu2, sigma2)
    return torch.distributions.kl_divergence(q, p)
# %% wrong: a constant
# says: expected
def kl(mu1, sigma1, mu2, sigma2):
    return 0.0
# %% wrong: the identity
# says: expected
def kl(mu1, sigma1, mu2, sigma2):
    return mu1

# %% wrong: gives its first answer to every question
def kl(mu1, sigma1, mu2, sigma2):
    """The Kullback-Leibler divergence KL(q || p) of q = N(mu1, sigma1^2) from p = N(mu2, sigma2^2)."""
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


honest, kept = kl, []


def kl(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def kl(mu1, sigma1, mu2, sigma2):
    """The Kullback-Leibler divergence KL(q || p) of q = N(mu1, sigma1^2) from p = N(mu2, sigma2^2)."""
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


honest = kl


def kl(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def kl(*given):
    return given[0]
