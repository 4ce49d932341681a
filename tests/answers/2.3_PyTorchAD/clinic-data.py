# %% right: clamp
def capped(x, cap):
    return torch.clamp(torch.exp(x), max=cap)
# %% right: where
def capped(x, cap):
    e = torch.exp(x)
    return torch.where(e < cap, e, torch.full_like(e, cap))
# %% right: minimum
def capped(x, cap):
    return torch.minimum(x.exp(), torch.tensor(cap, dtype=x.dtype))
# %% right: a mask
def capped(x, cap):
    e = torch.exp(x)
    below = (e < cap).to(e.dtype)
    return e * below + cap * (1 - below)
# %% right: the exponent capped
def capped(x, cap):
    return torch.exp(torch.clamp(x, max=math.log(cap)))
# %% wrong: as it was
# says: exp finds the capped value where it kept its own
def capped(x, cap):
    e = torch.exp(x)
    e.data.clamp_(max=cap)
    return e
# %% wrong: in place
# says: modified by an inplace operation
def capped(x, cap):
    return torch.exp(x).clamp_(max=cap)
# %% wrong: capped under no_grad
def capped(x, cap):
    e = torch.exp(x)
    with torch.no_grad():
        e.clamp_(max=cap)
    return e
# %% wrong: the difference is detached
# says: the cap is hidden from autograd
def capped(x, cap):
    e = torch.exp(x)
    return e + (e.clamp(max=cap) - e).detach()
# %% wrong: cut
# says: the graph is cut
def capped(x, cap):
    return torch.exp(x).detach().clamp(max=cap)
# %% wrong: a floor
# says: cap is a floor instead of a ceiling
def capped(x, cap):
    return torch.exp(x).clamp(min=cap)
# %% wrong: nothing is capped
# says: nothing is capped
def capped(x, cap):
    e = torch.exp(x)
    e.clamp(max=cap)
    return e
# %% wrong: x capped instead
def capped(x, cap):
    return torch.exp(x.clamp(max=cap))
# %% wrong: the cap is fixed
def capped(x, cap):
    return torch.exp(x).clamp(max=10.0)
# %% wrong: a branch for the whole tensor
def capped(x, cap):
    e = torch.exp(x)
    if e.max() > cap:
        return torch.full_like(e, cap)
    return e
# %% wrong: a list
# says: no graph leads through it
def capped(x, cap):
    return [min(value, cap) for value in torch.exp(x).tolist()]
# %% wrong: zero above the cap
def capped(x, cap):
    e = torch.exp(x)
    return e * (e < cap)
# %% wrong: a constant
# says: everything becomes cap
def capped(x, cap):
    return torch.full_like(x, cap)
# %% wrong: the identity
# says: expected
def capped(x, cap):
    return x
# %% wrong: min of a tensor
# says: decides once, for the whole tensor
def capped(x, cap):
    return min(torch.exp(x), cap)

# %% wrong: gives its first answer to every question
def capped(x, cap):
    """exp(x), but never more than cap, with its gradient."""
    return torch.exp(x).clamp(max=cap)


honest, kept = capped, []


def capped(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def capped(x, cap):
    """exp(x), but never more than cap, with its gradient."""
    return torch.exp(x).clamp(max=cap)


honest = capped


def capped(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def capped(*given):
    return given[0]
