# %% right: a comprehension
def dual_jvp(f, x, v):
    return [output.dvalue for output in f([DualNumber(a, da) for a, da in zip(x, v)])]
# %% right: loops and indices
def dual_jvp(f, x, v):
    duals = []
    for k in range(len(x)):
        duals.append(DualNumber(x[k], v[k]))
    result = []
    for output in f(duals):
        result.append(float(output.dvalue))
    return result
# %% right: a sum of columns, one run for each input
def dual_jvp(f, x, v):
    total = None
    for k, weight in enumerate(v):
        seeds = [1.0 if j == k else 0.0 for j in range(len(x))]
        column = [weight * out.dvalue for out in f([DualNumber(a, s) for a, s in zip(x, seeds)])]
        total = column if total is None else [p + q for p, q in zip(total, column)]
    return total
# %% right: torch instead of dual numbers
def dual_jvp(f, x, v):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    rows = [torch.autograd.grad(out, leaf, retain_graph=True)[0] for out in f(leaf)]
    return [float(row @ torch.tensor(v, dtype=torch.float64)) for row in rows]
# %% right: a tuple
def dual_jvp(f, x, v):
    outputs = f(list(map(DualNumber, x, v)))
    return tuple(o.dvalue for o in outputs)
# %% wrong: the values
# says: the values of the outputs are returned instead of their tangents
def dual_jvp(f, x, v):
    return [out.value for out in f([DualNumber(a, da) for a, da in zip(x, v)])]
# %% wrong: every tangent 1
# says: every input gets the tangent 1
def dual_jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(a, 1.0) for a in x])]
# %% wrong: the first tangent only
# says: only the first input gets its tangent
def dual_jvp(f, x, v):
    duals = [DualNumber(a, 0.0) for a in x]
    duals[0].dvalue = v[0]
    return [out.dvalue for out in f(duals)]
# %% wrong: value and tangent exchanged
def dual_jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(da, a) for a, da in zip(x, v)])]
# %% wrong: dual numbers come back
# says: an object with .value and .dvalue
def dual_jvp(f, x, v):
    return f([DualNumber(a, da) for a, da in zip(x, v)])
# %% wrong: the first output only
# says: should be a list or tuple of 2
def dual_jvp(f, x, v):
    return f([DualNumber(a, da) for a, da in zip(x, v)])[0].dvalue
# %% wrong: the sum over the outputs
# says: should be a list or tuple of 2
def dual_jvp(f, x, v):
    return sum(out.dvalue for out in f([DualNumber(a, da) for a, da in zip(x, v)]))
# %% wrong: two inputs only
def dual_jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(x[0], v[0]), DualNumber(x[1], v[1])])]
# %% wrong: outputs the wrong way round
# says: the outputs are in the wrong order
def dual_jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(a, da) for a, da in zip(x, v)])][::-1]
# %% wrong: the tangents multiplied once more
def dual_jvp(f, x, v):
    return [out.dvalue * da for out, da in zip(f([DualNumber(a, da) for a, da in zip(x, v)]), v)]
# %% wrong: always at (0.5, 4.2)
def dual_jvp(f, x, v):
    return [out.dvalue for out in f([DualNumber(0.5, v[0]), DualNumber(4.2, v[1])])]
# %% wrong: f called with two arguments
def dual_jvp(f, x, v):
    return [out.dvalue for out in f(*[DualNumber(a, da) for a, da in zip(x, v)])]
# %% wrong: a constant
# says: expected
def dual_jvp(f, x, v):
    return [0.0, 0.0]
# %% wrong: the identity
# says: expected
def dual_jvp(f, x, v):
    return v
# %% wrong: one dual number of lists
# says: One such object was given where a list of them is wanted
def dual_jvp(f, x, v):
    return [result.dvalue for result in f(DualNumber(x, v))]

# %% wrong: gives its first answer to every question
def dual_jvp(f, x, v):
    """The Jacobian of f at x times v, by one forward run."""
    results = f([DualNumber(value, dvalue) for value, dvalue in zip(x, v)])
    return [result.dvalue for result in results]


honest, kept = dual_jvp, []


def dual_jvp(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def dual_jvp(f, x, v):
    """The Jacobian of f at x times v, by one forward run."""
    results = f([DualNumber(value, dvalue) for value, dvalue in zip(x, v)])
    return [result.dvalue for result in results]


honest = dual_jvp


def dual_jvp(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def dual_jvp(*given):
    return given[0]
