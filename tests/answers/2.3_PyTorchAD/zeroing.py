# %% right: one leaf, moved and emptied
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for point in points:
        x.data.fill_(point)
        if x.grad is not None:
            x.grad.zero_()
        f(x).backward()
        found.append(x.grad.item())
    return found
# %% right: a new leaf for each point
def derivatives_at(f, points):
    found = []
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward()
        found.append(float(x.grad))
    return found
# %% right: all points in one tensor
def derivatives_at(f, points):
    x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    f(x).sum().backward()
    return x.grad.tolist()
# %% right: differences of the running sums
def derivatives_at(f, points):
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    found, before = [], 0.0
    for point in points:
        with torch.no_grad():
            x.fill_(point)
        f(x).backward()
        found.append(x.grad.item() - before)
        before = x.grad.item()
    return found
# %% right: autograd.grad adds nothing up
def derivatives_at(f, points):
    leaves = [torch.tensor(p, requires_grad=True) for p in points]
    return [torch.autograd.grad(f(x), x)[0].item() for x in leaves]
# %% wrong: never emptied
# says: the gradients of earlier points are still in .grad
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for point in points:
        x.data.fill_(point)
        f(x).backward()
        found.append(x.grad.item())
    return found
# %% wrong: the values
# says: the values of f are returned instead of its derivatives
def derivatives_at(f, points):
    return [f(torch.tensor(p)).item() for p in points]
# %% wrong: tensors in the list
# says: is a tensor
def derivatives_at(f, points):
    found = []
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward()
        found.append(x.grad)
    return found
# %% wrong: the same .grad, put into the list again and again
# says: is a tensor
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for point in points:
        x.data.fill_(point)
        f(x).backward()
        found.append(x.grad)
    return found
# %% wrong: the last one only
# says: should be a list or tuple of 3
def derivatives_at(f, points):
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward()
    return x.grad.item()
# %% wrong: the sum of all
# says: should be a list or tuple of 3
def derivatives_at(f, points):
    x = torch.tensor(points, requires_grad=True)
    f(x).sum().backward()
    return x.grad.sum().item()
# %% wrong: returns after the first point
def derivatives_at(f, points):
    found = []
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward()
        found.append(x.grad.item())
        return found
# %% wrong: emptied in the wrong place, after reading only the first
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for k, point in enumerate(points):
        x.data.fill_(point)
        f(x).backward()
        found.append(x.grad.item())
        if k == 0:
            x.grad.zero_()
    return found
# %% wrong: emptied between backward and reading
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for point in points:
        x.data.fill_(point)
        f(x).backward()
        x.grad.zero_()
        found.append(x.grad.item())
    return found
# %% wrong: the leaf is never moved
# says: expected
def derivatives_at(f, points):
    x = torch.tensor(points[0], requires_grad=True)
    found = []
    for point in points:
        x.grad = None
        f(x).backward()
        found.append(x.grad.item())
    return found
# %% wrong: texts
# says: is a string
def derivatives_at(f, points):
    found = []
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward()
        found.append(f"{x.grad.item():.4f}")
    return found
# %% wrong: another function, always wave of the cosine
def derivatives_at(f, points):
    return [math.cos(p) for p in points]
# %% wrong: central differences
# says: f was not differentiated by a backward pass
def derivatives_at(f, points):
    def at(p):
        return f(torch.tensor(p, dtype=torch.float64)).item()

    return [(at(p + 1e-6) - at(p - 1e-6)) / 2e-6 for p in points]
# %% wrong: zero_ before the first backward
# says: x.grad = None empties it at any time
def derivatives_at(f, points):
    x = torch.tensor(0.0, requires_grad=True)
    found = []
    for point in points:
        x.grad.zero_()
        x.data.fill_(point)
        f(x).backward()
        found.append(x.grad.item())
    return found
# %% wrong: backward without the call
# says: an entry of the list is None
def derivatives_at(f, points):
    found = []
    for point in points:
        x = torch.tensor(point, requires_grad=True)
        f(x).backward
        found.append(x.grad)
    return found
# %% wrong: a constant
# says: expected
def derivatives_at(f, points):
    return [0.0] * len(points)
# %% wrong: the identity
# says: expected
def derivatives_at(f, points):
    return points

# %% wrong: gives its first answer to every question
def derivatives_at(f, points):
    """The derivatives of f at the points, as a list of floats."""
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    found = []
    for point in points:
        with torch.no_grad():
            x.fill_(point)
        x.grad = None
        f(x).backward()
        found.append(x.grad.item())
    return found


honest, kept = derivatives_at, []


def derivatives_at(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def derivatives_at(f, points):
    """The derivatives of f at the points, as a list of floats."""
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    found = []
    for point in points:
        with torch.no_grad():
            x.fill_(point)
        x.grad = None
        f(x).backward()
        found.append(x.grad.item())
    return found


honest = derivatives_at


def derivatives_at(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def derivatives_at(*given):
    return given[0]
