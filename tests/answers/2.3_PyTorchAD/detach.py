# %% right: detach the sine
def half_tracked(x, y):
    return x * y + torch.sin(x).detach()
# %% right: detach x inside the sine
def half_tracked(x, y):
    return x * y + torch.sin(x.detach())
# %% right: no_grad round the sine
def half_tracked(x, y):
    with torch.no_grad():
        b = torch.sin(x)
    a = x * y
    return a + b
# %% right: a Python float for the sine
def half_tracked(x, y):
    return x * y + math.sin(x.item())
# %% right: .data, as old code has it
def half_tracked(x, y):
    z = torch.mul(x, y)
    return z + torch.sin(x.data)
# %% wrong: nothing is cut
# says: nothing is cut
def half_tracked(x, y):
    return x * y + torch.sin(x)
# %% wrong: everything is cut
# says: everything is cut
def half_tracked(x, y):
    return (x * y + torch.sin(x)).detach()
# %% wrong: everything under no_grad
# says: everything is cut
def half_tracked(x, y):
    with torch.no_grad():
        return x * y + torch.sin(x)
# %% wrong: a float comes back
# says: no graph leads through it
def half_tracked(x, y):
    return x.item() * y.item() + math.sin(x.item())
# %% wrong: x detached everywhere
# says: x is detached in the product as well
def half_tracked(x, y):
    x = x.detach()
    return x * y + torch.sin(x)
# %% wrong: the product is cut instead
# says: the product is cut instead of the sine
def half_tracked(x, y):
    return (x * y).detach() + torch.sin(x)
# %% wrong: x detached in the product instead
# says: x is detached in the product instead of in the sine
def half_tracked(x, y):
    return x.detach() * y + torch.sin(x)
# %% wrong: y is detached too
# says: y is detached too
def half_tracked(x, y):
    return x * y.detach() + torch.sin(x).detach()
# %% wrong: the sine is left out
# says: the sine is left out
def half_tracked(x, y):
    return x * y
# %% wrong: detach without the call
def half_tracked(x, y):
    return x * y + torch.sin(x).detach
# %% wrong: rebuilt with torch.tensor
# says: everything is cut
def half_tracked(x, y):
    return torch.tensor(x.item() * y.item() + math.sin(x.item()), dtype=torch.float64)
# %% wrong: the sine of y
def half_tracked(x, y):
    return x * y + torch.sin(y).detach()
# %% wrong: a constant
# says: should return a tensor, but returns a float
def half_tracked(x, y):
    return 2.5794255386
# %% wrong: the identity
# says: the value of half_tracked
def half_tracked(x, y):
    return x

# %% wrong: gives its first answer to every question
def half_tracked(x, y):
    """x y + sin x, with no gradient through the sine."""
    return x * y + torch.sin(x).detach()


honest, kept = half_tracked, []


def half_tracked(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def half_tracked(x, y):
    """x y + sin x, with no gradient through the sine."""
    return x * y + torch.sin(x).detach()


honest = half_tracked


def half_tracked(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def half_tracked(*given):
    return given[0]
