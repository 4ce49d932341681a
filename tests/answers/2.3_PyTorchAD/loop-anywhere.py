# %% right: a while loop
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    i = 0
    while i < rounds:
        z = (z + i) * x * x
        i += 1
    z.backward()
    return x.grad.item()
# %% right: a for loop in double precision
def loop_slope(x0, rounds):
    x = torch.tensor(x0, dtype=torch.double, requires_grad=True)
    z = torch.ones((), dtype=torch.double)
    for i in range(rounds):
        z = (z + i) * x.pow(2)
    z.backward()
    return float(x.grad)
# %% right: autograd.grad
def loop_slope(x0, rounds):
    x = torch.tensor(float(x0), requires_grad=True)
    z = 1.0
    for i in range(rounds):
        z = (z + i) * x * x
    (slope_of_z,) = torch.autograd.grad(z, x)
    return slope_of_z.item()
# %% right: a numpy float
def loop_slope(x0, rounds):
    import numpy as np

    x = torch.tensor(x0, requires_grad=True)
    z = torch.tensor(1.0)
    i = 0
    while i < rounds:
        z = torch.mul(torch.mul(torch.add(z, i), x), x)
        i += 1
    z.backward()
    return np.float64(x.grad.numpy())
# %% right: torch.func
def loop_slope(x0, rounds):
    def run(x):
        z = 1.0
        for i in range(rounds):
            z = (z + i) * x**2
        return z

    return torch.func.grad(run)(torch.tensor(x0)).item()
# %% wrong: x fixed to 0.5
# says: x0 is ignored and x is always 0.5
def loop_slope(x0, rounds):
    x = torch.tensor(0.5, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: always two rounds
# says: rounds is ignored and there are always two
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(2):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: one round too many
# says: the loop runs one round too many
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    i = 0
    while i <= rounds:
        z = (z + i) * x * x
        i += 1
    z.backward()
    return x.grad.item()
# %% wrong: one round too few
# says: the loop runs one round too few
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = x * 0 + 1
    i = 0
    while i < rounds - 1:
        z = (z + i) * x * x
        i += 1
    z.backward()
    return x.grad.item()
# %% wrong: the value instead of the derivative
# says: z is returned instead of its derivative
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return z.item()
# %% wrong: a tensor
# says: is a tensor
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad
# %% wrong: a leaf in each round
# says: a new leaf is made in each round
def loop_slope(x0, rounds):
    z = 1
    for i in range(rounds):
        x = torch.tensor(x0, requires_grad=True)
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: backward without the call
# says: `z.backward` without brackets calls nothing
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward
    return x.grad
# %% wrong: a rounded result
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return round(x.grad.item(), 1)
# %% wrong: a derivative carried along by the product rule
# says: no backward pass was made
def loop_slope(x0, rounds):
    z, dz = 1.0, 0.0
    for i in range(rounds):
        z, dz = (z + i) * x0**2, dz * x0**2 + 2 * x0 * (z + i)
    return dz
# %% wrong: central differences
# says: no backward pass was made
def loop_slope(x0, rounds):
    def run(x):
        z = 1.0
        for i in range(rounds):
            z = (z + i) * x * x
        return z

    return (run(x0 + 1e-6) - run(x0 - 1e-6)) / 2e-6
# %% wrong: backward without the call, then .item()
# says: .grad is None until backward()
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward
    return x.grad.item()
# %% wrong: backward inside the loop
# says: backward() belongs after the loop
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
        z.backward()
    return x.grad.item()
# %% wrong: backward inside the loop, with torch's advice
# says: the gradients of all rounds have added up
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
        z.backward(retain_graph=True)
    return x.grad.item()
# %% wrong: backward called twice
# says: backward is called twice and its results have added up
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward(retain_graph=True)
    z.backward()
    return x.grad.item()
# %% wrong: a leaf without requires_grad
# says: Was the leaf made with requires_grad=True?
def loop_slope(x0, rounds):
    x = torch.tensor(x0)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: detached halfway by .item()
# says: z is detached there
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z.item() if i else z) + i
        z = z * x * x
    z.backward()
    return x.grad.item()
# %% wrong: detached halfway by .data
# says: z is detached there
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = torch.tensor(1.0)
    for i in range(rounds):
        z = (z.data + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: each round multiplies by x once
# says: each round multiplies by x once
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x
    z.backward()
    return x.grad.item()
# %% wrong: the loop starts at i = 1
# says: i starts at 1
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(1, rounds + 1):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: i never grows
# says: i does not grow inside the loop
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z, i = 1, 0
    for _ in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: a string
# says: should be a plain number
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return f"{x.grad.item()}"
# %% wrong: the method itself
# says: should be a plain number
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item
# %% wrong: a constant
# says: expected 2.064
def loop_slope(x0, rounds):
    return 1.5
# %% wrong: the identity
# says: expected
def loop_slope(x0, rounds):
    return x0
# %% wrong: i from 1 to rounds - 1
# says: i starts at 1, and there is one round too few
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(1, rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: the brackets are missing
# says: the brackets of (z + i) are missing
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = z + i * x * x
    z.backward()
    return x.grad.item()

# %% wrong: gives its first answer to every question
def loop_slope(x0, rounds):
    """The derivative of z after so many rounds of the loop, at x = x0, as a float."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()


honest, kept = loop_slope, []


def loop_slope(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def loop_slope(x0, rounds):
    """The derivative of z after so many rounds of the loop, at x = x0, as a float."""
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()


honest = loop_slope


def loop_slope(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def loop_slope(*given):
    return given[0]
