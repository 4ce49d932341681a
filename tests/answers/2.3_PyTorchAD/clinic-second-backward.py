# %% right: retain_graph, and emptied
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad.zero_()
    z.backward()
    second = x.grad.item()
    return first, second
# %% right: the graph built anew
def ask_twice(x0, y0):
    answers = []
    for _ in range(2):
        x = torch.tensor(x0, requires_grad=True)
        (x * y0 + torch.sin(x)).backward()
        answers.append(x.grad.item())
    return tuple(answers)
# %% right: autograd.grad twice
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    y = torch.tensor(y0, requires_grad=True)
    z = x * y + torch.sin(x)
    first = torch.autograd.grad(z, x, retain_graph=True)[0].item()
    second = torch.autograd.grad(z, x)[0].item()
    return first, second
# %% right: a difference
def ask_twice(x0, y0):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    return first, x.grad.item() - first
# %% right: a list, with a function of its own
def example(x, y):
    return x * y + torch.sin(x)


def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = example(x, y0)
    found = []
    for keep in (True, False):
        x.grad = None
        z.backward(retain_graph=keep)
        found.append(float(x.grad))
    return found
# %% wrong: as it was
# says: Trying to backward through the graph a second time
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward()
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second
# %% wrong: kept, but not emptied
# says: the second gradient has been added to the first
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second
# %% wrong: both read at the end
# says: both are read after the second pass
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    z.backward()
    return x.grad.item(), x.grad.item()
# %% wrong: emptied after the second pass
# says: the second answer is 0
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.item()
    z.backward()
    x.grad.zero_()
    return first, x.grad.item()
# %% wrong: one number
# says: should be a list or tuple of 2
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward()
    return x.grad.item()
# %% wrong: tensors
# says: is a tensor
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.clone()
    x.grad.zero_()
    z.backward()
    return first, x.grad
# %% wrong: another function
# says: the product's part is missing
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = torch.sin(x) + y0
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad.zero_()
    z.backward()
    return first, x.grad.item()
# %% wrong: the values of z
# says: the values of z are returned
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    return z.item(), z.item()
# %% wrong: with respect to y
# says: the derivative with respect to y is returned
def ask_twice(x0, y0):
    x = torch.tensor(x0)
    y = torch.tensor(y0, requires_grad=True)
    z = x * y + torch.sin(x)
    z.backward(retain_graph=True)
    first = y.grad.item()
    y.grad.zero_()
    z.backward()
    return first, y.grad.item()
# %% wrong: the sine is detached
# says: the sine's part is missing
def ask_twice(x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x).detach()
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad.zero_()
    z.backward(retain_graph=True)
    return first, x.grad.item()
# %% wrong: the example's numbers
def ask_twice(x0, y0):
    return 5.077582561890373, 5.077582561890373
