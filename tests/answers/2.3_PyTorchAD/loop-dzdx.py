# %% right: a while loop with a counter
x = torch.tensor(0.5, requires_grad=True)
z = 1
i = 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% right: double precision and float()
x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
z = torch.tensor(1.0)
i = 0
while i < 2:
    z = (z + i) * x**2
    i = i + 1
z.backward()
dzdx = float(x.grad)
# %% right: a for loop, a print and a helper
def run(x):
    z = 1
    for i in range(2):
        z = (z + i) * x * x
    return z


x = torch.tensor([0.5], requires_grad=True)
z = run(x)
z.backward()
print(z)
dzdx = x.grad[0].item()
# %% right: autograd.grad
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i <= 1:
    z, i = (z + i) * x * x, i + 1
dzdx = torch.autograd.grad(z, x)[0].item()
# %% right: through numpy
x = torch.tensor(0.5, requires_grad=True)
z = 1
i = 0
while True:
    z = torch.mul(torch.mul(torch.add(torch.as_tensor(z), i), x), x)
    i += 1
    if i == 2:
        break
z.backward()
dzdx = float(x.grad.numpy())
# %% wrong: the value of z
# says: dzdx holds z itself, not its derivative
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = z.item()
# %% wrong: x created again inside the loop
# says: x is created again inside the loop
z, i = 1, 0
while i < 2:
    x = torch.tensor(0.5, requires_grad=True)
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: one round too many
# says: the loop runs for i = 0, 1, 2
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i <= 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: one round only
# says: the loop runs for i = 0 only
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 1:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: another loop, which ends near 0.08
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z = z * x * x
z.backward()
dzdx = z.item()
# %% wrong: a tensor where a float was asked
# says: should be a plain number, but is a tensor
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad
# %% wrong: a text where a float was asked
# says: should be a plain number, but is a text
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = f"{x.grad.item()}"
# %% wrong: backward without the call
# says: not done yet
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward
dzdx = x.grad
# %% wrong: the method itself
# says: should be a plain number
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item
# %% wrong: detached halfway by .item()
# says: x is created again inside the loop
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x * x
    i += 1
    if i < 2:
        z = z.item()
z.backward()
dzdx = x.grad.item()
# %% wrong: detached halfway by .data
# says: x is created again inside the loop
x = torch.tensor(0.5, requires_grad=True)
z, i = torch.tensor(1.0), 0
while i < 2:
    z = (z.data + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: each round multiplies by x once
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 0
while i < 2:
    z = (z + i) * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: the loop starts at i = 1
# says: the loop runs for i = 1, 2
x = torch.tensor(0.5, requires_grad=True)
z, i = 1, 1
while i < 3:
    z = (z + i) * x * x
    i += 1
z.backward()
dzdx = x.grad.item()
# %% wrong: a finite difference, good to three digits
def z_at(x):
    return (x * x + 1) * x * x


dzdx = (z_at(0.5 + 1e-3) - z_at(0.5)) / 1e-3
