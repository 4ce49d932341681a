# %% right: gather over the children
def backward(z, *inputs, seed=1.0):
    for v in order(*inputs)[::-1]:
        if v is z:
            v.grad_value = seed
        else:
            total = 0.0
            for weight, child in v.children:
                total += weight * child.grad_value
            v.grad_value = total


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% right: adjoints in a dictionary first
def backward(z, *inputs, seed=1.0):
    listed = order(*inputs)
    adjoint = {z: seed}
    for v in reversed(listed):
        if v not in adjoint:
            adjoint[v] = sum(w * adjoint[c] for w, c in v.children)
    for v in listed:
        v.grad_value = adjoint[v]


def reset(*inputs):
    for v in reversed(order(*inputs)):
        v.grad_value = None
        if v in inputs:
            v.children.clear()

# %% right: only what leads to z
def backward(z, *inputs, seed=1.0):
    leads = set([z])
    everything = order(*inputs)
    for v in reversed(everything):
        v.grad_value = 0.0
        if any(child in leads for _, child in v.children):
            leads.add(v)
    z.grad_value = seed
    for v in reversed(everything):
        if v in leads and v is not z:
            v.grad_value = sum([weight * child.grad_value for weight, child in v.children if child in leads])


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
        v.children = []

# %% right: with grad(), which finds every child ready
def backward(z, *inputs, seed=1.0):
    listed = order(*inputs)
    for v in listed:
        v.grad_value = None
    z.grad_value = seed
    for v in listed[::-1]:
        v.grad()
    print(len(listed), "visited")


def forget(v):
    v.grad_value = None


def reset(*inputs):
    [forget(v) for v in order(*inputs)]
    for v in inputs:
        del v.children[:]

# %% wrong: overwritten instead of summed
# says: overwrite each other instead of being summed
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = 0.0
        for weight, child in v.children:
            v.grad_value = weight * child.grad_value
        if v is z:
            v.grad_value = seed


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: adds to what is there
# says: each call adds to what the last one left
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        part = seed if v is z else sum(weight * child.grad_value for weight, child in v.children)
        if v in inputs:
            v.grad_value = (v.grad_value or 0.0) + part
        else:
            v.grad_value = part


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: a stale cache, through grad()
# says: a stale value was kept
def backward(z, *inputs, seed=1.0):
    z.grad_value = seed
    for v in reversed(order(*inputs)):
        v.grad()


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: the seed of the first expression stays
# says: the first expression is still seeded
def backward(z, *inputs, seed=1.0):
    z.seeded = seed
    for v in reversed(order(*inputs)):
        own = getattr(v, "seeded", 0.0)
        v.grad_value = own + sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: no seed
# says: Either z gets no seed
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: the seed is always 1
# says: the seed is ignored
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = 1.0 if v is z else sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: recursive
# says: too deeply
def backward(z, *inputs, seed=1.0):
    for v in order(*inputs):
        v.grad_value = None
    z.grad_value = seed
    for v in inputs:
        v.grad()


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: walks every path
# says: again and again
def backward(z, *inputs, seed=1.0):
    def adjoint(v):
        return seed if v is z else sum(weight * adjoint(child) for weight, child in v.children)

    for v in order(*inputs):
        v.grad_value = adjoint(v)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: reset keeps the children
# says: the inputs still have children
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = seed if v is z else sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None

# %% wrong: reset forgets the Vars behind the inputs
# says: is not None in c, d
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = seed if v is z else sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    for v in inputs:
        v.children = []
        v.grad_value = None

# %% wrong: from the front
def backward(z, *inputs, seed=1.0):
    for v in order(*inputs):
        v.grad_value = seed if v is z else sum(weight * (child.grad_value or 0.0) for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% right: seeds first, numpy numbers
import numpy as np


def backward(z, *inputs, seed=1.0):
    listed = order(*inputs)
    for v in listed:
        v.grad_value = np.float64(0.0)
    z.grad_value = np.float64(seed)
    for v in reversed(listed):
        if v is not z:
            v.grad_value = sum((w * c.grad_value for w, c in v.children), np.float64(0.0))


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children.clear()

# %% wrong: only the inputs are set
# says: leaves grad_value at None in c
def backward(z, *inputs, seed=1.0):
    adjoint = {}
    for v in reversed(order(*inputs)):
        adjoint[v] = seed if v is z else sum(weight * adjoint[child] for weight, child in v.children)
    for v in inputs:
        v.grad_value = adjoint[v]


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: stale values stay beyond z
# says: stale values stay beyond z and join in
def backward(z, *inputs, seed=1.0):
    listed = order(*inputs)
    for v in reversed(listed[: listed.index(z) + 1]):
        v.grad_value = seed if v is z else sum(weight * (child.grad_value or 0.0) for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: None is left beyond z
# says: leaves grad_value at None in d
def backward(z, *inputs, seed=1.0):
    listed = order(*inputs)
    for v in listed:
        v.grad_value = None
    for v in reversed(listed[: listed.index(z) + 1]):
        v.grad_value = seed if v is z else sum(weight * (child.grad_value or 0.0) for weight, child in v.children)


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: the sweep sets everything to 0, the seed too
# says: the sweep sets it to 0 again
def backward(z, *inputs, seed=1.0):
    z.grad_value = seed
    for v in reversed(order(*inputs)):
        v.grad_value = 0.0
        for weight, child in v.children:
            v.grad_value += weight * child.grad_value


def reset(*inputs):
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []

# %% wrong: reset is not done
# says: not done yet
def backward(z, *inputs, seed=1.0):
    for v in reversed(order(*inputs)):
        v.grad_value = seed if v is z else sum(weight * child.grad_value for weight, child in v.children)


def reset(*inputs):
    raise NotImplementedError("var-backward: not done yet")

# %% wrong: nothing happens
def backward(z, *inputs, seed=1.0):
    return None


def reset(*inputs):
    return None

# %% wrong: gives its first answer to every question
def backward(z, *inputs, seed=1.0):
    """Set grad_value of every Var that depends on the inputs to its adjoint, with `seed` at z."""
    for v in reversed(order(*inputs)):
        v.grad_value = sum(weight * child.grad_value for weight, child in v.children)
        if v is z:
            v.grad_value = seed


def reset(*inputs):
    """Forget everything that was built on the inputs."""
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []


honest, kept = reset, []


def reset(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]
# %% wrong: gives back what it was given
def backward(z, *inputs, seed=1.0):
    """Set grad_value of every Var that depends on the inputs to its adjoint, with `seed` at z."""
    for v in reversed(order(*inputs)):
        v.grad_value = sum(weight * child.grad_value for weight, child in v.children)
        if v is z:
            v.grad_value = seed


def reset(*inputs):
    """Forget everything that was built on the inputs."""
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []


def reset(*given):
    return given[0]
