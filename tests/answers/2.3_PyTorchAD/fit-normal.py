# %% right: two leaves, emptied by None
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(mu.item(), math.exp(log_sigma.item()))]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = sample(mu, sigma, zeta)
        loss = torch.mean(log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma))
        loss.backward()
        with torch.no_grad():
            mu -= rate * mu.grad
            log_sigma -= rate * log_sigma.grad
        mu.grad = None
        log_sigma.grad = None
        path.append((mu.item(), math.exp(log_sigma.item())))
    return path
# %% right: SGD
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([mu, log_sigma], lr=rate)
    path = [(0.0, 1.0)]
    for row in range(noise.shape[0]):
        optimiser.zero_grad()
        sigma = torch.exp(log_sigma)
        z = mu + sigma * noise[row]
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        optimiser.step()
        path.append((float(mu), float(torch.exp(log_sigma))))
    return path
# %% right: one leaf of two entries, lists for pairs
def fit_normal(target_mu, target_sigma, noise, rate):
    leaf = torch.zeros(2, dtype=noise.dtype, requires_grad=True)
    path = [[0.0, 1.0]]
    for zeta in noise:
        sigma = leaf[1].exp()
        z = leaf[0] + sigma * zeta
        loss = (log_normal(z, leaf[0], sigma) - log_normal(z, target_mu, target_sigma)).mean()
        (g,) = torch.autograd.grad(loss, leaf)
        leaf.data -= rate * g
        path.append([leaf[0].item(), leaf[1].exp().item()])
    return path
# %% right: the entropy in closed form
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        z = mu + torch.exp(log_sigma) * zeta
        loss = -log_sigma - log_normal(z, target_mu, target_sigma).mean()
        loss.backward()
        for leaf in (mu, log_sigma):
            leaf.data -= rate * leaf.grad
            leaf.grad.zero_()
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: never emptied
# says: the gradients of earlier steps are still in .grad
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            mu -= rate * mu.grad
            log_sigma -= rate * log_sigma.grad
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: one noise for all samples of a step
# says: one noise is used for all samples of a step
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta[0]
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: the same row in every step
# says: the first row of the noise is used in every step
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for _ in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * noise[0]
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: log q left out
# says: log q is left out of the loss
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        z = mu + log_sigma.exp() * zeta
        (-log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: the sign of the loss
# says: the loss has the wrong sign
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, target_mu, target_sigma) - log_normal(z, mu, sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: sigma itself is the leaf
# says: sigma itself is the leaf, not log sigma
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    sigma = torch.tensor(1.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), sigma.item()))
    return path
# %% wrong: log sigma in the path
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 0.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.item()))
    return path
# %% wrong: the start missing
# says: one more than there are rows
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = []
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: the end only
# says: should be a list of 4 pairs
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
    return mu.item(), log_sigma.exp().item()
# %% wrong: the sum
# says: the sum is taken instead of the mean
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).sum().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: sigma detached halfway
# says: no gradient reaches log sigma
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp().item()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                if leaf.grad is not None:
                    leaf -= rate * leaf.grad
                    leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: leaves in each step anew
def fit_normal(target_mu, target_sigma, noise, rate):
    path = [(0.0, 1.0)]
    for zeta in noise:
        mu = torch.tensor(0.0, requires_grad=True)
        log_sigma = torch.tensor(0.0, requires_grad=True)
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            mu -= rate * mu.grad
            log_sigma -= rate * log_sigma.grad
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: the sample drawn without gradient
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = (mu + sigma * zeta).detach()
        (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean().backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: sigma from before the step
# says: the one from before the step: compute it from log sigma again
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), sigma.item()))
    return path
# %% wrong: sigma outside the loop
# says: belongs inside it
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    sigma = log_sigma.exp()
    for zeta in noise:
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: sigma outside the loop, with torch's advice
# says: sigma has been computed once, before the loop
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    sigma = log_sigma.exp()
    for zeta in noise:
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward(retain_graph=True)
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: the pair appended before the step
# says: the pair is the one from before the step
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        path.append((mu.item(), log_sigma.exp().item()))
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
    return path
# %% wrong: zero_ before the first backward
# says: x.grad = None empties it at any time
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        mu.grad.zero_()
        log_sigma.grad.zero_()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: a recorded step
# says: .grad is None until backward()
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        mu = mu - rate * mu.grad
        log_sigma = log_sigma - rate * log_sigma.grad
        path.append((mu.item(), log_sigma.exp().item()))
    return path
# %% wrong: nothing comes back
# says: fit_normal returns None
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, requires_grad=True)
    log_sigma = torch.tensor(0.0, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = log_sigma.exp()
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), log_sigma.exp().item()))
# %% wrong: a constant
# says: expected
def fit_normal(target_mu, target_sigma, noise, rate):
    return [(0.0, 1.0)] * (len(noise) + 1)
# %% wrong: the target
# says: expected
def fit_normal(target_mu, target_sigma, noise, rate):
    return [(target_mu, target_sigma)] * (len(noise) + 1)
# %% wrong: the .grad of mu is never emptied
# says: the .grad of mu is never emptied
def fit_normal(target_mu, target_sigma, noise, rate):
    mu = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = torch.exp(log_sigma)
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            mu -= rate * mu.grad
            log_sigma -= rate * log_sigma.grad
            log_sigma.grad = None
        path.append((mu.item(), math.exp(log_sigma.item())))
    return path

# %% wrong: gives its first answer to every question
def fit_normal(target_mu, target_sigma, noise, rate):
    """The path [(mu, sigma), ...] of gradient descent through the samples, from (0, 1)."""
    mu = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = torch.exp(log_sigma)
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), math.exp(log_sigma.item())))
    return path


honest, kept = fit_normal, []


def fit_normal(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def fit_normal(target_mu, target_sigma, noise, rate):
    """The path [(mu, sigma), ...] of gradient descent through the samples, from (0, 1)."""
    mu = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = torch.exp(log_sigma)
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), math.exp(log_sigma.item())))
    return path


honest = fit_normal


def fit_normal(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def fit_normal(*given):
    return given[0]
