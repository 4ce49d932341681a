# %% right: emptied after each step
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()
# %% right: emptied before each pass
def fit_line(xs, ys, rate, steps):
    w = torch.zeros((), requires_grad=True)
    for _ in range(steps):
        if w.grad is not None:
            w.grad.zero_()
        torch.mean((ys - w * xs).pow(2)).backward()
        w.data -= rate * w.grad
    return float(w)
# %% right: SGD
def fit_line(xs, ys, rate, steps):
    w = torch.tensor([0.0], requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(w * xs, ys).backward()
        optimiser.step()
    return w.item()
# %% right: autograd.grad
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).sum() / len(xs)
        (g,) = torch.autograd.grad(loss, w)
        w = (w - rate * g).detach().requires_grad_()
    return w.item()
# %% wrong: as it was
# says: .grad is never emptied
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()
# %% wrong: emptied after the loop
# says: .grad is never emptied
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    w.grad.zero_()
    return w.item()
# %% wrong: emptied between backward and step
# says: w never moves
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        w.grad.zero_()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()
# %% wrong: the sum instead of the mean
# says: the sum is taken instead of the mean
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()
# %% wrong: uphill
# says: the step goes uphill
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w += rate * w.grad
        w.grad = None
    return w.item()
# %% wrong: a new w each time
def fit_line(xs, ys, rate, steps):
    for _ in range(steps):
        w = torch.tensor(0.0, requires_grad=True)
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()
# %% wrong: one step too many
# says: one step too many is taken
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps + 1):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()
# %% wrong: the best slope at once
# says: the best slope of all is returned
def fit_line(xs, ys, rate, steps):
    return ((xs * ys).sum() / (xs * xs).sum()).item()
# %% wrong: a tensor
# says: is a tensor
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w
# %% wrong: the step is tracked
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        w = w - rate * w.grad
    return w.item()
# %% wrong: half of the square, so that the factor 2 is gone
# says: the factor 2 is missing
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = 0.5 * ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()
# %% wrong: zero_ before the first backward
# says: x.grad = None empties it at any time
def fit_line(xs, ys, rate, steps):
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        w.grad.zero_()
        ((w * xs - ys) ** 2).mean().backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()
# %% wrong: a constant
# says: expected
def fit_line(xs, ys, rate, steps):
    return 1.0
# %% wrong: the identity
# says: expected
def fit_line(xs, ys, rate, steps):
    return rate

# %% wrong: gives its first answer to every question
def fit_line(xs, ys, rate, steps):
    """The slope w after so many steps of gradient descent from w = 0, as a float."""
    w = torch.tensor(0.0, dtype=xs.dtype, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()


honest, kept = fit_line, []


def fit_line(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def fit_line(xs, ys, rate, steps):
    """The slope w after so many steps of gradient descent from w = 0, as a float."""
    w = torch.tensor(0.0, dtype=xs.dtype, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()


honest = fit_line


def fit_line(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def fit_line(*given):
    return given[0]
