# %% right: a clone
def energy(w):
    v = w.clone()
    v[0] *= 2
    return (v * v).sum()
# %% right: cat
def energy(w):
    v = torch.cat([2 * w[:1], w[1:]])
    return (v**2).sum()
# %% right: a scale
def energy(w):
    scale = torch.ones_like(w)
    scale[0] = 2
    return ((scale * w) ** 2).sum()
# %% right: the sum written out
def energy(w):
    return (2 * w[0]) ** 2 + (w[1:] ** 2).sum()
# %% right: the difference added
def energy(w):
    return torch.dot(w, w) + 3 * w[0] * w[0]
# %% wrong: as it was
# says: a view of a leaf Variable
def energy(w):
    w[0] *= 2
    return (w * w).sum()
# %% wrong: hidden by no_grad
# says: energy changes the tensor that it was given
def energy(w):
    with torch.no_grad():
        w[0] *= 2
    return (w * w).sum()
# %% wrong: hidden by .data
# says: energy changes the tensor that it was given
def energy(w):
    w.data[0] *= 2
    return (w * w).sum()
# %% wrong: a detached copy
# says: the graph is cut
def energy(w):
    v = w.detach().clone()
    v[0] *= 2
    return (v * v).sum()
# %% wrong: everything doubled
# says: everything is doubled
def energy(w):
    v = 2 * w
    return (v * v).sum()
# %% wrong: nothing doubled
# says: nothing is doubled
def energy(w):
    v = w.clone()
    v[0] * 2
    return (v * v).sum()
# %% wrong: the square doubled
# says: the square is doubled, not the entry
def energy(w):
    squares = w * w
    return squares.sum() + squares[0]
# %% wrong: the first entry through .item()
# says: the first entry is detached
def energy(w):
    v = w.clone()
    v[0] = 2 * w[0].item()
    return (v * v).sum()
# %% wrong: three entries only
def energy(w):
    return (2 * w[0]) ** 2 + w[1] ** 2 + w[2] ** 2
# %% wrong: rebuilt with torch.tensor
# says: the graph is cut
def energy(w):
    v = torch.tensor([2 * w[0].item(), *w[1:].tolist()], requires_grad=True)
    return (v * v).sum()
# %% wrong: no sum
def energy(w):
    v = w.clone()
    v[0] *= 2
    return v * v
# %% wrong: a float
# says: no graph leads through it
def energy(w):
    v = w.clone()
    v[0] *= 2
    return (v * v).sum().item()
# %% wrong: right value and gradient, but w has been changed
# says: energy changes the tensor that it was given
def energy(w):
    doubled = w.clone()
    doubled[0] = 2 * w[0]
    result = (doubled * doubled).sum()
    w.data[0] *= 2
    return result
# %% wrong: a constant
# says: should return a tensor
def energy(w):
    return 19.64
# %% wrong: the identity
# says: shape
def energy(w):
    return w

# %% wrong: gives its first answer to every question
def energy(w):
    """The sum of squares after the first entry has been doubled; w itself stays as it was."""
    doubled = w.clone()
    doubled[0] = 2 * w[0]
    return (doubled * doubled).sum()


honest, kept = energy, []


def energy(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def energy(w):
    """The sum of squares after the first entry has been doubled; w itself stays as it was."""
    doubled = w.clone()
    doubled[0] = 2 * w[0]
    return (doubled * doubled).sum()


honest = energy


def energy(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def energy(*given):
    return given[0]
