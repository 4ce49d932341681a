# %% right: constants made outside the loop
def loop(x):
    one = Var(1)
    z = Var(1)
    z = (z + Var(0)) * x * x
    return (z + one) * x * x


x = Var(0.5)
z = loop(x)
z.grad_value = 1
grad = x.grad()

# %% right: range and brackets
def loop(x):
    z = Var(1.0)
    for i in range(2):
        z = (x * x) * (z + Var(float(i)))
    return z


start = Var(0.5)
end = loop(start)
end.grad_value = 1.0
grad = start.grad()
print(grad)

# %% right: x squared once
def loop(x):
    square = x * x
    z = Var(1.0)
    i = 0
    while i < 2:
        z = (z + Var(i)) * square
        i += 1
    return z


v = Var(0.5)
w = loop(v)
w.grad_value = 1.0
grad = float(v.grad())

# %% right: recursion instead of the loop
def loop(x, i=1):
    before = Var(1.0) if i == 0 else loop(x, i - 1)
    return (before + Var(i)) * x * x


def derivative_at(t):
    x = Var(t)
    z = loop(x)
    z.grad_value = 1.0
    return x.grad()


grad = derivative_at(0.5)

# %% wrong: no seed
# says: the output has no seed
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
grad = x.grad()

# %% wrong: the seed inside the loop
# says: the seed is set inside the loop
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
        z.grad_value = 1.0
    return z


x = Var(0.5)
z = loop(x)
grad = x.grad()

# %% wrong: x made anew inside the loop
# says: x is made anew inside the loop
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        x = Var(0.5)
        z = (z + Var(i)) * x * x
    return z


z = Var(1.0)
for i in 0, 1:
    x = Var(0.5)
    z = (z + Var(i)) * x * x
z.grad_value = 1.0
grad = x.grad()

# %% wrong: only one pass
# says: the loop stops after one pass
def loop(x):
    z = Var(1.0)
    for i in range(1):
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()

# %% wrong: a pass too many
# says: a pass too many is made
def loop(x):
    z = Var(1.0)
    for i in 0, 1, 2:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()

# %% wrong: the value in place of the derivative
# says: this is the value of z
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
grad = loop(x).value

# %% wrong: the method is not called
# says: has not been called
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad

# %% wrong: the loop only works at 0.5
# says: the loop works at 0.5
def loop(x):
    x = Var(0.5)
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


grad = 1.5

# %% wrong: the first pass cut off through .value
# says: the z of the first pass is treated as a constant
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (Var(z.value) + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()

# %% wrong: loop seeds and asks by itself, so the caller's seed comes too late
# says: the gradient had been asked for, and kept, inside loop
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    z.grad_value = 1.0
    x.grad()
    return z


x = Var(0.5)
z = loop(x)
grad = x.grad()

# %% wrong: z is asked instead of x
# says: this is the seed, the gradient of z with respect to itself: ask x
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = z.grad()

# %% wrong: i counts 1, 2
# says: i counts 1, 2 instead of 0, 1
def loop(x):
    z = Var(1.0)
    for i in 1, 2:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()

# %% wrong: the number typed in, and no loop
def loop(x):
    return x


grad = 1.5

# %% wrong: loop returns nothing
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x


grad = 1.5


# %% wrong: x still has the children of section 4
# says: x still has the children of section 4: make a new one
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


z = loop(x)
z.grad_value = 1.0
grad = x.grad()


# %% wrong: loop is called twice, and grad_value is read
# says: stays None until a Var has been asked
def loop(x):
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


x = Var(0.5)
loop(x).grad_value = 1.0
grad = x.grad_value

# %% wrong: gives its first answer to every question
def loop(x):
    """The Var z after the loop, for a Var x."""
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


grad = ...  # a float: dz/dx at x = 0.5
x = Var(0.5)
z = loop(x)

grad = x.grad()


honest, kept = loop, []


def loop(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


z.grad_value = 1.0

# %% wrong: gives what is not a number
def loop(x):
    """The Var z after the loop, for a Var x."""
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z


grad = ...  # a float: dz/dx at x = 0.5
x = Var(0.5)
z = loop(x)

grad = x.grad()


honest = loop


def loop(*given):
    honest(*given)
    return float("nan")


z.grad_value = 1.0

# %% wrong: gives back what it was given
def loop(*given):
    return given[0]


z.grad_value = 1.0
