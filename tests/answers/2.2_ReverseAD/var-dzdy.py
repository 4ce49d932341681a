# %% right: seed and ask
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1
dzdy = float(y.grad())

# %% right: in single steps
x = Var(0.5)
y = Var(4.2)
a = x * y
b = sin(x)
z = a + b
z.grad_value = 1.0
dzdx, dzdy = x.grad(), y.grad()
print("dz/dx =", dzdx, "dz/dy =", dzdy)

# %% right: inside a function
def example():
    p, q = Var(0.5), Var(4.2)
    r = sin(p) + q * p
    r.grad_value = 1.0
    return q.grad()


dzdy = example()

# %% right: by hand, with the adjoint program
x, y = Var(0.5), Var(4.2)
gz = 1.0
ga = gz
dzdy = ga * x.value

# %% wrong: no seed on the output
# says: the output has no seed
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
dzdy = y.grad()

# %% wrong: dz/dx
# says: this is dz/dx
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = x.grad()

# %% wrong: the method is not called
# says: has not been called
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.grad

# %% wrong: a text
# says: should be a plain number
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = f"{y.grad()}"

# %% wrong: the value of z
# says: this is the value of z
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = z.value

# %% wrong: the value of y
# says: this is the value of y
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.value

# %% wrong: the seed is given to y
# says: this is the seed
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
y.grad_value = 1.0
dzdy = y.grad()

# %% wrong: a Var
# says: should be a plain number
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = Var(y.grad())

# %% wrong: a tensor
# says: should be a plain number
import torch

x = torch.tensor(0.5)
y = torch.tensor(4.2, requires_grad=True)
z = x * y + torch.sin(x)
z.backward()
dzdy = y.grad

# %% wrong: the seed is the value of z
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = z.value
dzdy = y.grad()

# %% right: a numpy number
import numpy as np

x, y = Var(np.float64(0.5)), Var(np.float64(4.2))
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = np.float64(y.grad())

# %% wrong: z is asked, y.grad_value is read
# says: y.grad_value stays None until y itself is asked
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
z.grad()
dzdy = y.grad_value

# %% wrong: z is asked
# says: ask y
x, y = Var(0.5), Var(4.2)
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = z.grad()

# %% wrong: math.sin of the Var
# says: dzdy
x, y = Var(0.5), Var(4.2)
z = x * y + math.sin(x)
z.grad_value = 1.0
dzdy = y.grad()

# %% wrong: dzdy is not a number
x = Var(0.5)
y = Var(4.2)
dzdy = ...  # a float
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.grad()
dzdy = float("nan")

# %% wrong: dzdy is an empty array
import numpy as np

x = Var(0.5)
y = Var(4.2)
dzdy = ...  # a float
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.grad()
dzdy = np.empty((0, 1, 1))
