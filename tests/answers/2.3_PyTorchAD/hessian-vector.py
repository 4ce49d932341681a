# %% right: autograd.grad twice
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()
# %% right: grad_outputs, in single precision
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, requires_grad=True)
    gradient = torch.autograd.grad(f(leaf), leaf, create_graph=True)[0]
    product = torch.autograd.grad(gradient, leaf, grad_outputs=torch.tensor(v))[0]
    return [float(entry) for entry in product]
# %% right: backward twice, emptied between
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    gradient = torch.autograd.grad(f(leaf), leaf, create_graph=True)[0]
    (gradient * torch.tensor(v, dtype=torch.float64)).sum().backward()
    return leaf.grad.tolist()
# %% right: torch.autograd.functional
def hessian_vector(f, x, v):
    _, product = torch.autograd.functional.hvp(
        f, torch.tensor(x, dtype=torch.float64), torch.tensor(v, dtype=torch.float64)
    )
    return product.tolist()
# %% right: forward over reverse
def hessian_vector(f, x, v):
    point, direction = torch.tensor(x, dtype=torch.float64), torch.tensor(v, dtype=torch.float64)
    return torch.func.jvp(torch.func.grad(f), (point,), (direction,))[1].tolist()
# %% wrong: create_graph left out
# says: (create_graph=True)
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf)
    (product,) = torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()
# %% wrong: retain_graph instead of create_graph
# says: create_graph=True
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, retain_graph=True)
    (gradient @ torch.tensor(v, dtype=torch.float64)).backward()
    return leaf.grad.tolist()
# %% wrong: the gradient
# says: this is the gradient
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(f(leaf), leaf)[0].tolist()
# %% wrong: the gradient times v
# says: this is the gradient times v, entry by entry
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf)
    return (gradient * torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: the first gradient left in .grad
# says: the first gradient is still in .grad
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    f(leaf).backward(create_graph=True)
    (leaf.grad @ torch.tensor(v, dtype=torch.float64)).backward()
    return leaf.grad.tolist()
# %% wrong: v left out
# says: v is left out
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient.sum(), leaf)[0].tolist()
# %% wrong: the diagonal only
# says: only the diagonal of the Hessian is used
def hessian_vector(f, x, v):
    hessian = torch.autograd.functional.hessian(f, torch.tensor(x, dtype=torch.float64))
    return (hessian.diagonal() * torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: a difference of gradients
# says: f was called 2 times
def hessian_vector(f, x, v):
    def gradient(point):
        leaf = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        return torch.autograd.grad(f(leaf), leaf)[0]

    step = 1e-5
    ahead = gradient([a + step * b for a, b in zip(x, v)])
    behind = gradient([a - step * b for a, b in zip(x, v)])
    return ((ahead - behind) / (2 * step)).tolist()
# %% wrong: a number
# says: should be a list or tuple of 2
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    direction = torch.tensor(v, dtype=torch.float64)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ direction, leaf)
    return (product @ direction).item()
# %% wrong: a tensor
# says: hessian_vector returns a tensor
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)[0]
# %% wrong: the tuple
# says: returns a tuple
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
# %% wrong: the tuple of the first gradient is used as a tensor
# says: torch.autograd.grad returns a tuple
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    gradient = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)[0].tolist()
# %% wrong: a leaf without requires_grad
# says: requires_grad=True
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)[0].tolist()
# %% wrong: two inputs only
# says: expected
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient[0] * v[0] + gradient[1] * v[1], leaf)[0].tolist()
# %% wrong: v once more at the end
# says: v multiplies again at the end
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    direction = torch.tensor(v, dtype=torch.float64)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return (torch.autograd.grad(gradient @ direction, leaf)[0] * direction).tolist()
# %% wrong: a constant
# says: expected
def hessian_vector(f, x, v):
    return [0.0] * len(x)
# %% wrong: the identity
# says: v is returned
def hessian_vector(f, x, v):
    return v
# %% wrong: torch's whole Hessian
# says: the whole Hessian was built
def hessian_vector(f, x, v):
    whole = torch.autograd.functional.hessian(f, torch.tensor(x, dtype=torch.float64))
    return (whole @ torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: the whole Hessian, by torch.func
# says: the whole Hessian was built
def hessian_vector(f, x, v):
    return (torch.func.hessian(f)(torch.tensor(x, dtype=torch.float64)) @ torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: the whole Hessian, row by row
# says: the whole Hessian was built
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    rows = torch.stack([torch.autograd.grad(entry, leaf, retain_graph=True)[0] for entry in g])
    return (rows @ torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: v only afterwards
# says: v multiplies only afterwards
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), leaf)
    return (h * torch.tensor(v, dtype=torch.float64)).tolist()
# %% wrong: the tuple's list
# says: torch.autograd.grad returns a tuple
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    product = torch.autograd.grad(g @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()
# %% wrong: gradient times v is not summed
# says: A backward pass starts from a single number
def hessian_vector(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(g * torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()

# %% wrong: gives its first answer to every question
def hessian_vector(f, x, v):
    """The Hessian of f at x times v, as a list of floats."""
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()


honest, kept = hessian_vector, []


def hessian_vector(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def hessian_vector(f, x, v):
    """The Hessian of f at x times v, as a list of floats."""
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()


honest = hessian_vector


def hessian_vector(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def hessian_vector(*given):
    return given[0]
