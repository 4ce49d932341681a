# %% right: two leaves
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    z = sample(mu, sigma, zeta)
    z.backward()
    return mu.grad.item(), sigma.grad.item()
# %% right: without the sampler
def sample_gradients(mu, sigma, zeta):
    m = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
    s = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    (m + s * zeta).backward()
    return float(m.grad), float(s.grad)
# %% right: autograd.grad, as a list
def sample_gradients(mu, sigma, zeta):
    leaves = [torch.tensor(p, requires_grad=True) for p in (mu, sigma)]
    return [g.item() for g in torch.autograd.grad(sample(*leaves, torch.tensor(zeta)), leaves)]
# %% right: numpy floats
def sample_gradients(mu, sigma, zeta):
    m = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
    s = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    sample(m, s, zeta).backward()
    return m.grad.numpy()[()], s.grad.numpy()[()]
# %% wrong: worked out
# says: no backward pass was made
def sample_gradients(mu, sigma, zeta):
    return 1.0, zeta
# %% wrong: an int for the first
# says: no backward pass was made
def sample_gradients(mu, sigma, zeta):
    return (1, float(zeta))
# %% wrong: the wrong way round
# says: the two are in the wrong order
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma * zeta).backward()
    return sigma.grad.item(), mu.grad.item()
# %% wrong: sigma as the second
# says: the second is sigma
def sample_gradients(mu, sigma, zeta):
    return 1.0, sigma
# %% wrong: no noise
# says: the noise is forgotten
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma).backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: sigma squared
# says: sigma is squared on the way
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma**2 * zeta).backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: log sigma
# says: sigma is used as if it were log sigma
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + torch.exp(sigma) * zeta).backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: tensors
# says: is a tensor
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma * zeta).backward()
    return mu.grad, sigma.grad
# %% wrong: the sample
# says: should be a list or tuple of 2
def sample_gradients(mu, sigma, zeta):
    return mu + sigma * zeta
# %% wrong: fresh noise
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma * torch.randn(())).backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: torch.normal
# says: does not require grad
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    with torch.no_grad():
        z = torch.normal(mu, sigma)
    z.backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: backward twice
# says: backward is called twice
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    for _ in range(2):
        (mu + sigma * zeta).backward()
    return mu.grad.item(), sigma.grad.item()
# %% wrong: backward without the call
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    (mu + sigma * zeta).backward
    return mu.grad, sigma.grad
# %% wrong: the sign
# says: the sign of the second is wrong
def sample_gradients(mu, sigma, zeta):
    return 1.0, -zeta
# %% wrong: no backward
# says: one of the two is None
def sample_gradients(mu, sigma, zeta):
    mu = torch.tensor(mu, requires_grad=True)
    sigma = torch.tensor(sigma, requires_grad=True)
    z = sample(mu, sigma, zeta)
    z.backward
    return mu.grad, sigma.grad
# %% wrong: a constant
# says: expected
def sample_gradients(mu, sigma, zeta):
    return 0.0, 0.0
# %% wrong: the identity
# says: expected
def sample_gradients(mu, sigma, zeta):
    return mu, sigma

# %% wrong: gives its first answer to every question
def sample_gradients(mu, sigma, zeta):
    """dz/dmu and dz/dsigma of one sample, as floats."""
    mu = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
    sigma = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    z = sample(mu, sigma, zeta)
    z.backward()
    return mu.grad.item(), sigma.grad.item()


honest, kept = sample_gradients, []


def sample_gradients(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def sample_gradients(mu, sigma, zeta):
    """dz/dmu and dz/dsigma of one sample, as floats."""
    mu = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
    sigma = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    z = sample(mu, sigma, zeta)
    z.backward()
    return mu.grad.item(), sigma.grad.item()


honest = sample_gradients


def sample_gradients(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def sample_gradients(*given):
    return given[0]
