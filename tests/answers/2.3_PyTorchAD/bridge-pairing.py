# %% right: two sums
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return left, right
# %% right: a helper
def dot(p, q):
    total = 0.0
    for a, b in zip(p, q):
        total += a * b
    return total


def pairing(f, x, u, v):
    return dot(u, dual_jvp(f, x, v)), dot(var_vjp(f, x, u), v)
# %% right: tensors for the dot products
def pairing(f, x, u, v):
    jv = torch.tensor(dual_jvp(f, x, v), dtype=torch.float64)
    ju = torch.tensor(var_vjp(f, x, u), dtype=torch.float64)
    return (torch.tensor(u, dtype=torch.float64) @ jv).item(), (ju @ torch.tensor(v, dtype=torch.float64)).item()
# %% right: numpy
def pairing(f, x, u, v):
    import numpy as np

    return float(np.dot(u, dual_jvp(f, x, v))), float(np.dot(var_vjp(f, x, u), v))
# %% wrong: torch's own Jacobian
# says: both sides come from the forward run
def pairing(f, x, u, v):
    jacobian = torch.autograd.functional.jacobian(lambda t: torch.stack(f(t)), torch.tensor(x, dtype=torch.float64))
    u, v = torch.tensor(u, dtype=torch.float64), torch.tensor(v, dtype=torch.float64)
    return [float(u @ (jacobian @ v)), float((jacobian.T @ u) @ v)]
# %% wrong: no u and v in the sums
# says: the entries are added up without u and v
def pairing(f, x, u, v):
    return sum(dual_jvp(f, x, v)), sum(var_vjp(f, x, u))
# %% wrong: both with u
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), u))
    return left, right
# %% wrong: u and v exchanged
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(v, dual_jvp(f, x, u)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, v), u))
    return left, right
# %% wrong: the lists of products
# says: each part of pairing should be a plain number
def pairing(f, x, u, v):
    return [a * b for a, b in zip(u, dual_jvp(f, x, v))], [a * b for a, b in zip(var_vjp(f, x, u), v)]
# %% wrong: the difference
# says: should be a list or tuple of 2
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return left - right
# %% wrong: whether they agree
# says: should be a list or tuple of 2
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return math.isclose(left, right)
# %% wrong: the two products themselves
# says: each part of pairing should be a plain number
def pairing(f, x, u, v):
    return dual_jvp(f, x, v), var_vjp(f, x, u)
# %% wrong: a minus between the sides
# says: the sides differ in sign
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    return left, -left
# %% wrong: zip cuts the longer list, <Jv, v>
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(v, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return left, right
# %% wrong: tensors
# says: is a tensor
def pairing(f, x, u, v):
    jv, ju = torch.tensor(dual_jvp(f, x, v)), torch.tensor(var_vjp(f, x, u))
    return torch.tensor(u) @ jv, ju @ torch.tensor(v)
# %% wrong: without f, always swirl
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(swirl, x[:2], v[:2])))
    return left, left
# %% wrong: the forward run returned twice
# says: both sides come from the forward run
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    return left, left
# %% wrong: the backward pass returned twice
# says: both sides come from the backward pass
def pairing(f, x, u, v):
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return right, right
# %% wrong: the sides exchanged
# says: the sides are in the wrong order
def pairing(f, x, u, v):
    left = sum(a * b for a, b in zip(u, dual_jvp(f, x, v)))
    right = sum(a * b for a, b in zip(var_vjp(f, x, u), v))
    return right, left
# %% wrong: a constant
# says: expected
def pairing(f, x, u, v):
    return 1.0, 1.0
# %% wrong: the identity
# says: expected
def pairing(f, x, u, v):
    return u[0], v[0]

# %% wrong: gives its first answer to every question
def pairing(f, x, u, v):
    """The numbers <u, Jv> and <J'u, v>, as a pair of floats."""
    left = sum(weight * tangent for weight, tangent in zip(u, dual_jvp(f, x, v)))
    right = sum(gradient * tangent for gradient, tangent in zip(var_vjp(f, x, u), v))
    return left, right


honest, kept = pairing, []


def pairing(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def pairing(f, x, u, v):
    """The numbers <u, Jv> and <J'u, v>, as a pair of floats."""
    left = sum(weight * tangent for weight, tangent in zip(u, dual_jvp(f, x, v)))
    right = sum(gradient * tangent for gradient, tangent in zip(var_vjp(f, x, u), v))
    return left, right


honest = pairing


def pairing(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def pairing(*given):
    return given[0]
