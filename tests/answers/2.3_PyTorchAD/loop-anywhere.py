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
# %% right: a derivative carried along by the product rule
def loop_slope(x0, rounds):
    z, dz = 1.0, 0.0
    for i in range(rounds):
        z, dz = (z + i) * x0**2, dz * x0**2 + 2 * x0 * (z + i)
    return dz
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
# says: x is created again inside the loop
def loop_slope(x0, rounds):
    z = 1
    for i in range(rounds):
        x = torch.tensor(x0, requires_grad=True)
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: backward without the call
# says: not done yet
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward
    return x.grad
# %% wrong: no gradient asked for
# says: does not require grad
def loop_slope(x0, rounds):
    x = torch.tensor(x0)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
# %% wrong: a rounded result
def loop_slope(x0, rounds):
    x = torch.tensor(x0, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return round(x.grad.item(), 1)
