# %% right: no_grad, emptied by None
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        loss = bowl(x)
        loss.backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% right: .data and zero_, as old code has it
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for step in range(steps):
        f = bowl(x)
        f.backward()
        x.data -= rate * x.grad.data
        x.grad.data.zero_()
    return [float(entry) for entry in x]
# %% right: torch.optim.SGD
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    optimiser = torch.optim.SGD([x], lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        bowl(x).backward()
        optimiser.step()
    return x.detach().tolist()
# %% right: a new leaf for each step
def descend(start, rate, steps):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        (g,) = torch.autograd.grad(bowl(x), x)
        x = (x - rate * g).detach().requires_grad_()
    return x.tolist()
# %% right: the sum written out, in a while loop
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    count = 0
    while count < steps:
        (x[0] ** 2 + x[1] ** 2 + x[2] ** 2).backward()
        with torch.no_grad():
            x.copy_(x - rate * x.grad)
            x.grad.zero_()
        count += 1
    return x.tolist()
# %% wrong: never emptied
# says: the old gradients are still in .grad
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
    return x.tolist()
# %% wrong: uphill
# says: the step goes uphill
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x += rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: the step is tracked, and x no longer a leaf
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        x = x - rate * x.grad
    return x.tolist()
# %% wrong: the step is tracked, in place
# says: a leaf Variable that requires grad is being used in an in-place operation
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: one step too many
# says: one step too many is taken
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps + 1):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: one step too few
# says: one step too few is taken
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(1, steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: the rate is fixed
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= 0.1 * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: the gradient comes back
# says: the gradient is returned instead of the point
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        x.grad = None
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
    return x.grad.tolist()
# %% wrong: a tensor where a list was asked
# says: descend returns a tensor of shape (3,)
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x
# %% wrong: the start is fixed
def descend(start, rate, steps):
    x = torch.tensor([2.0, 1.0, 10.0], requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: the return stands inside the loop
# says: only one step is taken
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
        return x.tolist()
# %% wrong: the factor 2 is missing, by hand
# says: the factor 2 of the derivative is missing
def descend(start, rate, steps):
    x = list(start)
    for _ in range(steps):
        x = [entry - rate * entry for entry in x]
    return x
# %% wrong: backward without the call
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: zero_ before the first backward
# says: x.grad = None empties it at any time
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        x.grad.zero_()
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
    return x.tolist()
# %% wrong: a new x under no_grad
# says: x = x - ... puts a new tensor without a graph in the leaf's place
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x = x - rate * x.grad
    return x.tolist()
# %% wrong: a leaf without requires_grad
# says: Was the leaf made with requires_grad=True?
def descend(start, rate, steps):
    x = torch.tensor(start)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: .item() of three entries
# says: .tolist() turns a whole tensor into a list
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.item()
# %% wrong: the gradient as a tensor
# says: descend returns a tensor of shape
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        x.grad = None
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
    return x.grad
# %% wrong: the value of bowl outside the loop
# says: belongs inside it
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    value = bowl(x)
    for _ in range(steps):
        value.backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
# %% wrong: the gradient worked out
# says: you need one backward pass per step
def descend(start, rate, steps):
    x = list(start)
    for _ in range(steps):
        x = [entry - rate * 2 * entry for entry in x]
    return x
# %% wrong: a constant
# says: expected
def descend(start, rate, steps):
    return [0.0, 0.0, 0.0]
# %% wrong: the identity
# says: x never moves
def descend(start, rate, steps):
    return start
# %% wrong: the value of bowl outside the loop, its graph retained
# says: compute the function anew in each round
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    value = bowl(x)
    for _ in range(steps):
        value.backward(retain_graph=True)
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()

# %% wrong: gives its first answer to every question
def descend(start, rate, steps):
    """Where gradient descent on bowl ends after so many steps, as a list of floats."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()


honest, kept = descend, []


def descend(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def descend(start, rate, steps):
    """Where gradient descent on bowl ends after so many steps, as a list of floats."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()


honest = descend


def descend(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def descend(*given):
    return given[0]
