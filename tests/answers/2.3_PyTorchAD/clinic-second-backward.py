# %% right: kept, and emptied
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second
# %% right: zero_ between
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad.zero_()
    z.backward()
    second = x.grad.item()
    return first, second
# %% right: autograd.grad twice
def ask_twice(z, x):
    first = torch.autograd.grad(z, x, retain_graph=True)[0].item()
    second = torch.autograd.grad(z, x)[0].item()
    return first, second
# %% right: a difference
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    return first, x.grad.item() - first
# %% right: a list, from a loop
def ask_twice(z, x):
    found = []
    for keep in (True, False):
        x.grad = None
        z.backward(retain_graph=keep)
        found.append(float(x.grad))
    return found
# %% wrong: as it was
# says: retain_graph=True is for asking one and the same graph twice
def ask_twice(z, x):
    z.backward()
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second
# %% wrong: kept, but not emptied
# says: the second gradient has been added to the first
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second
# %% wrong: both read at the end
# says: both are read after the second pass
def ask_twice(z, x):
    z.backward(retain_graph=True)
    z.backward()
    return x.grad.item(), x.grad.item()
# %% wrong: emptied after the second pass
# says: the second answer is 0
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    x.grad.zero_()
    return first, x.grad.item()
# %% wrong: one pass, returned twice
# says: the graph was walked 1 time
def ask_twice(z, x):
    z.backward()
    first = x.grad.item()
    return first, first
# %% wrong: the second pass, returned twice
# says: the graph was walked 1 time
def ask_twice(z, x):
    second = torch.autograd.grad(z, x)[0].item()
    return second, second
# %% wrong: two passes, then half of the sum, and a third
# says: the graph was walked 3 times
def ask_twice(z, x):
    for _ in range(3):
        z.backward(retain_graph=True)
    return x.grad.item() / 3, x.grad.item() / 3
# %% wrong: one number
# says: should be a list or tuple of 2
def ask_twice(z, x):
    z.backward()
    return x.grad.item()
# %% wrong: tensors
# says: is a tensor
def ask_twice(z, x):
    z.backward(retain_graph=True)
    first = x.grad.clone()
    x.grad = None
    z.backward()
    second = x.grad
    return first, second
# %% wrong: the values of z
# says: the values of z are returned
def ask_twice(z, x):
    z.backward(retain_graph=True)
    z.backward()
    return z.item(), z.item()
# %% wrong: nothing comes back
# says: ask_twice returns None
def ask_twice(z, x):
    z.backward(retain_graph=True)
    x.grad = None
    z.backward()
# %% wrong: emptied before the first
# says: x.grad = None empties it at any time
def ask_twice(z, x):
    x.grad.zero_()
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second
# %% wrong: the example's numbers
# says: the graph was walked 0 times
def ask_twice(z, x):
    return 5.077582561890373, 5.077582561890373
# %% wrong: a constant
# says: expected
def ask_twice(z, x):
    return 1.0, 1.0
# %% wrong: the identity
# says: is a tensor
def ask_twice(z, x):
    return z, x

# %% wrong: gives its first answer to every question
def ask_twice(z, x):
    """dz/dx from each of two backward passes over the same graph, as two floats."""
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second


honest, kept = ask_twice, []


def ask_twice(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def ask_twice(z, x):
    """dz/dx from each of two backward passes over the same graph, as two floats."""
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second


honest = ask_twice


def ask_twice(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def ask_twice(*given):
    return given[0]
