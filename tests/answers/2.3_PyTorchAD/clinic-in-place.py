# %% right: a new tensor
def softplus(x):
    e = torch.exp(x)
    e = e + 1
    return torch.log(e)
# %% right: one line
def softplus(x):
    return torch.log(1 + torch.exp(x))
# %% right: log1p
def softplus(x):
    return torch.log1p(x.exp())
# %% right: logaddexp
def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))
# %% right: in place on a copy
def softplus(x):
    e = torch.exp(x).clone()
    e += 1
    return e.log()
# %% right: torch's own
def softplus(x):
    return torch.nn.functional.softplus(x)
# %% wrong: as it was
# says: modified by an inplace operation
def softplus(x):
    e = torch.exp(x)
    e += 1
    return torch.log(e)
# %% wrong: add_ instead
# says: modified by an inplace operation
def softplus(x):
    return torch.log(torch.exp(x).add_(1))
# %% wrong: hidden by .data
# says: behind autograd's back
def softplus(x):
    e = torch.exp(x)
    e.data += 1
    return torch.log(e)
# %% wrong: detached
# says: the graph is cut on the way
def softplus(x):
    e = torch.exp(x).detach()
    e += 1
    return torch.log(e)
# %% wrong: under no_grad
# says: the graph is cut on the way
def softplus(x):
    with torch.no_grad():
        e = torch.exp(x)
        e += 1
        return torch.log(e)
# %% wrong: the 1 is lost
# says: the 1 is lost
def softplus(x):
    e = torch.exp(x)
    e + 1
    return torch.log(e)
# %% wrong: a float
# says: .tolist() turns a whole tensor into a list
def softplus(x):
    return math.log(1 + math.exp(x.item()))
# %% wrong: the 1 inside the exponential
def softplus(x):
    return torch.log(torch.exp(x + 1))
# %% wrong: no logarithm
def softplus(x):
    return torch.exp(x) + 1
# %% wrong: in place on x
# says: leaf Variable that requires grad
def softplus(x):
    x += 1
    return torch.log(torch.exp(x))
# %% wrong: nothing is returned
# says: softplus returns None
def softplus(x):
    e = torch.exp(x)
    e = e + 1
    torch.log(e)
# %% wrong: a constant
# says: should return a tensor
def softplus(x):
    return 0.974
# %% wrong: the identity
# says: the 1 is lost
def softplus(x):
    return x

# %% wrong: gives its first answer to every question
def softplus(x):
    """log(1 + exp(x)), with its gradient."""
    e = torch.exp(x)
    e = e + 1
    return torch.log(e)


honest, kept = softplus, []


def softplus(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def softplus(x):
    """log(1 + exp(x)), with its gradient."""
    e = torch.exp(x)
    e = e + 1
    return torch.log(e)


honest = softplus


def softplus(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def softplus(*given):
    return given[0]
