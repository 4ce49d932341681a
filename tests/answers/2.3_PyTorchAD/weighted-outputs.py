# %% right: stack and backward with weights
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u))
    return x.grad.item()
# %% right: one tensor expression with vectors
def outputs(x):
    return torch.tensor([2.0, 4.0], dtype=torch.float64) * x + torch.stack((x.sin(), x.cos()))


def weighted_slope(x0, u):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    f = outputs(x)
    f.backward(gradient=torch.tensor(u, dtype=f.dtype))
    return float(x.grad)
# %% right: cat, and a dot product for the weights
def outputs(x):
    z = 2 * x + torch.sin(x)
    v = 4 * x + torch.cos(x)
    return torch.cat([z.reshape(1), v.reshape(1)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    (outputs(x) * torch.tensor(u, dtype=torch.float64)).sum().backward()
    return x.grad.item()
# %% right: two runs and a weighted sum, and a helper
def outputs(x):
    return torch.stack([part(x) for part in (first, second)])


def first(x):
    return 2 * x + torch.sin(x)


def second(x):
    return 4 * x + torch.cos(x)


def weighted_slope(x0, u):
    total = 0.0
    for k in (0, 1):
        x = torch.tensor(x0, requires_grad=True)
        outputs(x)[k].backward()
        total += u[k] * x.grad.item()
    return total
# %% right: autograd.grad with grad_outputs
def outputs(x):
    f = [2 * x + torch.sin(x), 4 * x + torch.cos(x)]
    return torch.stack(f, dim=0)


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    (g,) = torch.autograd.grad(outputs(x), x, grad_outputs=torch.tensor(u))
    return g.item()
# %% right: a numpy float
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    import numpy as np

    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    outputs(x).backward(torch.tensor(u, dtype=torch.float64))
    return np.float64(x.grad.item())
# %% wrong: torch.tensor makes a new leaf
# says: the graph is cut
def outputs(x):
    return torch.tensor([(2 * x + torch.sin(x)).item(), (4 * x + torch.cos(x)).item()], requires_grad=True)


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)]).backward(torch.tensor(u))
    return x.grad.item()
# %% wrong: weights of 1
# says: both weights are 1
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.ones(2))
    return x.grad.item()
# %% wrong: the weights the wrong way round
# says: the weights are in the wrong order
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u[::-1]))
    return x.grad.item()
# %% wrong: no weights
# says: grad can be implicitly created only for scalar outputs
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward()
    return x.grad.item()
# %% wrong: the outputs the wrong way round
# says: the two outputs are in the wrong order
def outputs(x):
    return torch.stack([4 * x + torch.cos(x), 2 * x + torch.sin(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u))
    return x.grad.item()
# %% wrong: only the first output
# says: only the first output is used
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x)[0].backward(torch.tensor(u[0]))
    return x.grad.item()
# %% wrong: weighted, but not differentiated
# says: the outputs are weighted, but not differentiated
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    return (outputs(torch.tensor(x0)) * torch.tensor(u)).sum().item()
# %% wrong: the mean of the weighted outputs
# says: the weights are normalised or averaged
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    (outputs(x) * torch.tensor(u)).mean().backward()
    return x.grad.item()
# %% wrong: a tensor where a float was asked
# says: is a tensor
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u))
    return x.grad
# %% wrong: a list instead of one tensor
# says: no graph leads through it
def outputs(x):
    return [2 * x + torch.sin(x), 4 * x + torch.cos(x)]


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    torch.stack(outputs(x)).backward(torch.tensor(u))
    return x.grad.item()
# %% wrong: another pair of functions
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x - torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u))
    return x.grad.item()
# %% wrong: central differences
# says: no backward pass was made
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    def total(t):
        return u[0] * (2 * t + math.sin(t)) + u[1] * (4 * t + math.cos(t))

    return (total(x0 + 1e-6) - total(x0 - 1e-6)) / 2e-6
# %% wrong: worked out
# says: no backward pass was made
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))
# %% wrong: the sine detached
# says: expected
def outputs(x):
    return torch.stack([2 * x + torch.sin(x).detach(), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(torch.tensor(u))
    return x.grad.item()
# %% wrong: backward without the call
# says: weighted_slope returns None
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward
    return x.grad
# %% wrong: two passes, and the second weight added
# says: expected
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    f = outputs(x)
    f[0].backward(retain_graph=True)
    f[1].backward()
    return u[0] * x.grad.item() + u[1]
# %% wrong: constants
# says: should return a tensor
def outputs(x):
    return [1.4794255386, 2.8775825619]


def weighted_slope(x0, u):
    return 5.1
# %% wrong: identities
# says: should return a tensor of shape (2,)
def outputs(x):
    return x


def weighted_slope(x0, u):
    return x0
# %% wrong: the .grad of the outputs
# says: it is not the leaf's
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    f = outputs(x)
    f.backward(torch.tensor(u))
    return f.grad
# %% wrong: the weights as a list
# says: The weights have to be a tensor
def outputs(x):
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    x = torch.tensor(x0, requires_grad=True)
    outputs(x).backward(u)
    return x.grad.item()

# %% wrong: gives its first answer to every question
def outputs(x):
    """The two outputs as one tensor."""
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    """u[0] times the first derivative plus u[1] times the second, as a float."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    outputs(x).backward(torch.tensor(u, dtype=torch.float64))
    return x.grad.item()


honest, kept = weighted_slope, []


def weighted_slope(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def outputs(x):
    """The two outputs as one tensor."""
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    """u[0] times the first derivative plus u[1] times the second, as a float."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    outputs(x).backward(torch.tensor(u, dtype=torch.float64))
    return x.grad.item()


honest = weighted_slope


def weighted_slope(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def outputs(x):
    """The two outputs as one tensor."""
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])


def weighted_slope(x0, u):
    """u[0] times the first derivative plus u[1] times the second, as a float."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    outputs(x).backward(torch.tensor(u, dtype=torch.float64))
    return x.grad.item()


def weighted_slope(*given):
    return given[0]
