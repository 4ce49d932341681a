# %% right: stack
def pair(x):
    return torch.stack([x * x, torch.sin(x)])
# %% right: cat
def pair(x):
    square = x**2
    sine = x.sin()
    return torch.cat((square.unsqueeze(0), sine.unsqueeze(0)))
# %% right: an empty tensor, filled
def pair(x):
    both = torch.zeros(2, dtype=x.dtype)
    both[0] = torch.square(x)
    both[1] = torch.sin(x)
    return both
# %% right: unit vectors
def pair(x):
    return x * x * torch.tensor([1.0, 0.0]) + torch.sin(x) * torch.tensor([0.0, 1.0])
# %% right: hstack
def pair(x):
    return torch.hstack([x.pow(2), torch.sin(x)])
# %% wrong: as it was
# says: no gradient passes at all
def pair(x):
    square = x * x
    sine = torch.sin(x)
    return torch.tensor([square.item(), sine.item()], requires_grad=True)
# %% wrong: without requires_grad
# says: no gradient passes at all
def pair(x):
    square = x * x
    sine = torch.sin(x)
    return torch.tensor([square.item(), sine.item()])
# %% wrong: .data of both
# says: no gradient passes at all
def pair(x):
    return torch.stack([(x * x).data, torch.sin(x).data])
# %% wrong: one of them through .item()
# says: no gradient passes through the square
def pair(x):
    return torch.stack([torch.tensor((x * x).item(), dtype=x.dtype), torch.sin(x)])
# %% wrong: the sine detached
# says: no gradient passes through the sine
def pair(x):
    return torch.stack([x * x, torch.sin(x).detach()])
# %% wrong: one factor detached
# says: one factor of the square is detached
def pair(x):
    return torch.stack([x * x.item(), torch.sin(x)])
# %% wrong: the wrong way round
# says: the two numbers are in the wrong order
def pair(x):
    return torch.stack([torch.sin(x), x * x])
# %% wrong: a list
# says: no graph leads through it
def pair(x):
    return [x * x, torch.sin(x)]
# %% wrong: the sum
def pair(x):
    return x * x + torch.sin(x)
# %% wrong: the cosine
def pair(x):
    return torch.stack([x * x, torch.cos(x)])
# %% wrong: under no_grad
# says: no gradient passes at all
def pair(x):
    with torch.no_grad():
        return torch.stack([x * x, torch.sin(x)])
# %% wrong: nothing is returned
# says: pair returns None
def pair(x):
    torch.stack([x * x, torch.sin(x)])
# %% wrong: a constant
# says: expected
def pair(x):
    return torch.tensor([0.25, 0.25], dtype=torch.float64)
# %% wrong: the identity
# says: shape
def pair(x):
    return x

# %% wrong: gives its first answer to every question
def pair(x):
    """The two numbers x squared and sin x as one tensor of shape (2,)."""
    return torch.stack([x * x, torch.sin(x)])


honest, kept = pair, []


def pair(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def pair(x):
    """The two numbers x squared and sin x as one tensor of shape (2,)."""
    return torch.stack([x * x, torch.sin(x)])


honest = pair


def pair(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def pair(*given):
    return given[0]
