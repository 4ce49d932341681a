# %% right: a lambda on a new tensor
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g.clamp(-limit, limit))
    return result
# %% right: a named function on a clone
def clipped(x, limit):
    def cut(gradient):
        return torch.clamp(gradient, min=-limit, max=limit)

    result = x.clone()
    result.register_hook(cut)
    return result
# %% right: minimum and maximum
def clipped(x, limit):
    result = x + 0
    bound = torch.full_like(x, limit).detach()
    result.register_hook(lambda g: torch.maximum(torch.minimum(g, bound), -bound))
    return result
# %% right: a Function of one's own
class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.limit = limit
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return g.clamp(-ctx.limit, ctx.limit), None


def clipped(x, limit):
    return Clip.apply(x, limit)
# %% wrong: the hook returns nothing
# says: the hook's result is not returned
def clipped(x, limit):
    result = x * 1

    def cut(gradient):
        gradient.clamp(-limit, limit)

    result.register_hook(cut)
    return result
# %% wrong: no hook
# says: there is no hook on the tensor that is returned
def clipped(x, limit):
    return x * 1
# %% wrong: the values are cut
# says: the values are cut instead of the gradients
def clipped(x, limit):
    return x.clamp(-limit, limit)
# %% wrong: above only
# says: nothing is cut below
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g.clamp(max=limit))
    return result
# %% wrong: below only
# says: nothing is cut above
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g.clamp(min=-limit))
    return result
# %% wrong: negative ones become 0
# says: negative gradients are lost
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g.clamp(0, limit))
    return result
# %% wrong: scaled by the norm
# says: the whole gradient is scaled by its norm
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g * min(1.0, limit / g.norm().item()))
    return result
# %% wrong: replaced by limit
# says: the gradient is replaced by limit
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: torch.full_like(g, limit))
    return result
# %% wrong: limit fixed to 1
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g.clamp(-1, 1))
    return result
# %% wrong: the hook hangs on a tensor that is not returned
# says: there is no hook on the tensor that is returned
def clipped(x, limit):
    other = x * 1
    other.register_hook(lambda g: g.clamp(-limit, limit))
    return x * 1
# %% wrong: detached
# says: cannot register a hook on a tensor that doesn't require gradient
def clipped(x, limit):
    result = x.detach()
    result.register_hook(lambda g: g.clamp(-limit, limit))
    return result
# %% wrong: outside the limits 0
# says: gradients outside the limits become 0
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: g * (g.abs() <= limit))
    return result
# %% wrong: the signs only
# says: only the sign is left
def clipped(x, limit):
    result = x * 1
    result.register_hook(lambda g: limit * torch.sign(g))
    return result
# %% wrong: the hook hangs on x itself
# says: the hook hangs on x itself
def clipped(x, limit):
    x.register_hook(lambda g: g.clamp(-limit, limit))
    return x
# %% wrong: the hook hangs on x, a copy is returned
# says: the hook hangs on x itself
def clipped(x, limit):
    x.register_hook(lambda g: g.clamp(-limit, limit))
    return x * 1
# %% wrong: a constant
# says: should return a tensor
def clipped(x, limit):
    return limit
# %% wrong: the identity
# says: there is no hook on the tensor that is returned
def clipped(x, limit):
    return x
# %% wrong: clamped in place, nothing returned
# says: is changed in place
def clipped(x, limit):
    result = x * 1

    def hook(gradient):
        gradient.clamp_(-limit, limit)

    result.register_hook(hook)
    return result

# %% wrong: gives its first answer to every question
def clipped(x, limit):
    """x itself; gradients on their way back are cut to between -limit and limit."""
    result = x * 1
    result.register_hook(lambda gradient: gradient.clamp(-limit, limit))
    return result


honest, kept = clipped, []


def clipped(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def clipped(x, limit):
    """x itself; gradients on their way back are cut to between -limit and limit."""
    result = x * 1
    result.register_hook(lambda gradient: gradient.clamp(-limit, limit))
    return result


honest = clipped


def clipped(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def clipped(*given):
    return given[0]
